"""What caseworkers write to each other about a location.

Also of a possible minor: that the hotline was called is worth a note, and nothing is touched by it.
"""

import uuid

from django.db import transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Location, LocationNote
from intake.removal.permissions import check_work_at_desk


@transaction.atomic
def write_note(location: Location, *, text: str, client_id: uuid.UUID, by: User) -> LocationNote:
    """Keep a note beside a location. The same ``client_id`` twice is one note.

    Raises PermissionDenied, RefusedError.
    """
    check_work_at_desk(by, location.service)
    # By its row: its last report may go this moment, and its key with it.
    held = Location.objects.select_for_update().filter(pk=location.pk, forgotten_at=None)
    if held.values_list("pk", flat=True).first() is None:
        raise RefusedError(Refusal.FORGOTTEN)
    before = location.notes.filter(client_id=client_id).first()
    if before is not None:
        return before
    note = LocationNote(location=location, client_id=client_id, by=by, at=timezone.now())
    note.text = text
    note.save(force_insert=True)
    return note


@transaction.atomic
def remove_note(note: LocationNote, *, by: User) -> None:
    """Take a note of one's own away: it said too much, or is no longer so.

    Raises PermissionDenied, RefusedError.
    """
    location = note.location
    check_work_at_desk(by, location.service)
    if note.by_id != by.pk:
        raise RefusedError(Refusal.NOT_YOURS)
    audit.record(by=by, action="remove_note", subject_kind="location", subject_id=str(location.pk))
    note.delete()
