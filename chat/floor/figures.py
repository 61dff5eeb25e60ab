"""The figures of a service: what was offered, accepted and left, how long people waited, themes,
and what visitors said afterwards.

Chats that ended are counted from ``PastChat``, which stays when they are erased; the others as they
stand now.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import ceil
from typing import NamedTuple

from django.db.models import Count, DateTimeField, OuterRef, Subquery
from django.utils import timezone

from chat.answers import Grade, Theme
from chat.floor.periods import Period
from chat.models import Conversation, ConversationEvent, PastChat, SurveyAnswer, WrapUp
from chat.models.past_chat import whole_minutes
from chat.states import Status
from helpline.services.models import Service

FEWEST = 5  # of what leaves the house: fewer people than this may be somebody
QUESTIONS = {
    "heard": SurveyAnswer._meta.get_field("heard").verbose_name,
    "knows": SurveyAnswer._meta.get_field("knows").verbose_name,
}


class Chat(NamedTuple):
    """One chat as far as the figures know it."""

    day: date
    hour: int
    waited: int | None  # until it was answered or left; None of who waits still
    talked: int | None = None
    left: bool = False


@dataclass(frozen=True)
class Tally:
    """The figures of a stretch of time: of the chats that began in it."""

    begins: datetime
    chats: list[Chat] = field(default_factory=list)

    @property
    def offered(self) -> int:
        return len(self.chats)

    @property
    def accepted(self) -> int:
        return len(self.waits)

    @property
    def left(self) -> int:
        """Who was gone before anybody had answered."""
        return sum(chat.left for chat in self.chats)

    @property
    def rest(self) -> int:
        """Who still waits, or was not back yet."""
        return self.offered - self.accepted - self.left

    @property
    def waits(self) -> list[int]:
        return [c.waited for c in self.chats if c.waited is not None and not c.left]

    @property
    def left_after(self) -> list[int]:
        return [c.waited for c in self.chats if c.waited is not None and c.left]

    @property
    def durations(self) -> list[int]:
        return [chat.talked for chat in self.chats if chat.talked is not None]

    @property
    def wait_median(self) -> int | None:
        return rank(self.waits, 0.5)

    @property
    def wait_p90(self) -> int | None:
        return rank(self.waits, 0.9)

    @property
    def left_median(self) -> int | None:
        return rank(self.left_after, 0.5)

    @property
    def duration_median(self) -> int | None:
        return rank(self.durations, 0.5)


class Question(NamedTuple):
    """One question of the survey, and how many gave each answer, in the order of ``Grade``.

    Visitors were told that nobody can see which answers are theirs, so these are as they may leave
    the house, also inside it.
    """

    text: str
    answers: list[str]


@dataclass(frozen=True)
class Figures:
    """A table: a row for each hour or day, and all of it together."""

    rows: Sequence[Tally]
    total: Tally
    themes: Sequence[tuple[str, int]] = ()
    survey: Sequence[Question] = ()

    @property
    def most(self) -> int:
        return max((row.offered for row in self.rows), default=0)


def of(service: Service, period: Period) -> Figures:
    """The figures of a service over a period: as many questions for many chats as for one."""
    found = defaultdict(list)
    for chat in (*_past(service, period), *_going_on(service, period)):
        found[period.place_of(chat.day, chat.hour)].append(chat)
    rows = [
        Tally(begins, found[period.place_of(begins.date(), begins.hour)])
        for begins in period.stretches
    ]
    return Figures(
        rows=rows,
        total=Tally(rows[0].begins, [chat for row in rows for chat in row.chats]),
        themes=_themes(service, period),
        survey=_survey(service, period),
    )


def rank(values: Sequence[int], part: float) -> int | None:
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


def outside_minutes(values: Sequence[int], part: float) -> str:
    """A median or such as it leaves the house: of five chats or more."""
    value = rank(values, part) if len(values) >= FEWEST else None
    return "" if value is None else str(value)


def _past(service: Service, period: Period) -> Iterator[Chat]:
    rows = PastChat.objects.filter(service=service, day__range=(period.first, period.last))
    for day, hour, waited, talked in rows.values_list("day", "hour", "waited", "talked"):
        yield Chat(day, hour, waited, talked, left=talked is None)


def _going_on(service: Service, period: Period) -> Iterator[Chat]:
    """The chats that began in it and have not ended. What began long ago may still go on."""
    answered = (
        ConversationEvent.objects.filter(conversation_id=OuterRef("pk"), became=Status.ACTIVE)
        .order_by("id")
        .values("at")[:1]
    )
    rows = (
        Conversation.objects.exclude(status=Status.ENDED)
        .filter(service=service, started_at__gte=period.stretches[0])
        .values_list("started_at", Subquery(answered, output_field=DateTimeField(null=True)))
    )
    for began, at in rows:
        begun = timezone.localtime(began)
        yield Chat(begun.date(), begun.hour, None if at is None else whole_minutes(began, at))


def _themes(service: Service, period: Period) -> list[tuple[str, int]]:
    """What the chats were about, as their counsellors noted on these days, most first."""
    noted = (
        WrapUp.objects.filter(service=service, day__range=(period.first, period.last))
        .values_list("theme")
        .annotate(count=Count("pk"))
    )
    labels = dict(Theme.choices)
    counted = Counter({str(labels.get(theme, theme)): count for theme, count in noted})
    return counted.most_common()


def _survey(service: Service, period: Period) -> list[Question]:
    """What visitors answered, of days that are over: who sees a number change while the shift goes
    on, sees whose answer it was.
    """
    yesterday = timezone.localdate() - timedelta(days=1)
    answers = SurveyAnswer.objects.filter(
        service=service, day__range=(period.first, min(period.last, yesterday))
    )
    counted = {name: Counter[str]() for name in QUESTIONS}
    for *grades, count in answers.values_list(*QUESTIONS).annotate(count=Count("pk")):
        for name, grade in zip(QUESTIONS, grades, strict=True):
            counted[name][grade] += count
    return [
        Question(str(text), [outside(counted[name][grade]) for grade in Grade])
        for name, text in QUESTIONS.items()
    ]
