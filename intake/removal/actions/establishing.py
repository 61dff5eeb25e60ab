"""What a person or the checker has established about a page: it is gone, or still there."""

from datetime import datetime

from django.db import transaction

from helpline.staff.models import User
from intake.removal.actions.sightings import mark_read
from intake.removal.actions.stopping import call_back, stop_requests
from intake.removal.models import Answer, Location
from intake.removal.states import SETTLED, Because, RequestStatus
from intake.removal.workflow import advance_all, can_become


@transaction.atomic
def establish(location: Location, *, gone: bool, by: User | None, now: datetime) -> bool:
    """Carry to every request of a location what was established. Returns whether that changed any.

    ``by`` None is the checker; what reporters said is then still to be read by a person. The caller
    holds the location.
    """
    if gone:
        # Gone for one is gone for all; what is being sent this moment still leaves.
        asked = location.requests.exclude(status__in=SETTLED).values_list("pk", flat=True)
        call_back(asked, because=Because.GONE, by=by)
    requests = list(location.requests.all())
    if gone:
        stop_requests(
            [r for r in requests if r.status == RequestStatus.PROPOSED],
            because=Because.GONE,
            by=by,
        )
        changing = [r for r in requests if can_become(r, RequestStatus.REMOVED)]
        to = RequestStatus.REMOVED
    else:
        # Silence goes on to be silence: only a claim, or an earlier "gone", is contradicted.
        contradicted = (RequestStatus.SAID_REMOVED, RequestStatus.REMOVED)
        changing = [r for r in requests if r.status in contradicted]
        to = RequestStatus.STILL_THERE
    if not changing:
        return False
    if by is not None:
        mark_read(location, by=by, now=now)
    advance_all(changing, to, by=by, at=now)
    Answer.objects.filter(request__in=[r.pk for r in changing], checked_at=None).update(
        checked_by=by, checked_at=now
    )
    return True
