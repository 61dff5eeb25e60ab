"""The figures of a service: what was offered, accepted and left, how long people waited, and themes.

They are counted from the chats that are still kept, so they reach no further back than those.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from math import ceil

from django.db.models import Count, DateTimeField, OuterRef, Subquery
from django.utils import timezone

from chat.answers import Theme
from chat.models import Conversation, ConversationEvent, WrapUp
from chat.states import Status
from helpline.privacy.erasure import days_kept
from helpline.services.models import Service

SHIFT_HOURS, MONTH_DAYS = 12, 28
FEWEST = 5  # of what leaves the house: fewer people than this may be somebody


@dataclass(frozen=True)
class Visit:
    """One chat as far as the figures know it."""

    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None

    @property
    def left(self) -> bool:
        """Whether it ended while nobody had answered."""
        return self.answered_at is None and self.ended_at is not None


@dataclass(frozen=True)
class Tally:
    """The figures of a stretch of time: of the chats that began in it."""

    begins: datetime
    visits: list[Visit] = field(default_factory=list)

    @property
    def offered(self) -> int:
        return len(self.visits)

    @property
    def accepted(self) -> int:
        return sum(visit.answered_at is not None for visit in self.visits)

    @property
    def left(self) -> int:
        return sum(visit.left for visit in self.visits)

    @property
    def rest(self) -> int:
        """Who still waits, or was not back yet."""
        return self.offered - self.accepted - self.left

    @property
    def waits(self) -> list[float]:
        return _minutes((visit.started_at, visit.answered_at) for visit in self.visits)

    @property
    def durations(self) -> list[float]:
        return _minutes((visit.answered_at, visit.ended_at) for visit in self.visits)

    @property
    def wait_median(self) -> float | None:
        return rank(self.waits, 0.5)

    @property
    def wait_p90(self) -> float | None:
        return rank(self.waits, 0.9)

    @property
    def duration_median(self) -> float | None:
        return rank(self.durations, 0.5)


@dataclass(frozen=True)
class Figures:
    """A table: a row for each hour or day, and all of it together."""

    rows: Sequence[Tally]
    total: Tally
    themes: Sequence[tuple[str, int]]
    by_hour: bool

    @property
    def most(self) -> int:
        return max((row.offered for row in self.rows), default=0)


def shift(service: Service) -> Figures:
    """The last hours, by the hour; also of a shift that goes past midnight."""
    now = timezone.now()
    begins = _stretch_of(now - timedelta(hours=SHIFT_HOURS - 1), by_hour=True)
    return _figures(service, begins, by_hour=True, themes_from=timezone.localdate(now))


def days_of(service: Service) -> int:
    """Over how many days there are figures."""
    return min(MONTH_DAYS, days_kept("chat", service.pk) or MONTH_DAYS)


def month(service: Service) -> Figures:
    """The last four weeks by the day, or as many days as chats are kept."""
    days = days_of(service)
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    begins = timezone.make_aware(midnight.replace(tzinfo=None) - timedelta(days=days - 1))
    return _figures(service, begins, by_hour=False, themes_from=timezone.localdate(begins))


def rank(values: Sequence[float], part: float) -> float | None:
    """The value below or at which that part of the values lies; none of no values."""
    return sorted(values)[ceil(part * len(values)) - 1] if values else None


def outside(count: int) -> str:
    """A count as it leaves the house: none, fewer than five, or down to a multiple of five.

    Rounded because a total less its parts would tell the small ones; down, because a rounded total
    of small parts could otherwise be above all that they can be.
    """
    if 0 < count < FEWEST:
        return f"<{FEWEST}"
    return str(count - count % FEWEST)


def outside_minutes(values: Sequence[float], part: float) -> str:
    """A median or such as it leaves the house: of five chats or more."""
    value = rank(values, part) if len(values) >= FEWEST else None
    return "" if value is None else str(round(value))


def _figures(service: Service, begins: datetime, *, by_hour: bool, themes_from: date) -> Figures:
    visits = _visits(service, begins)
    rows = {moment: Tally(moment) for moment in _stretches(begins, by_hour=by_hour)}
    for visit in visits:
        rows[_stretch_of(visit.started_at, by_hour=by_hour)].visits.append(visit)
    return Figures(
        rows=list(rows.values()),
        total=Tally(begins, visits),
        themes=_themes(service, themes_from),
        by_hour=by_hour,
    )


def _visits(service: Service, begins: datetime) -> list[Visit]:
    """The chats that began since then: one question, whatever their number."""
    answered = (
        ConversationEvent.objects.filter(conversation_id=OuterRef("pk"), became=Status.ACTIVE)
        .order_by("id")
        .values("at")[:1]
    )
    rows = (
        Conversation.objects.filter(service=service, started_at__gte=begins)
        .annotate(answered_at=Subquery(answered, output_field=DateTimeField(null=True)))
        .order_by("started_at")
        .values_list("started_at", "answered_at", "ended_at")
    )
    return [Visit(*row) for row in rows]


def _themes(service: Service, day: date) -> list[tuple[str, int]]:
    """What the chats were about, as their counsellors noted, most first."""
    noted = (
        WrapUp.objects.filter(service=service, day__gte=day)
        .values_list("theme")
        .annotate(count=Count("pk"))
    )
    labels = dict(Theme.choices)
    counted = Counter({str(labels.get(theme, theme)): count for theme, count in noted})
    return counted.most_common()


def _stretches(begins: datetime, *, by_hour: bool) -> list[datetime]:
    """Every hour or day from then until now."""
    found, moment = [], begins
    now = timezone.now()
    while moment <= now:
        found.append(_stretch_of(moment, by_hour=by_hour))
        if by_hour:
            moment = timezone.localtime(moment.astimezone(UTC) + timedelta(hours=1))
        else:  # a day in the site's zone is not always 24 hours
            naive = timezone.localtime(moment).replace(tzinfo=None)
            moment = timezone.make_aware(naive + timedelta(days=1))
    return list(dict.fromkeys(found))


def _stretch_of(moment: datetime, *, by_hour: bool) -> datetime:
    local = timezone.localtime(moment).replace(minute=0, second=0, microsecond=0)
    return local if by_hour else local.replace(hour=0, fold=0)


def _minutes(pairs: Iterable[tuple[datetime | None, datetime | None]]) -> list[float]:
    return [(until - since).total_seconds() / 60 for since, until in pairs if since and until]
