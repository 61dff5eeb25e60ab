"""How a recipient deals with what it is asked: every request of a period, with nobody in it.

What leads to a page or a person is never read here: no address, no reference of a notice, no day, no
words. What was asked about possible minors is not among it, and not counted either.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.recipients.states import Kind
from intake.removal.models import (
    Answer,
    AnswerKind,
    NoticeRequest,
    PictureAge,
    RemovalEvent,
    RemovalRequest,
    Statement,
)
from intake.removal.queries.tried import LEFT, outcome_of
from intake.removal.states import NoticeStatus, RequestStatus

# Of fewer people than this it may be known whose pages they are.
FEWEST = 5
# More do not go on paper: a shorter period does.
MOST = 2000


@dataclass(frozen=True)
class Dealt:
    """One request: in which month it was first asked, and what came of it after how long."""

    month: date
    ground: str
    times: int
    outcome: str
    answered_after: timedelta | None
    gone_after: timedelta | None


@dataclass(frozen=True)
class Record:
    """All that a recipient was asked in a period, in an order that does not tell when."""

    recipient: Recipient
    dealt: list[Dealt]
    # Their sums, since a request can be several of these in turn.
    refused: int
    not_theirs: int
    silent: int
    bounced: int
    contradicted: int

    @property
    def answered_after(self) -> timedelta | None:
        """Half of who answered had done so by then."""
        return _median(one.answered_after for one in self.dealt)

    @property
    def gone_after(self) -> timedelta | None:
        """Half of what is gone was seen to be gone by then."""
        return _median(one.gone_after for one in self.dealt)

    @property
    def answered(self) -> int:
        return sum(one.answered_after is not None for one in self.dealt)

    @property
    def gone(self) -> int:
        return sum(one.gone_after is not None for one in self.dealt)


def asked_ever(user: User) -> QuerySet[Recipient]:
    """Whom the services of a person have asked something, but for hotlines."""
    asked = RemovalRequest.objects.filter(
        recipient=OuterRef("pk"),
        is_hand_over=False,
        location__service__memberships__user=user,
        entries__isnull=False,
    )
    return Recipient.objects.filter(Exists(asked)).exclude(kind=Kind.HOTLINE).order_by("name", "pk")


def count_asked(recipient: Recipient, user: User, since: datetime | None) -> int:
    """How many requests a record would hold. One query."""
    return _first_asked(recipient, user, since).count()


def reported_first(
    recipient: Recipient, user: User, since: datetime | None
) -> list[tuple[int, bool]]:
    """Of each page in a record the statement that came first, and whether a file from outside made it.
    One query."""
    first: dict[uuid.UUID, tuple[int, bool]] = {}
    asked = _first_asked(recipient, user, since).values("request_id")
    for place, statement, by_file in (
        Statement.objects.filter(location__requests__in=asked)
        .order_by("created_at", "pk")
        .values_list("location_id", "pk", "by_file")
    ):
        first.setdefault(place, (statement, by_file))
    return list(first.values())


def record_of(recipient: Recipient, user: User, since: datetime | None) -> Record:
    """What a recipient was first asked since then, by the services of a person. Five queries."""
    first = {
        row["request_id"]: (row["first_at"], row["times"])
        for row in _first_asked(recipient, user, since)
    }
    requests = RemovalRequest.objects.filter(pk__in=first).select_related("ground")
    sendings: dict[int, set[str]] = {}
    for number, status in NoticeRequest.objects.filter(
        request__in=first, notice__status__in=LEFT
    ).values_list("request_id", "notice__status"):
        sendings.setdefault(number, set()).add(status)
    events: dict[int, dict[str, datetime]] = {}
    for number, became, at in (
        RemovalEvent.objects.filter(request__in=first, became__in=COUNTED)
        .order_by("at", "id")
        .values_list("request_id", "became", "at")
    ):
        events.setdefault(number, {})[became] = at
    answers: dict[int, list[tuple[str, datetime]]] = {}
    for number, kind, at in (
        Answer.objects.filter(request__in=first)
        .order_by("received_at", "id")
        .values_list("request_id", "kind", "received_at")
    ):
        answers.setdefault(number, []).append((kind, at))
    dealt = []
    for request in requests:
        at, times = first[request.pk]
        said, happened = answers.get(request.pk, []), events.get(request.pk, {})
        gone = happened.get(RequestStatus.REMOVED)
        dealt.append(
            Dealt(
                month=timezone.localtime(at).date().replace(day=1),
                ground=str(request.ground or ""),
                times=times,
                outcome=outcome_of(
                    request.status,
                    sendings.get(request.pk, set()),
                    said[-1][0] if said else None,
                    was_silent=RequestStatus.NO_REPLY in happened,
                ),
                answered_after=_after(at, said[0][1]) if said else None,
                gone_after=_after(at, gone)
                if gone and request.status == RequestStatus.REMOVED
                else None,
            )
        )
    return Record(
        recipient,
        sorted(dealt, key=_order),
        refused=_ever(answers, AnswerKind.REFUSED),
        not_theirs=_ever(answers, AnswerKind.NOT_OURS),
        silent=sum(RequestStatus.NO_REPLY in each for each in events.values()),
        bounced=sum(NoticeStatus.REJECTED in each for each in sendings.values()),
        contradicted=sum(one.outcome in ("still_there", "broken") for one in dealt),
    )


COUNTED = (RequestStatus.NO_REPLY, RequestStatus.REMOVED)


def _first_asked(
    recipient: Recipient, user: User, since: datetime | None
) -> QuerySet[NoticeRequest, Any]:
    """The requests that left for a recipient, with when first and how often."""
    asked = (
        NoticeRequest.objects.filter(
            recipient=recipient,
            request__recipient=recipient,
            request__is_hand_over=False,
            notice__is_hand_over=False,
            notice__status__in=LEFT,
            location__picture_age=PictureAge.ADULT,
            location__service__memberships__user=user,
        )
        .order_by()
        .values("request_id")
        .annotate(
            first_at=Min(Coalesce("notice__sent_at", "notice__created_at")), times=Count("pk")
        )
    )
    return asked.filter(first_at__gte=since) if since else asked


def _after(asked: datetime, then: datetime) -> timedelta:
    return max(then - asked, timedelta())


def _ever(answers: dict[int, list[tuple[str, datetime]]], kind: AnswerKind) -> int:
    return sum(any(said == kind for said, _at in each) for each in answers.values())


def _order(one: Dealt) -> tuple[object, ...]:
    """By month; within one by what came of it, never by when in it."""
    longest = timedelta.max
    after = (one.gone_after or longest, one.answered_after or longest)
    return (one.month, one.ground, one.outcome, *after, one.times)


def _median(lengths: Iterable[timedelta | None]) -> timedelta | None:
    known = [length.total_seconds() for length in lengths if length is not None]
    return timedelta(seconds=median(known)) if known else None
