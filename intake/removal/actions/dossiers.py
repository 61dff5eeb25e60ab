"""A dossier of a recipient is made: on record, in memory, and kept nowhere."""

from datetime import datetime

from helpline.staff import audit
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal.dossier import dossier_of
from intake.removal.errors import Refusal, RefusedError
from intake.removal.permissions import check_make_dossiers
from intake.removal.queries.record import FEWEST, MOST, count_asked, record_of


def make_dossier(recipient: Recipient, *, since: datetime | None = None, by: User) -> bytes:
    """How a recipient dealt with what it was asked, as a PDF in the language of now.

    Of what the services of who makes it asked. Raises PermissionDenied, and RefusedError when that is
    so little that it may be known whose it is, or too much to read.
    """
    check_make_dossiers(by)
    asked = count_asked(recipient, by, since)
    if asked < FEWEST:
        raise RefusedError(Refusal.TOO_FEW)
    if asked > MOST:
        raise RefusedError(Refusal.TOO_LONG)
    audit.record(
        by=by, action="make_dossier", subject_kind="recipient", subject_id=str(recipient.pk)
    )
    return dossier_of(record_of(recipient, by, since), since)
