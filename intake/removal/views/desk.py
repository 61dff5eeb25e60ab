"""Everything about one location."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpline.staff import audit
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.queries import hotline
from intake.removal import actions
from intake.removal.actions.desk import location_for_desk
from intake.removal.beside import beside
from intake.removal.check.queries import watch_view
from intake.removal.errors import RefusedError
from intake.removal.forms.asking import PairForm, ProposalForm, RecipientForm
from intake.removal.forms.notices import YesNoForm
from intake.removal.forms.words import NoteForm
from intake.removal.models import Location, RemovalRequest, WhyUrgent
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries import desk as desk_queries
from intake.removal.queries.ladder import ladder_view
from intake.removal.queries.queue import colleagues

caseworkers = staff_view(*DESK_ROLES)


@require_GET
@caseworkers
def ready(request: StaffRequest) -> HttpResponse:
    """What is ready to send, in groups that one notice can hold."""
    context = {
        "groups": desk_queries.ready_groups(request.user),
        "drafts": desk_queries.drafts_waiting(request.user),
    }
    return render(request, "removal/desk/ready.html", context)


@require_GET
@caseworkers
def location(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """One location: who reports it, who was asked, what they said. Its address stays covered."""
    place = location_of(location_id, request.user)
    return show(request, place)


@require_POST
@caseworkers
def propose(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Note whom to ask."""
    place = location_of(location_id, request.user)
    form = RecipientForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, place)
    return do(
        request,
        place,
        lambda: actions.propose(place, form.cleaned_data["recipient"], by=request.user),
        _("Noted. Now choose why and how to ask."),
    )


@require_POST
@caseworkers
def confirm_proposal(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Say that a found contact is right."""
    place = location_of(location_id, request.user)
    form = ProposalForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, place)
    return do(
        request,
        place,
        lambda: actions.confirm_proposal(place, form.cleaned_data["proposal"], by=request.user),
        _("Confirmed. Now choose why and how to ask."),
    )


@require_POST
@caseworkers
def check(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """A person has established whether it is still there."""
    place = location_of(location_id, request.user)
    form = YesNoForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, place)
    gone = form.cleaned_data["answer"] == "yes"
    return do(
        request,
        place,
        lambda: actions.record_check(place, gone=gone, by=request.user),
        _("Noted: it is gone.") if gone else _("Noted: it is still there."),
    )


@require_POST
@caseworkers
def read_sightings(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Say that what reporters saw later was read."""
    place = location_of(location_id, request.user)
    return do(request, place, lambda: actions.read_sightings(place, by=request.user))


@require_POST
@caseworkers
def hand_over_again(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    place = location_of(location_id, request.user)
    return do(
        request,
        place,
        lambda: actions.hand_over_again(place, by=request.user),
        _("It is handed over again."),
    )


@require_POST
@caseworkers
def choose(request: StaffRequest, request_id: int) -> HttpResponse:
    """Choose the ground and the route."""
    asked = _request(request_id, request.user)
    form = PairForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, asked.location)
    return do(
        request,
        asked.location,
        lambda: actions.choose(asked, form.cleaned_data["pair"], by=request.user),
        _("Ready. Now read the notice and send it."),
    )


@require_POST
@caseworkers
def ask_again(request: StaffRequest, request_id: int) -> HttpResponse:
    asked = _request(request_id, request.user)
    return do(
        request,
        asked.location,
        lambda: actions.ask_again(asked, by=request.user),
        _("Ready for another round. Now read the notice and send it."),
    )


@require_POST
@caseworkers
def stop(request: StaffRequest, request_id: int) -> HttpResponse:
    asked = _request(request_id, request.user)
    return do(request, asked.location, lambda: actions.stop(asked, by=request.user), _("Stopped."))


def to_location(place: Location) -> HttpResponseRedirect:
    """The page of a location."""
    return redirect("removal:location", location_id=place.pk)


def say_why_not(request: StaffRequest, refused: RefusedError) -> None:
    """Tell the caseworker what stands in the way."""
    for reason in refused.reasons:
        messages.error(request, reason)


def location_of(location_id: uuid.UUID, by: User) -> Location:
    """A location of the person's own service. Another service's does not exist for them."""
    try:
        return location_for_desk(location_id, by=by)
    except (Location.DoesNotExist, PermissionDenied):
        raise Http404 from None


def _request(request_id: int, by: User) -> RemovalRequest:
    asked = get_object_or_404(RemovalRequest.objects.select_related("recipient"), pk=request_id)
    asked.location = location_of(asked.location_id, by)
    return asked


def do(
    request: StaffRequest, place: Location, action: Callable[[], object], done: str = ""
) -> HttpResponse:
    """Do something about a location, say how it went, and go back to its page."""
    try:
        action()
    except RefusedError as refused:
        return refuse(request, refused, place)
    if done:
        messages.success(request, done)
    return to_location(place)


def refuse(request: StaffRequest, refused: RefusedError, place: Location) -> HttpResponse:
    """Tell what stands in the way, and go back to the page of the location."""
    say_why_not(request, refused)
    return to_location(place)


def not_chosen(request: StaffRequest, place: Location, what: str = "") -> HttpResponse:
    """Tell that nothing was chosen, and go back to the page of the location."""
    messages.error(request, what or _("Choose one first."))
    return to_location(place)


def show(request: StaffRequest, place: Location, note_form: NoteForm | None = None) -> HttpResponse:
    """The page of a location: first on the record, then what is known of it."""
    audit.record(
        by=request.user, action="open_location", subject_kind="location", subject_id=str(place.pk)
    )
    view = desk_queries.location_view(place)
    context: dict[str, Any] = {
        "view": view,
        "location": place,
        "ladder": ladder_view(place, [asked.request for asked in view.asked]),
        "beside": beside([statement.pk for statement in view.statements]),
        "note_form": note_form or NoteForm(prefix="note"),
    }
    if place.is_possibly_minor:
        context["hotline"] = recipient = hotline(place.service)
        context["hotline_by_hand"] = recipient is not None and channels.by_hand(recipient.channel)
    else:
        context["colleagues"] = colleagues(request.user, DESK_ROLES)
        context["why_urgent"] = WhyUrgent.choices
        context["looking"] = watch_view(place, can_check=view.can_check)
    return render(request, "removal/desk/location.html", context)
