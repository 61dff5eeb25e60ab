"""A notice: read before it goes, and followed after."""

import json
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpline.staff import audit
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.channels.base import DRY_RUN, is_dry_run
from intake.recipients.channels.form import Handwork
from intake.removal import actions
from intake.removal.actions.answers import latest_answers
from intake.removal.errors import RefusedError
from intake.removal.forms.notices import HandedInForm, RequestsForm, YesNoForm
from intake.removal.models import Notice, RemovalRequest
from intake.removal.permissions import DESK_ROLES, check_work_at_desk
from intake.removal.queries.desk import notice_for_desk
from intake.removal.queries.looks import look_view
from intake.removal.queries.receipts import receipt_of
from intake.removal.states import NoticeStatus
from intake.removal.views.desk import say_why_not

caseworkers = staff_view(*DESK_ROLES)


@require_POST
@caseworkers
def draft(request: StaffRequest) -> HttpResponse:
    """Make the notice about chosen requests, to be read."""
    form = RequestsForm(request.POST)
    back = redirect("removal:ready")
    if not form.is_valid():
        messages.error(request, _("Choose at least one request."))
        return back
    chosen = list(form.cleaned_data["request"])
    try:
        made = actions.draft_notice(chosen, by=request.user)
    except PermissionDenied:
        raise Http404 from None
    except RefusedError as refused:
        say_why_not(request, refused)
        if len(chosen) == 1:
            return redirect("removal:location", location_id=chosen[0].location_id)
        return back
    return redirect("removal:notice", notice_id=made.pk)


@require_GET
@caseworkers
def notice(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """A notice exactly as it goes or went, what became of it, and what was answered.

    A hand-over is shown without its address, and so is what went out before somebody said that the
    person may be under 18: nobody here has a use for that.
    """
    return show(request, notice_of(notice_id, request.user))


def show(
    request: StaffRequest,
    shown: Notice,
    *,
    handed_in: HandedInForm | None = None,
    handwork: Handwork | None = None,
) -> HttpResponse:
    """The page of a notice, with a form that was not right, or with texts that were asked for.

    What goes into a platform's form is shown with it; what goes into the hotline's only when asked
    for.
    """
    audit.record(
        by=request.user, action="open_notice", subject_kind="notice", subject_id=str(shown.pk)
    )
    requests = list(
        RemovalRequest.objects.filter(entries__notice=shown)
        .select_related("location", "recipient")
        .defer("location__url")
        .order_by("entries__position")
    )
    context: dict[str, object] = {
        "notice": shown,
        "requests": requests,
        "look": look_view(shown, request.user),
        "by_hand": channels.by_hand(shown.channel),
        "receipt": receipt_of(shown) if shown.status != NoticeStatus.DRAFT else None,
        "dry_run": is_dry_run(),
        "fell_on_dry_run": shown.outcome == DRY_RUN.detail,
    }
    if shown.forgotten_at is None:
        covered = shown.is_hand_over or any(r.location.is_possibly_minor for r in requests)
        envelope = actions.envelope_of(shown, covered=covered)
        answers = latest_answers(shown) if shown.status != NoticeStatus.DRAFT else {}
        context["envelope"] = envelope
        context["xarf"] = json.dumps(envelope.xarf, indent=2) if envelope.xarf else ""
        context["entries"] = [
            (position, asked, answers.get(position)) for position, asked in enumerate(requests, 1)
        ]
    if shown.is_in_hand:
        context["handed_in"] = handed_in or HandedInForm()
        context["handwork"] = handwork
        if not shown.is_hand_over:
            try:
                context["handwork"] = actions.handwork_of(shown, by=request.user)
            except RefusedError as refused:
                context["no_handwork"] = refused.reasons
    return render(request, "removal/desk/notice.html", context)


@require_POST
@caseworkers
def send(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """The second press: it goes to the worker as it was shown."""
    shown = notice_of(notice_id, request.user)
    try:
        actions.send_notice(shown, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        if channels.by_hand(shown.channel):
            return redirect("removal:notice", notice_id=shown.pk)
        messages.success(
            request, _("It is on its way. Load this page again to see when it has left.")
        )
    return redirect("removal:notice", notice_id=shown.pk)


@require_POST
@caseworkers
def cancel(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Take it back while it has not begun to leave."""
    shown = notice_of(notice_id, request.user)
    places = list(
        RemovalRequest.objects.filter(entries__notice=shown).values_list("location_id", flat=True)
    )
    was_draft = shown.status == NoticeStatus.DRAFT
    take_back = actions.give_form_back if shown.is_hand_over else actions.cancel_notice
    try:
        take_back(shown, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return redirect("removal:notice", notice_id=shown.pk)
    messages.success(
        request,
        _("Thrown away. The requests are still ready.")
        if was_draft
        else _("Taken back. Nothing was sent; the requests are ready again."),
    )
    if len(places) == 1:
        return redirect("removal:location", location_id=places[0])
    return redirect("removal:ready")


@require_POST
@caseworkers
def resolve(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """A person found out whether it left."""
    shown = notice_of(notice_id, request.user)
    form = YesNoForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one first."))
        return redirect("removal:notice", notice_id=shown.pk)
    was_sent = form.cleaned_data["answer"] == "yes"
    try:
        actions.resolve_uncertain(shown, was_sent=was_sent, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(
            request,
            _("Noted: it was sent.")
            if was_sent
            else _("Noted: it was not sent. The requests are ready for another round."),
        )
    return redirect("removal:notice", notice_id=shown.pk)


def notice_of(notice_id: uuid.UUID, by: User) -> Notice:
    """A notice of the person's own service. Another service's does not exist for them."""
    found = notice_for_desk(notice_id)
    if found is None:
        raise Http404
    try:
        check_work_at_desk(by, found.service)
    except PermissionDenied:
        raise Http404 from None
    return found
