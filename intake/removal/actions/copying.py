"""Copy an address: on purpose, for a reason, and on record. Nothing here ever opens it."""

from django.db import transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.canonical import CanonicalURL, read
from intake.removal.models import Deed, DeskEvent, Location, WhyCopy
from intake.removal.permissions import check_touch


@transaction.atomic
def copy_address(location: Location, why: WhyCopy, *, by: User) -> CanonicalURL:
    """The address, to be copied. The record says first who copies it, the history why."""
    check_touch(by, location)
    audit.record(by=by, action="copy_address", subject_kind="location", subject_id=str(location.pk))
    DeskEvent.objects.create(location=location, what=Deed.COPIED, why=why, by=by, at=timezone.now())
    return read(location.url)
