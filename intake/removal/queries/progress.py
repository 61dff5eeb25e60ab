"""What a reporter may see of how it goes: what their own report set going, and nothing else.

Many may report one location, and one of them may be who put it there. So a page never shows what
would be otherwise without another report. See docs/decisions/0021.
"""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from intake.removal.models import (
    AgeInPicture,
    GroundRoute,
    NoticeRequest,
    RemovalEvent,
    RemovalRequest,
    Seen,
    Sighting,
    Statement,
)
from intake.removal.queries.steps import (
    Pairs,
    Step,
    hand_over_steps,
    own_steps,
    request_steps,
    step_of,
)
from intake.removal.states import RequestStatus, Work
from intake.removal.telling import next_words, now_words

# As long as it could take a colleague to come to the careful choice themselves.
CAREFUL_AFTER = timedelta(days=1)


@dataclass(frozen=True)
class Progress:
    """How the removal of one reported link goes, since its reporter told of it.

    ``state`` is a key of ``intake.removal.telling.now_words``; ``now`` says it in a sentence and
    ``next`` what follows; ``settled`` when nothing more is done by itself.
    """

    state: str
    now: str
    next: str
    settled: bool
    with_hotline: bool
    steps: list[Step]
    hotline_reference: str

    @property
    def sayings(self) -> list[Seen]:
        """What the reporter can tell us about the page, as it stands."""
        if self.with_hotline:
            return [Seen.BACK] if self.state == "they_say_gone" else []
        return SAYINGS.get(self.state, [Seen.STILL_THERE, Seen.GONE])


SAYINGS: dict[str, list[Seen]] = {
    "gone": [Seen.BACK],
    "told_gone": [Seen.BACK],
    "told_there": [Seen.GONE],
    "stopped": [],
    "waiting": [],
}


@dataclass(frozen=True)
class Told:
    """All that is known of the locations of one report, gathered once."""

    events: dict[uuid.UUID, list[RemovalEvent]]
    references: dict[uuid.UUID, str]
    sightings: dict[int, list[Sighting]]
    pairs: Pairs
    now: datetime


def progress_of(statement: Statement, since: datetime, now: datetime | None = None) -> Progress:
    """What the reporter behind a statement may see of its location, of what happened since.

    Nothing of it tells of another report. At most four queries, and one for the location.
    """
    return progress_of_many([statement], since, now)[0]


def progress_of_many(
    statements: Sequence[Statement], since: datetime, now: datetime | None = None
) -> list[Progress]:
    """The same for all statements of one report, in four queries however many there are."""
    told = _gathered(statements, since, now or timezone.now())
    return [_progress(statement, told) for statement in statements]


def _gathered(statements: Sequence[Statement], since: datetime, now: datetime) -> Told:
    places = [statement.location_id for statement in statements]
    events: dict[uuid.UUID, list[RemovalEvent]] = defaultdict(list)
    asked: list[RemovalRequest] = []
    for event in (
        RemovalEvent.objects.filter(
            Q(at__gte=since) | Q(request__is_hand_over=True),
            location_id__in=places,
            request__isnull=False,
        )
        .select_related("request__recipient")
        .order_by("at", "id")
    ):
        if event.location_id is not None and event.request is not None:
            events[event.location_id].append(event)
            asked.append(event.request)
    references = {
        sent.request.location_id: sent.notice.reference
        for sent in NoticeRequest.objects.filter(
            request__location_id__in=places,
            request__is_hand_over=True,
            notice__sent_at__isnull=False,
        )
        .select_related("notice", "request")
        .order_by("pk")
    }
    sightings: dict[int, list[Sighting]] = defaultdict(list)
    for sighting in Sighting.objects.filter(statement__in=statements).order_by("at", "pk"):
        sightings[sighting.statement_id].append(sighting)
    return Told(events, references, sightings, _pairs(asked), now)


def _pairs(requests: Iterable[RemovalRequest]) -> Pairs:
    """The ground and route of what we wait for, with the clock that the law gives."""
    waiting = [request for request in requests if request.status == RequestStatus.SENT]
    if not waiting:
        return {}
    pairs = GroundRoute.objects.filter(ground__in={request.ground_id for request in waiting})
    return {(pair.ground_id, pair.route_id): pair for pair in pairs.select_related("route")}


def _progress(statement: Statement, told: Told) -> Progress:
    events = told.events[statement.location_id]
    sightings = told.sightings[statement.pk]
    steps = request_steps(statement, events, told.pairs)
    careful_at = _careful_at(statement)
    with_hotline = careful_at is not None and careful_at <= told.now
    if careful_at is not None and with_hotline:
        if statement.age_in_picture == AgeInPicture.ADULT:
            steps.append(step_of("careful", careful_at))
        steps += hand_over_steps(statement, events, careful_at, told.now)
    steps.sort(key=lambda step: step.at)
    state = _state(statement, steps, sightings, with_hotline=with_hotline)
    handed = any(step.key == "handed_over" for step in steps)
    until = min((step.until for step in steps if step.until), default=None)
    return Progress(
        state=state,
        now=now_words(state),
        next=next_words(state, by_hotline=with_hotline, until=until),
        settled=state in ("gone", "stopped")
        or (statement.location.work == Work.DONE and bool(steps)),
        with_hotline=with_hotline,
        steps=sorted([*steps, *own_steps(sightings)], key=lambda step: step.at),
        hotline_reference=told.references.get(statement.location_id, "") if handed else "",
    )


def _careful_at(statement: Statement) -> datetime | None:
    """From when the reporter sees that only the hotline deals with it, if it does.

    Who said that the person is an adult, of a page that somebody had reported otherwise, sees it
    only when a colleague could have come to it.
    """
    location = statement.location
    if not location.is_possibly_minor:
        return None
    if statement.age_in_picture != AgeInPicture.ADULT:
        return statement.created_at
    if location.age_assessed_at > statement.created_at:
        return location.age_assessed_at
    return statement.created_at + CAREFUL_AFTER


def _state(
    statement: Statement,
    steps: Sequence[Step],
    sightings: Sequence[Sighting],
    *,
    with_hotline: bool,
) -> str:
    """How it stands after the last thing that happened, or that the reporter told us since."""
    state = STATES.get(steps[-1].key, "received") if steps else "received"
    said = sightings[-1] if sightings and (not steps or sightings[-1].at > steps[-1].at) else None
    if with_hotline:
        if state == "they_say_gone" and said is not None and said.seen != Seen.GONE:
            return "with_hotline"
        return state if state in ("they_say_gone", "hotline_cannot") else "with_hotline"
    if state != "gone" and not statement.is_live:
        return "stopped" if statement.mandate_withdrawn_at else "waiting"
    if said is None:
        return state
    if said.seen == Seen.GONE:
        return "told_gone"
    # Read by a colleague: it goes on from where it was, and never on as gone.
    return "told_there" if said.read_at is None or state in ("gone", "received") else state


# The state in which the last thing that happened leaves a visitor.
STATES = {
    "hotline_says_gone": "they_say_gone",
    "hotline_refused": "hotline_cannot",
    "asked": "asked",
    "uncertain": "trouble",
    "not_delivered": "trouble",
    "no_reply": "trouble",
    "they_say_gone": "they_say_gone",
    "they_wrote": "asked",
    "promised": "promised",
    "need_more": "need_more",
    "not_theirs": "trouble",
    "refused": "trouble",
    "gone": "gone",
    "still_there": "still_there",
    "stopped": "trouble",
}
