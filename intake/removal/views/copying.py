"""The address of a location, to be copied."""

import uuid

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms_desk import CopyForm
from intake.removal.models import WhyCopy
from intake.removal.views.desk import (
    caseworkers,
    location_of,
    not_chosen,
    say_why_not,
    show,
    to_location,
)


@require_POST
@caseworkers
def copy(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Show the address as text that can be selected, once the reason is on record."""
    place = location_of(location_id, request.user)
    form = CopyForm(request.POST)
    if not form.is_valid():
        return not_chosen(request, place, _("Choose why you copy the address first."))
    try:
        address = actions.copy_address(place, WhyCopy(form.cleaned_data["why"]), by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return to_location(place)
    return show(request, place, address=address, copied=True)
