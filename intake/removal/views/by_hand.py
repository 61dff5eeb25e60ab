"""A notice that a colleague puts into the recipient's own form."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms.notices import HandedInForm
from intake.removal.views.desk import caseworkers, location_of, refuse, say_why_not
from intake.removal.views.notices import notice_of, show

SAID = {
    actions.HandedIn.TAKEN: _("Noted: they have it. Their time to answer runs from now."),
    actions.HandedIn.REFUSED: _("Noted: their form would not take it."),
    actions.HandedIn.UNSURE: _("Noted: nobody knows yet. Nothing goes there again by itself."),
}


@require_POST
@caseworkers
def take_on(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """A colleague takes on the form of the hotline."""
    place = location_of(location_id, request.user)
    try:
        made = actions.take_on_form(place, by=request.user)
    except RefusedError as refused:
        return refuse(request, refused, place)
    return redirect("removal:notice", notice_id=made.pk)


@require_POST
@caseworkers
def copy(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """The texts for the form of the hotline, to who took it on, once that is on record."""
    shown = notice_of(notice_id, request.user)
    try:
        handwork = actions.copy_for_form(shown, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return redirect("removal:notice", notice_id=shown.pk)
    return show(request, shown, handwork=handwork)


@require_POST
@caseworkers
def hand_in(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """A colleague says what became of the form."""
    shown = notice_of(notice_id, request.user)
    form = HandedInForm(request.POST)
    if not form.is_valid():
        return show(request, shown, handed_in=form)
    what = actions.HandedIn(form.cleaned_data["what"])
    try:
        actions.say_handed_in(shown, what, number=form.cleaned_data["number"], by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, str(SAID[what]))
    return redirect("removal:notice", notice_id=shown.pk)
