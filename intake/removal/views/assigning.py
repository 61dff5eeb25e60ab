"""Whose work a location is, and whether it can wait."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.forms.queue import ColleagueForm, UrgentForm
from intake.removal.models import WhyUrgent
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries.queue import colleagues
from intake.removal.views.desk import caseworkers, do, location_of, not_chosen


@require_POST
@caseworkers
def claim(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    place = location_of(location_id, request.user)
    return do(request, place, lambda: actions.claim_location(place, by=request.user))


@require_POST
@caseworkers
def release(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    place = location_of(location_id, request.user)
    return do(request, place, lambda: actions.release_location(place, by=request.user))


@require_POST
@caseworkers
def give(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Give it to a colleague, whose it is until they give it back."""
    place = location_of(location_id, request.user)
    form = ColleagueForm(request.POST, people=colleagues(request.user, DESK_ROLES))
    if not form.is_valid():
        return not_chosen(request, place, _("Choose a colleague first."))
    return do(
        request,
        place,
        lambda: actions.assign([place], to=form.colleague, by=request.user),
        _("%(name)s has it now.") % {"name": form.colleague.called},
    )


@require_POST
@caseworkers
def urgent(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Say that it cannot wait, or that it can."""
    place = location_of(location_id, request.user)
    form = UrgentForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, place)
    why = form.cleaned_data["why"]
    if why:
        return do(
            request,
            place,
            lambda: actions.mark_urgent(place, WhyUrgent(why), by=request.user),
            _("Marked as urgent."),
        )
    return do(request, place, lambda: actions.unmark_urgent(place, by=request.user))
