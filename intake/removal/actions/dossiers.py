"""A dossier of a recipient is made: on record, in memory, and kept nowhere."""

from datetime import datetime

from helpline.staff import audit
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal.beside import reporters
from intake.removal.dossier import dossier_of
from intake.removal.errors import Refusal, RefusedError
from intake.removal.permissions import check_make_dossiers
from intake.removal.queries.record import FEWEST, MOST, count_asked, record_of, reported_first


def make_dossier(recipient: Recipient, *, since: datetime | None = None, by: User) -> bytes:
    """How a recipient dealt with what it was asked, as a PDF in the language of now.

    Of what the services of who makes it asked. Raises PermissionDenied, and RefusedError when that is
    of so few people that it may be known whose it is, or too much to read.
    """
    check_make_dossiers(by)
    if count_asked(recipient, by, since) > MOST:
        raise RefusedError(Refusal.TOO_LONG)
    if _count_people(recipient, by, since) < FEWEST:
        raise RefusedError(Refusal.TOO_FEW)
    audit.record(
        by=by, action="make_dossier", subject_kind="recipient", subject_id=str(recipient.pk)
    )
    return dossier_of(record_of(recipient, by, since), since)


def _count_people(recipient: Recipient, by: User, since: datetime | None) -> int:
    """Of how many people a record is at least: each page is of who reported it first.

    Whoever erased their report cannot be told from another who did, so together they count for one.
    Of what came in by a file nobody here knows whose it is: each page counts.
    """
    first = reported_first(recipient, by, since)
    known = reporters([statement for statement, _by_file in first])
    return len({statement if by_file else known.get(statement) for statement, by_file in first})
