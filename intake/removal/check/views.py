"""On the page of a location: looking again, switched on and off. On that of its address: whom the site
itself names."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.check.actions import contacting, switching
from intake.removal.check.errors import UnaskableError
from intake.removal.check.forms import SwitchOnForm
from intake.removal.errors import RefusedError
from intake.removal.views.address import show
from intake.removal.views.desk import caseworkers, location_of, refuse, say_why_not, to_location


@require_POST
@caseworkers
def switch_on(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Have the page looked at again."""
    place = location_of(location_id, request.user)
    form = SwitchOnForm(request.POST)
    if not form.is_valid():
        messages.error(request, str(form.errors["public"][0]))
        return to_location(place)
    try:
        switching.switch_on(place, by=request.user)
    except UnaskableError as error:
        messages.error(request, str(error.unaskable.label))
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The page is looked at from now on, by a process of its own."))
    return to_location(place)


@require_POST
@caseworkers
def switch_off(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Do not look any more."""
    place = location_of(location_id, request.user)
    try:
        switching.switch_off(place, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The page is not looked at any more."))
    return to_location(place)


@require_POST
@caseworkers
def ask_site(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Have the site asked how it is reached, and show what it said before."""
    place = location_of(location_id, request.user)
    try:
        contacting.ask_site(place, again="again" in request.POST, by=request.user)
        address = actions.open_address(place, by=request.user)
    except RefusedError as refused:
        return refuse(request, refused, place)
    return show(request, place, address)
