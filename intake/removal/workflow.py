"""The only place where a status changes.

Each change is a conditional UPDATE: whoever comes second finds nothing to change and is told. The
event that says what happened is written in the same transaction, and the locations it touches are
worked out anew for the queue.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients import channels
from intake.removal.deadlines import our_due
from intake.removal.locking import lock_location, lock_locations
from intake.removal.models import (
    Location,
    Notice,
    RemovalEvent,
    RemovalRequest,
    Seen,
    Sighting,
    Statement,
    Wish,
)
from intake.removal.states import (
    NOTICE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    SETTLED,
    Because,
    NoticeStatus,
    RequestStatus,
    Work,
)

# Hours in which we ourselves act; how long a recipient has is in the data (GroundRoute).
OUR_HOURS: dict[RequestStatus, int] = {
    RequestStatus.PROPOSED: 24,
    RequestStatus.READY: 24,
    RequestStatus.QUEUED: 4,
    RequestStatus.UNCERTAIN: 4,
    RequestStatus.REJECTED: 24,
    RequestStatus.NO_REPLY: 24,
    RequestStatus.REPLIED: 24,
    RequestStatus.SAID_REMOVED: 24,
    RequestStatus.NEED_MORE: 24,
    RequestStatus.WRONG_RECIPIENT: 24,
    RequestStatus.REFUSED: 48,
    RequestStatus.STILL_THERE: 24,
}
HOURS_TO_ASK = 24
HOURS_TO_LOOK = 24
UNDER_WAY = frozenset({RequestStatus.QUEUED, RequestStatus.SENT, RequestStatus.PROMISED})
DEAD_ENDS = frozenset(
    {
        RequestStatus.REJECTED,
        RequestStatus.NO_REPLY,
        RequestStatus.WRONG_RECIPIENT,
        RequestStatus.REFUSED,
        RequestStatus.STILL_THERE,
    }
)


class IllegalTransitionError(Exception):
    """The table does not allow this change."""


class StatusChangedError(Exception):
    """Somebody else changed the status first."""


def can_become(request: RemovalRequest, to: RequestStatus) -> bool:
    """Whether the table allows a request to become ``to``."""
    return to in REQUEST_TRANSITIONS[RequestStatus(request.status)]


def advance(
    request: RemovalRequest,
    to: RequestStatus,
    *,
    by: User | None = None,
    because: Because | None = None,
    notice: Notice | None = None,
    due_at: datetime | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Change the status of one request. See ``advance_all``."""
    advance_all(
        [request], to, by=by, because=because, notice=notice, due_at=due_at, changes=changes
    )


