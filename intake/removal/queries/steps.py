"""What happened about one link, as far as its reporter may see it, in the visitor's words."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from intake.recipients import channels
from intake.removal.models import GroundRoute, RemovalEvent, Sighting, Statement
from intake.removal.states import Because, RequestStatus
from intake.removal.telling import clock_words, step_words

# What was with the hotline already looks as what goes there now, whichever it is: in what a worker
# or a colleague could need for that.
HANDED_AFTER = timedelta(minutes=10)
HANDED_BY_HAND_AFTER = timedelta(days=1)
Pairs = Mapping[tuple[int, int], GroundRoute]


@dataclass(frozen=True)
class Step:
    """One thing that happened, in the visitor's words. ``key`` names it for tests and styles.

    While we wait for who was asked, ``more`` is what time the law gives them, and ``until`` the
    end of it.
    """

    key: str
    at: datetime
    text: str
    recipient: str
    more: str = ""
    until: datetime | None = None


def step_of(key: str, at: datetime, name: str = "") -> Step:
    return Step(key=key, at=at, text=step_words(key, name), recipient=name)


def request_steps(statement: Statement, events: Iterable[RemovalEvent], pairs: Pairs) -> list[Step]:
    """What became of asking. An answer to what was asked before the own report is left out: it
    would tell that somebody asked. Only a check is for everybody."""
    steps: list[Step] = []
    begun: Counter[int] = Counter()
    asked: dict[int, int] = {}
    for event in events:
        request = event.request
        if request is None or request.is_hand_over or event.at <= statement.created_at:
            continue
        if event.became == RequestStatus.QUEUED:
            begun[request.pk] += 1
        elif (event.came_from, event.became) == (RequestStatus.QUEUED, RequestStatus.READY):
            begun[request.pk] -= 1  # called back
        key = _key(event)
        if key is None or (key not in CHECKS and not begun[request.pk]):
            continue
        if key == "asked":
            earlier = asked.get(request.pk)
            if earlier is not None:  # only the latest round has a clock
                steps[earlier] = replace(steps[earlier], more="", until=None)
            asked[request.pk] = len(steps)
        steps.append(step_of(key, event.at, request.recipient.name))
        if key == "asked" and request.status == RequestStatus.SENT and request.due_at:
            pair = pairs.get((request.ground_id or 0, request.route_id or 0))
            more = clock_words(pair, request.due_at)
            steps[-1] = replace(steps[-1], more=more, until=request.due_at)
    return once(steps)


def hand_over_steps(
    statement: Statement, events: Iterable[RemovalEvent], since: datetime, now: datetime
) -> list[Step]:
    """What the hotline does. That it had the page before looks as if it got it now."""
    steps: list[Step] = []
    reopened_at = statement.location.reopened_at
    begins_again = reopened_at is not None and reopened_at >= since
    for event in events:
        request = event.request
        if request is None or not request.is_hand_over or _only_read(event):
            continue
        key = HAND_OVER_KEYS.get(event.became)
        if key is None:
            continue
        if event.at <= since and (begins_again or key != "handed_over"):
            continue
        by_hand = channels.by_hand(request.recipient.channel)
        from_when = since + (HANDED_BY_HAND_AFTER if by_hand else HANDED_AFTER)
        steps.append(step_of(key, max(event.at, from_when), request.recipient.name))
    return once([step for step in steps if step.at <= now])


def own_steps(sightings: Iterable[Sighting]) -> list[Step]:
    """What the reporter told us later, and that it was read."""
    steps = []
    for sighting in sightings:
        steps.append(step_of(f"said_{sighting.seen}", sighting.at))
        if sighting.read_at is not None:
            steps.append(step_of("read", sighting.read_at))
    return once(steps)


def once(steps: Sequence[Step]) -> list[Step]:
    """Each thing once: gone for everybody who was asked is gone."""
    told: dict[tuple[str, datetime], Step] = {}
    for step in steps:
        told.setdefault((step.text, step.at), step)
    return list(told.values())


CHECKS = frozenset({"gone", "still_there"})
KEYS = {
    RequestStatus.SENT.value: "asked",
    RequestStatus.UNCERTAIN.value: "uncertain",
    RequestStatus.REJECTED.value: "not_delivered",
    RequestStatus.NO_REPLY.value: "no_reply",
    RequestStatus.SAID_REMOVED.value: "they_say_gone",
    RequestStatus.REPLIED.value: "they_wrote",
    RequestStatus.PROMISED.value: "promised",
    RequestStatus.NEED_MORE.value: "need_more",
    RequestStatus.WRONG_RECIPIENT.value: "not_theirs",
    RequestStatus.REFUSED.value: "refused",
    RequestStatus.REMOVED.value: "gone",
    RequestStatus.STILL_THERE.value: "still_there",
}
HAND_OVER_KEYS = {
    RequestStatus.SENT.value: "handed_over",
    RequestStatus.UNCERTAIN.value: "hotline_uncertain",
    RequestStatus.REJECTED.value: "hotline_uncertain",
    RequestStatus.SAID_REMOVED.value: "hotline_says_gone",
    RequestStatus.PROMISED.value: "hotline_promised",
    RequestStatus.NEED_MORE.value: "hotline_need_more",
    RequestStatus.WRONG_RECIPIENT.value: "hotline_not_theirs",
    RequestStatus.REFUSED.value: "hotline_refused",
}


def _key(event: RemovalEvent) -> str | None:
    if event.became == RequestStatus.WITHDRAWN:
        # Only what was under way can be seen to stop; why only the hotline has it is said once.
        is_seen = event.came_from not in ("proposed", "ready")
        return "stopped" if is_seen and event.because != Because.POSSIBLY_MINOR else None
    if _only_read(event):
        return None
    if event.because in (Because.REPORTED_AGAIN, Because.REPORTER_SAYS):
        return None  # another's word; the own one is told as such
    if event.because in (Because.HOST_CHANGED, Because.ALL_THE_SAME):
        return None  # whom to ask is being looked into; nothing happened to the request
    return KEYS.get(event.became)


def _only_read(event: RemovalEvent) -> bool:
    """A mail was read and held no answer: we wait as before, and asked nobody anew."""
    return (event.came_from, event.became) == (RequestStatus.REPLIED, RequestStatus.SENT)
