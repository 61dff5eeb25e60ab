"""Notes of caseworkers beside a location."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms.words import NoteForm
from intake.removal.models import LocationNote
from intake.removal.views.desk import caseworkers, location_of, say_why_not, show, to_location


@require_POST
@caseworkers
def write(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Write a note."""
    place = location_of(location_id, request.user)
    form = NoteForm(request.POST, prefix="note")
    if not form.is_valid():
        return show(request, place, note_form=form)
    try:
        actions.write_note(place, text=form.words, client_id=form.client_id, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The note is kept. Colleagues see it; no reporter does."))
    return to_location(place)


@require_POST
@caseworkers
def remove(request: StaffRequest, location_id: uuid.UUID, note_id: int) -> HttpResponse:
    """Take a note of one's own away."""
    place = location_of(location_id, request.user)
    note = LocationNote.objects.filter(pk=note_id, location=place).first()
    if note is None:
        raise Http404
    note.location = place
    try:
        actions.remove_note(note, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The note is gone."))
    return to_location(place)
