"""A page that may show somebody under 18 goes to the hotline, and nowhere else.

By mail the worker sends it. Where the hotline takes its own form alone, it waits for a caseworker
(hand_over_by_form.py).
"""

import logging
from collections.abc import Sequence

from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from helpline.privacy.vault.errors import VaultError
from helpline.services.models import Service
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.models import Recipient
from intake.recipients.queries import hotline
from intake.removal.actions.drafting import MOST_IN_ONE, queue_notice, write_notice
from intake.removal.errors import Refusal, RefusedError
from intake.removal.locking import lock_locations
from intake.removal.models import Location, PictureAge, RemovalRequest
from intake.removal.permissions import check_work_at_desk
from intake.removal.queries import pair_for_hand_over
from intake.removal.states import Because, RequestStatus, Work
from intake.removal.workflow import (
    StatusChangedError,
    advance,
    begin,
    can_become,
    settle_locations,
)

log = logging.getLogger(__name__)

LOCATIONS_A_SWEEP = 200


@transaction.atomic
def hand_over(location: Location) -> bool:
    """Make the hand-over of a location ready, once. Returns whether that changed anything.

    The worker sends it with the next sweep, or a caseworker fills in their form. Without a hotline in use the location waits at the
    top of the desk's queue, and the worker comes back to it.
    """
    request = location.requests.filter(is_hand_over=True).first()
    if request is not None:
        if location.reopened_at and request.changed_at < location.reopened_at:
            return _once_more(request)
        return False
    recipient = hotline(location.service)
    if recipient is None:
        return False
    pair = pair_for_hand_over()
    begin(
        RemovalRequest(
            location=location,
            recipient=recipient,
            ground=pair.ground,
            route=pair.route,
            is_hand_over=True,
        )
    )
    return True


@transaction.atomic
def hand_over_again(location: Location, *, by: User) -> None:
    """Have it handed over once more: it was refused, they were silent, or they asked for more.

    The one thing a caseworker can do about a location that may show somebody under 18, besides
    filling in the hotline's form.
    """
    check_work_at_desk(by, location.service)
    request = location.requests.filter(is_hand_over=True).first()
    by_itself = (RequestStatus.PROPOSED, RequestStatus.QUEUED, RequestStatus.UNCERTAIN)
    if (
        request is None
        or request.status in by_itself
        or not can_become(request, RequestStatus.READY)
    ):
        raise RefusedError(Refusal.NOT_NOW)
    try:
        _next_round(request, by=by)
    except StatusChangedError:
        raise RefusedError(Refusal.CHANGED) from None


def send_hand_overs() -> int:
    """Queue the notices for all that waits for the hotline. Returns how many notices.

    Addresses go together, as many as fit in one; a hotline that asks for machine-readable reports
    gets one for each. What cannot go stays ready, and the desk says what is missing.
    """
    _begin_forgotten()
    ready = (
        RemovalRequest.objects.filter(
            is_hand_over=True, status=RequestStatus.READY, location__forgotten_at=None
        )
        .select_related("location__service", "recipient")
        .order_by("created_at")
    )
    sent = 0
    for service in Service.objects.filter(pk__in=ready.values("location__service").order_by()):
        recipient = hotline(service)
        theirs = ready.filter(location__service=service)
        if recipient is None:
            continue
        if channels.by_hand(recipient.channel):
            _wait_for_a_person(theirs, recipient)
            continue
        groups: dict[int, list[RemovalRequest]] = {}
        for request in theirs[:LOCATIONS_A_SWEEP]:
            groups.setdefault(request.round, []).append(request)
        sent += sum(_send_together(requests, recipient) for requests in groups.values())
    return sent


@transaction.atomic
def _wait_for_a_person(ready: QuerySet[RemovalRequest], recipient: Recipient) -> None:
    """Say so at the desk, also of what waited while another hotline or another way was in use."""
    waiting = ready.exclude(recipient=recipient, location__work=Work.SEND)[:LOCATIONS_A_SWEEP]
    requests = list(waiting.defer("location__url"))
    location_ids = [request.location_id for request in requests]
    lock_locations(location_ids)
    give_to(requests, recipient)
    settle_locations(location_ids)


def _send_together(requests: list[RemovalRequest], recipient: Recipient) -> int:
    size = 1 if recipient.xarf else MOST_IN_ONE
    parts = [requests[start : start + size] for start in range(0, len(requests), size)]
    sent = 0
    while parts:
        part = parts.pop()
        try:
            _send(part, recipient)
        except (RefusedError, StatusChangedError):
            continue
        except (DatabaseError, VaultError, ValueError) as error:
            log.warning("a hand-over could not be made", extra={"error": type(error).__name__})
            # One that is broken does not hold up the others.
            parts += [[request] for request in part] if len(part) > 1 else []
            continue
        sent += 1
    return sent


@transaction.atomic
def _send(requests: Sequence[RemovalRequest], recipient: Recipient) -> None:
    # A report that is erased meanwhile waits for this, or this finds nothing ready.
    lock_locations(request.location_id for request in requests)
    give_to(requests, recipient)
    queue_notice(write_notice(requests, pair_for_hand_over()), requests, by=None)


def give_to(requests: Sequence[RemovalRequest], recipient: Recipient) -> None:
    """Have hand-overs that are ready go to the hotline of now. The caller holds their locations."""
    moved = [request.pk for request in requests if request.recipient_id != recipient.pk]
    if moved:  # another hotline took over meanwhile
        RemovalRequest.objects.filter(pk__in=moved, status=RequestStatus.READY).update(
            recipient=recipient
        )
    for request in requests:
        request.recipient = recipient


def _begin_forgotten() -> None:
    """Locations that came in while no hotline was in use."""
    handed = RemovalRequest.objects.filter(location=OuterRef("pk"), is_hand_over=True)
    waiting = (
        Location.objects.filter(
            ~Exists(handed),
            work=Work.HAND_OVER,
            picture_age=PictureAge.POSSIBLY_MINOR,
            forgotten_at=None,
        )
        .select_related("service")
        .defer("url")
        .order_by("due_at")[:LOCATIONS_A_SWEEP]
    )
    for location in waiting:
        try:
            hand_over(location)
        except DatabaseError:
            continue  # another worker was faster


def _once_more(request: RemovalRequest) -> bool:
    """Reported again after the hotline was done with it: the next round."""
    if can_become(request, RequestStatus.STILL_THERE):
        advance(request, RequestStatus.STILL_THERE, because=Because.REPORTED_AGAIN)
    if request.status == RequestStatus.READY or not can_become(request, RequestStatus.READY):
        return False
    _next_round(request)
    return True


def _next_round(request: RemovalRequest, *, by: User | None = None) -> None:
    advance(
        request,
        RequestStatus.READY,
        by=by,
        because=Because.ANOTHER_ROUND,
        changes={"round": request.round + 1},
    )
