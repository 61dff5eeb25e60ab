"""The ladder proposes who to ask next: the worker when its time has come, or a person sooner.

It proposes and no more. Why and how to ask, and the notice, are for a person to choose and to read.
Nothing here touches a location that may show somebody under 18.
"""

import logging
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from helpline.services.models import Service
from helpline.staff.models import User
from intake.removal.actions.finding import note_found
from intake.removal.actions.proposing import begin_anew
from intake.removal.canonical import read
from intake.removal.errors import Refusal, RefusedError
from intake.removal.locking import lock_location
from intake.removal.models import Ladder, Location, RemovalRequest, WaitsFor
from intake.removal.permissions import check_touch
from intake.removal.queries.ladder import Named, due_for_the_ladder, next_turn
from intake.removal.states import SETTLED, Because, RequestStatus, Work
from intake.removal.workflow import DEAD_ENDS, StatusChangedError, begin

log = logging.getLogger(__name__)

# How long a person has to decide otherwise before the ladder proposes. Who was silent is asked
# again first.
PATIENCE_HOURS: dict[RequestStatus, int] = {
    RequestStatus.NO_REPLY: 24,
    RequestStatus.REFUSED: 12,
    RequestStatus.WRONG_RECIPIENT: 1,
    RequestStatus.REJECTED: 1,
    RequestStatus.STILL_THERE: 1,
}
LOOK_AGAIN = timedelta(hours=1)


def climb_ladders(now: datetime | None = None) -> int:
    """Propose who is next, wherever its time has come. Returns for how many locations.

    Never raises on one bad row.
    """
    now = now or timezone.now()
    climbed = 0
    for service in Service.objects.all():
        for location in due_for_the_ladder(service, now):
            try:
                climbed += _climb_by_clock(location, now)
            except (DatabaseError, VaultError, StatusChangedError, ValueError) as error:
                log.warning("a ladder could not be climbed", extra={"error": type(error).__name__})
                _look_again(location, WaitsFor.TIME, now + LOOK_AGAIN)
    return climbed


@transaction.atomic
def climb_now(location: Location, *, by: User) -> list[RemovalRequest]:
    """A person has the ladder propose who is next without waiting for its time.

    Raises PermissionDenied, RefusedError when it waits for something, or somebody is being asked.
    """
    held = lock_location(location.pk)
    check_touch(by, held)
    requests = _requests(held)
    if any(request.status not in SETTLED | DEAD_ENDS for request in requests):
        raise RefusedError(Refusal.NOT_NOW)
    turn = next_turn(held, read(held.url).host, requests)
    _look_again(held, turn.waits_for, timezone.now() + LOOK_AGAIN)
    return [_propose(held, named, requests, by=by) for named in turn.named]


@transaction.atomic
def _climb_by_clock(location: Location, now: datetime) -> int:
    held = lock_location(location.pk)
    if held.work != Work.DECIDE or held.is_possibly_minor or held.forgotten_at is not None:
        return 0  # it changed since the sweep began
    requests = _requests(held)
    if any(request.status not in SETTLED | DEAD_ENDS for request in requests):
        _look_again(location, WaitsFor.ANSWER, now + LOOK_AGAIN)
        return 0
    ready_at = max(_patient_until(r) for r in requests if r.status in DEAD_ENDS)
    if ready_at > now:
        _look_again(location, WaitsFor.TIME, ready_at)
        return 0
    turn = next_turn(held, read(held.url).host, requests)
    _look_again(held, turn.waits_for, now + LOOK_AGAIN)
    for named in turn.named:
        _propose(held, named, requests, by=None)
    return bool(turn.named)


def _propose(
    location: Location, named: Named, requests: list[RemovalRequest], *, by: User | None
) -> RemovalRequest:
    """The caller holds the location, so that nobody proposes the same beside us."""
    stopped = next(
        (
            request
            for request in requests
            if request.recipient_id == named.recipient.pk
            and request.status == RequestStatus.WITHDRAWN
        ),
        None,
    )
    if stopped is not None:
        request = begin_anew(stopped, by=by, because=Because.LADDER)
    else:
        request = RemovalRequest(location=location, recipient=named.recipient)
        begin(request, by=by, because=Because.LADDER)
    if named.proposal is not None:
        note_found(request, named.proposal)
    return request


def _patient_until(request: RemovalRequest) -> datetime:
    return request.changed_at + timedelta(hours=PATIENCE_HOURS[RequestStatus(request.status)])


def _requests(location: Location) -> list[RemovalRequest]:
    return list(location.requests.filter(is_hand_over=False).select_related("recipient"))


def _look_again(location: Location, waits_for: WaitsFor, at: datetime) -> None:
    Ladder.objects.update_or_create(
        location_id=location.pk, defaults={"waits_for": waits_for, "next_look_at": at}
    )
