"""Until when somebody has time, and when a notice may leave: by calendars, not by hours alone.

What is urgent never waits for office hours, a weekend or a holiday, and its clock never stands
still. Nor does a clock that a law sets.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from intake.recipients.calendar import Office, next_open, office_of, working_time
from intake.removal.models import GroundRoute, LegalGround, Notice

DEFAULT_CLOCK_HOURS = 72


def leaves_at(notice: Notice, now: datetime) -> datetime:
    """When a notice that is confirmed now leaves: at once, or when their office opens."""
    if notice.is_hand_over or notice.ground.urgent:
        return now
    return next_open(office_of(notice.recipient), now)


def answer_due(notice: Notice, sent_at: datetime) -> datetime:
    """Until when the recipient of a notice has time to answer.

    Where no law sets the clock they have as long as we give, or as they say themselves if that is
    shorter.
    """
    pair = GroundRoute.objects.filter(ground_id=notice.ground_id, route_id=notice.route_id).first()
    if pair is not None and pair.clock_is_law:
        return sent_at + timedelta(hours=pair.clock_hours)
    hours = pair.clock_hours if pair else DEFAULT_CLOCK_HOURS
    length = timedelta(hours=min(hours, notice.recipient.deadline_hours or hours))
    if notice.is_hand_over or notice.ground.urgent:
        return sent_at + length
    return working_time(office_of(notice.recipient), sent_at, length)


def our_due(ground_ids: Iterable[int | None], now: datetime, length: timedelta) -> datetime:
    """Until when we have time ourselves for requests on these grounds.

    Our days off do not count, unless one of them is urgent, or has no ground yet.
    """
    asked = set(ground_ids)
    known = {ground_id for ground_id in asked if ground_id is not None}
    if asked != known or LegalGround.objects.filter(pk__in=known, urgent=True).exists():
        return now + length
    return working_time(_our_office(), now, length)


def _our_office() -> Office:
    return Office(ZoneInfo(settings.TIME_ZONE), country=settings.HELPLINE_COUNTRY)
