"""The address of a location, on a page of its own: seen on purpose, and whom to ask about it.

Who works on a location seldom needs its address. So it stands on no page but this one, with what only
makes sense beside it.
"""

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.canonical import CanonicalURL, read
from intake.removal.check.queries import site_contact_view, watch_view
from intake.removal.errors import RefusedError
from intake.removal.forms.asking import OriginForm, RecipientForm
from intake.removal.forms.queue import CopyForm
from intake.removal.models import Location, WhyCopy
from intake.removal.queries.desk import CHECKABLE
from intake.removal.queries.finding import whom_to_ask
from intake.removal.queries.ladder import ladder_view
from intake.removal.views.desk import caseworkers, location_of, not_chosen, refuse


@require_POST
@caseworkers
def show_address(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """The address, as text, and whom the directory knows for it."""
    place = location_of(location_id, request.user)
    try:
        address = actions.open_address(place, by=request.user)
    except RefusedError as refused:
        return refuse(request, refused, place)
    return show(request, place, address)


@require_POST
@caseworkers
def look_up(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Ask the registers who answers for the host, and show what they said."""
    place = location_of(location_id, request.user)
    try:
        # That the address was opened is on record by this too.
        actions.look_up(place, again="again" in request.POST, by=request.user)
    except RefusedError as refused:
        return refuse(request, refused, place)
    return show(request, place, read(place.url))


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
        return refuse(request, refused, place)
    return render(request, "removal/desk/copied.html", {"location": place, "address": address})


def show(
    request: StaffRequest,
    place: Location,
    address: CanonicalURL,
    origin_form: OriginForm | None = None,
) -> HttpResponse:
    """The page of an address that was opened. That it was is on the record by then."""
    requests = list(place.requests.select_related("recipient").order_by("created_at"))
    whom = whom_to_ask(place, address.host)
    context = {
        "location": place,
        "address": address,
        "whom": whom,
        "form": RecipientForm().show(whom.directory.others),
        "origin_form": origin_form or OriginForm(prefix="origin"),
        "site_contact": site_contact_view(place, address),
        "why_copy": WhyCopy.choices,
        "ladder": ladder_view(place, requests),
        "looking": watch_view(
            place, can_check=any(r.status in CHECKABLE for r in requests), address=address
        ),
    }
    return render(request, "removal/desk/address.html", context)
