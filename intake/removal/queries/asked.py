"""Who was asked about a page since somebody reported it, and what came of it: for a dossier.

A reporter is told nothing of what was before their own report (docs/decisions/0021), and neither is
who reads a dossier of it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from intake.recipients.states import Channel
from intake.removal.models import (
    Answer,
    LegalGround,
    Notice,
    NoticeRequest,
    RefusalGround,
    RemovalEvent,
    RemovalRequest,
    Route,
    Statement,
)
from intake.removal.queries.tried import LEFT, outcome_of
from intake.removal.states import RequestStatus


@dataclass(frozen=True)
class Asked:
    """One recipient that was asked on one ground: when, with which answers, and what came of it.

    ``outcome`` is a key of ``intake.removal.tried.outcome_words``. ``refused_on`` is the ground that
    was chosen of those that the answer page offers, never a word of theirs.
    """

    name: str
    kind: str
    way: Channel
    ground: LegalGround
    route: Route
    at: list[datetime]
    outcome: str
    answered_at: datetime | None
    refused_on: str
    gone_at: datetime | None


def asked_since(statements: Sequence[Statement]) -> dict[int, list[Asked]]:
    """Who was asked about the location of each statement after it was made. Three queries."""
    locations = {statement.location_id for statement in statements}
    entries = list(
        NoticeRequest.objects.filter(
            request__location_id__in=locations,
            request__is_hand_over=False,
            notice__is_hand_over=False,
            notice__status__in=LEFT,
        )
        .select_related("request__recipient", "notice__ground", "notice__route")
        .defer("notice__subject", "notice__text", "notice__xarf")
        .order_by("notice__created_at", "pk")
    )
    answers = list(
        Answer.objects.filter(request__in={entry.request_id for entry in entries})
        .defer("words", "who")
        .order_by("received_at", "id")
    )
    events = list(
        RemovalEvent.objects.filter(
            Q(became=RequestStatus.NO_REPLY) | Q(became=RequestStatus.REMOVED),
            request__in={entry.request_id for entry in entries},
        ).order_by("at", "id")
    )
    return {
        statement.pk: _asked(
            [
                entry
                for entry in entries
                if entry.location_id == statement.location_id
                and _queued_at(entry.notice) > statement.created_at
            ],
            answers,
            events,
        )
        for statement in statements
    }


def _queued_at(notice: Notice) -> datetime:
    return notice.confirmed_at or notice.created_at


def _asked(
    entries: Iterable[NoticeRequest],
    answers: Sequence[Answer],
    events: Sequence[RemovalEvent],
) -> list[Asked]:
    together: dict[tuple[int, int], list[NoticeRequest]] = {}
    for entry in entries:
        together.setdefault((entry.request_id, entry.notice.ground_id), []).append(entry)
    return [_one(same, answers, events) for same in together.values()]


def _one(
    entries: Sequence[NoticeRequest], answers: Sequence[Answer], events: Sequence[RemovalEvent]
) -> Asked:
    request, last = entries[0].request, entries[-1].notice
    notices = {entry.notice_id for entry in entries}
    first_at = _queued_at(entries[0].notice)
    said = [one for one in answers if one.request_id == request.pk and one.notice_id in notices]
    mine = [e for e in events if e.request_id == request.pk and e.at >= first_at]
    latest = said[-1] if said else None
    return Asked(
        name=request.recipient.name,
        kind=str(request.recipient.get_kind_display()),
        way=Channel(last.channel),
        ground=last.ground,
        route=last.route,
        at=[entry.notice.sent_at or _queued_at(entry.notice) for entry in entries],
        outcome=outcome_of(
            request.status,
            {entry.notice.status for entry in entries},
            latest.kind if latest else None,
            was_silent=any(e.became == RequestStatus.NO_REPLY for e in mine),
        ),
        answered_at=latest.received_at if latest else None,
        refused_on=str(RefusalGround(latest.ground).label) if latest and latest.ground else "",
        gone_at=gone_at(request, mine),
    )


def gone_at(request: RemovalRequest, events: Iterable[RemovalEvent]) -> datetime | None:
    """When it was seen that the page is gone, if it is gone now."""
    if request.status != RequestStatus.REMOVED:
        return None
    seen = [event.at for event in events if event.became == RequestStatus.REMOVED]
    return seen[-1] if seen else None
