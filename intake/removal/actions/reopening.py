"""A location that was done with, and is not."""

from datetime import datetime

from intake.removal.check.actions.heeding import heed_return
from intake.removal.models import Location
from intake.removal.states import Because, RequestStatus, Work
from intake.removal.workflow import advance_all


def reopen(location: Location, *, because: Because | None, now: datetime) -> bool:
    """Begin again with a location that was done with, its history kept. Returns whether it was.

    It is there again, or never was gone; without ``because`` a look saw that. The caller works out
    what it waits for now.
    """
    if location.work != Work.DONE:
        return False
    Location.objects.filter(pk=location.pk).update(reopened_at=now)
    location.reopened_at = now
    heed_return(location.pk, at=now)
    removed = list(location.requests.filter(status=RequestStatus.REMOVED))
    if removed and not location.is_possibly_minor:
        advance_all(removed, RequestStatus.STILL_THERE, because=because, at=now)
    return True
