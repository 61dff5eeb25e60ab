"""Over which stretch of time figures are asked: the shift by the hour, or a month by the day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

from helpline.privacy.erasure import days_kept
from helpline.services.models import Service

SHIFT_HOURS = 12
MOST_DAYS = 731  # further back nobody chooses a month from a list


@dataclass(frozen=True)
class Period:
    """The beginnings of its hours or days, in the site's zone. ``name`` goes in a file's name."""

    name: str
    stretches: Sequence[datetime]
    by_hour: bool

    @property
    def first(self) -> date:
        return self.stretches[0].date()

    @property
    def last(self) -> date:
        return self.stretches[-1].date()

    def place_of(self, day: date, hour: int) -> tuple[date, int]:
        """What a chat that began then is counted under."""
        return (day, hour if self.by_hour else 0)


def shift() -> Period:
    """The last hours; also of a shift that goes past midnight."""
    now = timezone.localtime()
    hours = (now.astimezone(UTC) - timedelta(hours=each) for each in range(SHIFT_HOURS))
    # The hour that a change of the clock gives twice is one.
    begins = sorted({_hour_of(each) for each in hours})
    return Period(f"shift-{now:%Y-%m-%d}", begins, by_hour=True)


def months(service: Service) -> list[Period]:
    """This month until today, and those before it that are kept whole; the latest first."""
    today = timezone.localdate()
    kept = days_kept("counts", service.pk)
    since = today - timedelta(days=MOST_DAYS if kept is None else min(kept, MOST_DAYS))
    first = today.replace(day=1)
    found = [_days(max(first, since), today)]
    while (before := (first - timedelta(days=1)).replace(day=1)) >= since:
        found.append(_days(before, first - timedelta(days=1)))
        first = before
    return found


def _days(first: date, last: date) -> Period:
    """A calendar month, or as much of it as there is."""
    days = (first + timedelta(days=each) for each in range((last - first).days + 1))
    begins = [timezone.make_aware(datetime.combine(day, time.min)) for day in days]
    return Period(f"{first:%Y-%m}", begins, by_hour=False)


def _hour_of(moment: datetime) -> datetime:
    return timezone.localtime(moment).replace(minute=0, second=0, microsecond=0, fold=0)
