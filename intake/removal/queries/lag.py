"""Whether notices leave in time: how long the oldest that is due has waited for a worker."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q
from django.utils import timezone

from intake.removal.models import Notice
from intake.removal.states import NoticeStatus

# The worker looks every five seconds; after so long it is not there, or does not get through.
LATE = timedelta(minutes=10)


@dataclass(frozen=True)
class Lag:
    """So many notices wait although they are due, the oldest of them since then."""

    waiting: int
    since: datetime


def lag(now: datetime | None = None) -> Lag | None:
    """What waits too long for a worker, if anything does. One query.

    Also what a worker took and never finished: its lease is over, and nobody found it again.
    """
    late = (now or timezone.now()) - LATE
    found = Notice.objects.filter(
        Q(status=NoticeStatus.QUEUED, next_action_at__lt=late)
        | Q(status__in=[NoticeStatus.CLAIMED, NoticeStatus.ATTEMPTING], lease_until__lt=late)
    ).aggregate(waiting=Count("pk"), due=Min("next_action_at"), lease=Min("lease_until"))
    if not found["waiting"]:
        return None
    moments = [found[name] for name in ("due", "lease") if found[name] is not None]
    return Lag(found["waiting"], min(moments))
