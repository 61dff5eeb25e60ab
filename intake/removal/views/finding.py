"""Whom to ask, by the registers: the server behind a host, and who is asked all the same."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.canonical import CanonicalURL
from intake.removal.errors import RefusedError
from intake.removal.forms.asking import OriginForm
from intake.removal.models import Location, Origin, RemovalRequest
from intake.removal.views.address import show
from intake.removal.views.desk import caseworkers, location_of, say_why_not, to_location


@require_POST
@caseworkers
def enter_origin(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Note the server behind a host, and look it up like any other."""
    place = location_of(location_id, request.user)
    form = OriginForm(request.POST, prefix="origin")
    try:
        address = actions.open_address(place, by=request.user)
        if form.is_valid():
            origin = actions.enter_origin(place, form.cleaned_data["host"], by=request.user)
            actions.look_up_origin(origin, by=request.user)
            form = OriginForm(prefix="origin")
    except RefusedError as refused:
        say_why_not(request, refused)
        return to_location(place)
    return show(request, place, address, form)


@require_POST
@caseworkers
def ask_front(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Ask the network in front which servers stand behind it."""
    place = location_of(location_id, request.user)
    try:
        address = actions.open_address(place, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return to_location(place)
    try:
        actions.ask_front(place, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("Cloudflare named what stands behind it. It stands below."))
    return show(request, place, address)


@require_POST
@caseworkers
def look_up_origin(
    request: StaffRequest, location_id: uuid.UUID, origin_id: uuid.UUID
) -> HttpResponse:
    """Ask the registers anew about the server behind a host."""
    place = location_of(location_id, request.user)
    origin = _origin(place, origin_id)
    try:
        actions.look_up_origin(origin, again=True, by=request.user)
        address: CanonicalURL = actions.open_address(place, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return to_location(place)
    return show(request, place, address)


@require_POST
@caseworkers
def remove_origin(
    request: StaffRequest, location_id: uuid.UUID, origin_id: uuid.UUID
) -> HttpResponse:
    """Take back a server that was entered."""
    place = location_of(location_id, request.user)
    origin = _origin(place, origin_id)
    try:
        actions.remove_origin(origin, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The server is taken off. Who was asked stays asked."))
    return to_location(place)


@require_POST
@caseworkers
def ask_all_the_same(request: StaffRequest, request_id: int) -> HttpResponse:
    """Ask the recipient that was found first, whatever the registers say now."""
    asked = get_object_or_404(RemovalRequest.objects.select_related("recipient"), pk=request_id)
    place = asked.location = location_of(asked.location_id, request.user)
    try:
        actions.ask_all_the_same(asked, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("Noted: they are asked all the same. Now make the notice."))
    return to_location(place)


def _origin(place: Location, origin_id: uuid.UUID) -> Origin:
    origin = place.origins.filter(pk=origin_id).first()
    if origin is None:
        raise Http404
    origin.location = place
    return origin