@transaction.atomic
def advance_all(
    requests: Sequence[RemovalRequest],
    to: RequestStatus,
    *,
    by: User | None = None,
    because: Because | None = None,
    notice: Notice | None = None,
    due_at: datetime | None = None,
    changes: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Change the status of requests together, or of none of them.

    ``due_at`` is the recipient's clock; without it our own hours count. ``changes`` are other
    fields that go along; ``at`` is the moment of what made it happen. Raises
    IllegalTransitionError, StatusChangedError.
    """
    lock_locations({request.location_id for request in requests})
    now = at or timezone.now()
    if due_at is None and to in OUR_HOURS:
        chosen = (changes or {}).get("ground")
        grounds = [chosen.pk] if chosen else [request.ground_id for request in requests]
        due_at = our_due(grounds, now, timedelta(hours=OUR_HOURS[to]))
    fields: dict[str, Any] = {**(changes or {}), "due_at": due_at, "changed_at": now, "status": to}
    for request in requests:
        if not can_become(request, to):
            raise IllegalTransitionError(f"{request.status} → {to.value}")
    for came_from in {request.status for request in requests}:
        same = [request.pk for request in requests if request.status == came_from]
        changed = RemovalRequest.objects.filter(pk__in=same, status=came_from).update(**fields)
        if changed != len(same):
            raise StatusChangedError
    RemovalEvent.objects.bulk_create(
        [
            RemovalEvent(
                location_id=request.location_id,
                request=request,
                notice=notice,
                at=now,
                came_from=request.status,
                became=to,
                because=because or "",
                by=by,
            )
            for request in requests
        ]
    )
    for request in requests:
        for name, value in fields.items():
            setattr(request, name, value)
    settle_locations({request.location_id for request in requests})


@transaction.atomic
def advance_notice(
    notice: Notice,
    to: NoticeStatus,
    *,
    by: User | None = None,
    because: Because | None = None,
    only_if: dict[str, Any] | None = None,
    changes: dict[str, Any] | None = None,
) -> None:
    """Change the status of a notice; its requests are advanced by who calls this.

    ``only_if`` are further conditions of the UPDATE, such as the claim of the worker that asks.
    Raises IllegalTransitionError, StatusChangedError.
    """
    came_from = NoticeStatus(notice.status)
    if to not in NOTICE_TRANSITIONS[came_from]:
        raise IllegalTransitionError(f"{came_from.value} → {to.value}")
    fields = {**(changes or {}), "status": to}
    changed = Notice.objects.filter(pk=notice.pk, status=came_from, **(only_if or {})).update(
        **fields
    )
    if changed != 1:
        raise StatusChangedError
    RemovalEvent.objects.create(
        notice=notice,
        at=timezone.now(),
        came_from=came_from,
        became=to,
        because=because or "",
        by=by,
    )
    for name, value in fields.items():
        setattr(notice, name, value)


@transaction.atomic
def begin(
    request: RemovalRequest, *, by: User | None = None, because: Because | None = None
) -> None:
    """Store a new request with its first event.

    It begins as proposed; a hand-over begins ready, since there is nothing to choose.
    """
    lock_location(request.location_id)
    now = timezone.now()
    request.status = RequestStatus.READY if request.is_hand_over else RequestStatus.PROPOSED
    request.created_at = request.changed_at = now
    request.due_at = now + timedelta(hours=OUR_HOURS[RequestStatus(request.status)])
    request.save(force_insert=True)
    RemovalEvent.objects.create(
        location_id=request.location_id,
        request=request,
        at=now,
        became=request.status,
        because=because or "",
        by=by,
    )
    settle_locations({request.location_id})


def settle_locations(location_ids: Iterable[uuid.UUID]) -> None:
    """Work out what locations wait for and until when, for the queue. Four queries, and one
    for each location that changed."""
    ids = list(location_ids)
    by_location: dict[uuid.UUID, list[RemovalRequest]] = {pk: [] for pk in ids}
    for request in RemovalRequest.objects.filter(location_id__in=ids).select_related("recipient"):
        by_location[request.location_id].append(request)
    live = dict(
        Statement.objects.filter(
            location_id__in=ids, mandate_withdrawn_at=None, wish=Wish.REMOVE
        ).values_list("pk", "location_id")
    )
    done, unread_at = _sightings_of(live)
    asked_for = {place for statement, place in live.items() if statement not in done}
    for location in Location.objects.filter(pk__in=ids).defer("url"):
        work, due_at = work_of(
            location,
            by_location[location.pk],
            is_asked_for=location.pk in asked_for,
            unread_at=unread_at.get(location.pk),
        )
        if (location.work, location.due_at) != (work, due_at):
            Location.objects.filter(pk=location.pk).update(work=work, due_at=due_at)


def _sightings_of(live: dict[int, uuid.UUID]) -> tuple[set[int], dict[uuid.UUID, datetime]]:
    """The statements whose reporter said last that it is gone, and since when a sighting of a
    location waits for a caseworker."""
    gone: set[int] = set()
    unread_at: dict[uuid.UUID, datetime] = {}
    for sighting in Sighting.objects.filter(statement__in=live).order_by("at", "pk"):
        if sighting.seen == Seen.GONE:
            gone.add(sighting.statement_id)
        else:
            gone.discard(sighting.statement_id)
        if sighting.read_at is None:
            unread_at.setdefault(live[sighting.statement_id], sighting.at)
    return gone, unread_at


def work_of(
    location: Location,
    requests: list[RemovalRequest],
    *,
    is_asked_for: bool,
    unread_at: datetime | None = None,
) -> tuple[Work, datetime | None]:
    """What a location waits for and until when, from all its requests.

    ``unread_at`` is since when a reporter's word about it waits to be read.
    """
    if location.forgotten_at is not None:
        return Work.DONE, None
    if location.is_possibly_minor:
        return _work_of_hand_over(location, requests)
    if unread_at and not any(r.status == RequestStatus.UNCERTAIN for r in requests):
        return Work.LOOK, unread_at + timedelta(hours=HOURS_TO_LOOK)
    # The most urgent thing first.
    for work, statuses in (
        (Work.UNCLEAR, {RequestStatus.UNCERTAIN}),
        (Work.CHECK, {RequestStatus.SAID_REMOVED}),
        (Work.DECIDE, {RequestStatus.NEED_MORE, RequestStatus.REPLIED}),
        (Work.SEND, {RequestStatus.PROPOSED, RequestStatus.READY}),
        (Work.WAIT, UNDER_WAY),
        (Work.DECIDE, DEAD_ENDS),
    ):
        these = [request for request in requests if request.status in statuses]
        if these:
            return work, min((r.due_at for r in these if r.due_at), default=None)
    if any(request.status == RequestStatus.REMOVED for request in requests) or not is_asked_for:
        return Work.DONE, None
    asked_at = location.reopened_at or location.created_at
    return Work.ASK, asked_at + timedelta(hours=HOURS_TO_ASK)


def _work_of_hand_over(
    location: Location, requests: list[RemovalRequest]
) -> tuple[Work, datetime | None]:
    """Only what concerns the hotline counts; its word is the outcome, since nobody here looks."""
    with_hotline = [r for r in requests if r.is_hand_over]
    if not with_hotline:
        return Work.HAND_OVER, location.age_assessed_at  # overdue: no hotline is in use yet
    request = with_hotline[-1]
    not_handed = (RequestStatus.READY, RequestStatus.QUEUED)
    if request.status in not_handed and channels.by_hand(request.recipient.channel):
        return Work.SEND, request.due_at  # no worker fills in their form
    if request.status == RequestStatus.UNCERTAIN:
        return Work.UNCLEAR, request.due_at
    if request.status in DEAD_ENDS | {RequestStatus.NEED_MORE, RequestStatus.REPLIED}:
        return Work.DECIDE, request.due_at
    if request.status in SETTLED or request.status == RequestStatus.SAID_REMOVED:
        return Work.DONE, None
    return Work.HAND_OVER, request.due_at
