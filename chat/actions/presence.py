"""Being on duty, and what becomes of the chats of somebody who is gone.

A counsellor is heard while a page of the console is connected. Who is not heard for ``GONE`` is
off duty, and their visitors stand at the front of the queue, with everything that was said. Those
of somebody who was switched off stand there at once.
"""

import logging
import time
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat import permissions
from chat.actions.desk import back_to_front
from chat.actions.settling import lock, note
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import GONE, Conversation, Seat
from chat.states import DESK_ROLES, OPEN, Presence, Sender, Status
from chat.wire import bells
from chat.workflow import StaleStatusError
from helpline.staff.models import Membership, User

log = logging.getLogger(__name__)

DEAF = timedelta(minutes=1)  # in which no page at all was heard: then it is us, not one of them
LISTENING = 60.0  # seconds for which the site must have heard somebody before one is missed


def set_presence(*, presence: Presence, by: User) -> None:
    """Go on duty, have a break, or go off. Chats that are theirs stay theirs."""
    if not permissions.can_use_desk(by):
        raise ChatError(Code.FORBIDDEN)
    now = timezone.now()
    Seat.objects.get_or_create(user=by)
    with transaction.atomic():
        # Held, so that a claim is either before it and stays, or after it and is refused.
        seat = Seat.objects.select_for_update().get(user=by)
        seat.seen_at = now
        if seat.presence != presence:
            seat.presence, seat.since = presence, now
        seat.save(update_fields=["seen_at", "presence", "since"])
        _ring_desks_of(by.pk)


def arrive(*, by: User) -> None:
    """A page of the console is there."""
    if not Seat.objects.filter(user=by).update(seen_at=timezone.now()):
        Seat.objects.get_or_create(user=by)


def note_staff_seen(user_ids: Collection[int]) -> None:
    """Note that pages of these counsellors are there now."""
    seats = (
        Seat.objects.select_for_update(no_key=True).filter(pk__in=user_ids).order_by("pk")
    )  # in this order everywhere: otherwise two of them wait for each other
    with transaction.atomic(savepoint=False):
        Seat.objects.filter(pk__in=seats.values("pk")).update(seen_at=timezone.now())


class Ear:
    """How long this worker has known that the site hears its pages without a break.

    A database or web servers that were away make everybody look gone at once.
    """

    def __init__(self) -> None:
        self.since = self.last = time.monotonic()

    def hears(self, heard_lately: bool) -> bool:
        now = time.monotonic()
        if not heard_lately or now - self.last > LISTENING / 2:
            self.since = now
        self.last = now
        return now - self.since >= LISTENING


_ear = Ear()


def miss_counsellors() -> int:
    """Take who is gone off duty, and give their visitors back. Returns how many visitors."""
    now = timezone.now()
    moved = _relieve()
    if not _ear.hears(_heard_at_all(now - DEAF)):
        return moved
    gone = Seat.objects.filter(seen_at__lt=now - GONE)
    for seat in [
        *gone.exclude(presence=Presence.OFF),
        *gone.filter(presence=Presence.OFF, user__conversations__status=Status.ACTIVE).distinct(),
    ]:
        try:
            moved += _miss(seat.pk)
        except Exception as error:  # noqa: BLE001 -- one bad row must not keep the others
            log.error("a seat could not be cleared", extra={"error": type(error).__name__})
    return moved


def _relieve() -> int:
    """Give back the visitors of who answers here no more: switched off, or without the role or the
    service. Nobody waits for a page of theirs that may come back. Returns how many visitors moved.
    """
    moved = 0
    for conversation in _left_behind():
        try:
            moved += _let_go(conversation, conversation.owner_id, Line.GIVEN_BACK)
        except (ChatError, StaleStatusError):
            continue  # erased, or gone on just now
        except Exception as error:  # noqa: BLE001 -- one bad row must not keep the others
            log.error("a visitor was not given back", extra={"error": type(error).__name__})
    return moved


def _left_behind() -> QuerySet[Conversation]:
    """Conversations that are with somebody who may not answer in them any more."""
    works = Membership.objects.filter(user=OuterRef("owner"), service=OuterRef("service"))
    answers = User.groups.through.objects.filter(user=OuterRef("owner"), group__name__in=DESK_ROLES)
    return Conversation.objects.filter(status=Status.ACTIVE).filter(
        Q(owner__is_active=False) | ~Exists(works) | ~Exists(answers)
    )


def _heard_at_all(since: datetime) -> bool:
    staff = Seat.objects.filter(seen_at__gte=since)
    visitors = Conversation.objects.filter(status__in=OPEN, visitor_seen_at__gte=since)
    return staff.exists() or visitors.exists()


def _miss(user_id: int) -> int:
    """Clear one seat, unless its counsellor came back just now. Returns how many visitors moved."""
    with transaction.atomic():
        seat = Seat.objects.select_for_update().get(pk=user_id)
        now = timezone.now()
        if seat.seen_at >= now - GONE:
            return 0
        if seat.presence != Presence.OFF:
            seat.presence, seat.since = Presence.OFF, now
            seat.save(update_fields=["presence", "since"])
        moved = 0
        # Who left in a hurry keeps their counsellor's name until they are back; then it is asked
        # again here whether that counsellor is.
        theirs = Conversation.objects.filter(owner=user_id, status=Status.ACTIVE).order_by("pk")
        for conversation in theirs:
            try:
                moved += _let_go(conversation, user_id, Line.VANISHED)
            except (ChatError, StaleStatusError):
                continue  # erased, or gone on just now
        _ring_desks_of(user_id)
        return moved


@transaction.atomic
def _let_go(conversation: Conversation, user_id: int | None, line: Line) -> int:
    row = lock(conversation)
    if row.owner_id != user_id or row.status != Status.ACTIVE:
        return 0
    back_to_front(row, side=Sender.SYSTEM)
    note(row, line)
    bells.announce_queue(row.service_id)
    return 1


def _ring_desks_of(user_id: int) -> None:
    """Every desk of their services looks again: who is there has changed."""
    services = Membership.objects.filter(user=user_id).values_list("service_id", flat=True)
    for service_id in services:
        bells.announce(service_id, service_id, seq=0)  # no conversation: nobody follows that number
