"""Reading conversations: by a visitor's token, the waiting list, a counsellor's desk, transcripts."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import orjson
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from chat.models import (
    GONE,
    Conversation,
    ConversationEvent,
    Message,
    Note,
    QueueDecision,
    ReportOffer,
    Seat,
)
from chat.queries_silence import Silence, silences
from chat.states import OfferStatus, Presence, Sender, Status
from helpline.privacy.vault import keys
from helpline.privacy.vault.sealing import keyed_hash
from helpline.services import queries as services
from helpline.services.models import Service
from helpline.services.queries import ChatState
from helpline.staff.models import User
from helpline.staff.permissions import has_role

# One page of a replay: so many messages, and so many bytes as JSON. A server's bound on a socket's
# messages holds for what we send as well: Daphne drops what is above 64 KiB.
PAGE = 50
PAGE_BYTES = 48 * 1024
AROUND_BYTES = 200  # of a message beside its text
# A desk has to fit in one frame, too. Who waits longest is on it.
MOST_WAITING, MOST_ALARMS = 80, 20
MOST_CHOICES = 200
MOST_NOTES = 200  # beside one conversation
MOST_WORDS = 2000  # messages of one conversation in which links are looked for

# The last words of a conversation can still be fetched for so long by who holds the token.
GRACE = timedelta(minutes=10)
# After a clock closed it, who comes back to a page that was left open can ask for a way back.
QUIET_GRACE = timedelta(hours=12)


def by_token(token: str, *, even_blocked: bool = False) -> Conversation | None:
    """The conversation of a visitor's token, while the token lives.

    ``even_blocked`` is for telling a page that was there how it ended.
    """
    found = _of_token(token).filter(Q(ended_at=None) | Q(ended_at__gt=timezone.now() - GRACE))
    return (found if even_blocked else found.filter(blocked_at=None)).first()


def closed_quietly(token: str) -> Conversation | None:
    """The conversation of a token that a clock ended not long ago, while its visitor was silent:
    they may still ask for a way back, and nothing else. Not of who left in a hurry: whoever looks
    at that device is told nothing.
    """
    silent = ConversationEvent.objects.filter(
        conversation=OuterRef("pk"), was=Status.ACTIVE, became=Status.ENDED, side=Sender.SYSTEM
    )
    return (
        _of_token(token)
        .filter(
            Exists(silent),
            status=Status.ENDED,
            ended_at__gt=timezone.now() - QUIET_GRACE,
            blocked_at=None,
        )
        .first()
    )


def erasable_by_token(token: str) -> Conversation | None:
    """The conversation of a visitor's token as long as it is kept: to erase it, and nothing else."""
    if not token or len(token) > 100:
        return None
    return Conversation.objects.filter(token_hash=keyed_hash("token", token)).first()


def is_blocked(token: str) -> bool:
    """Whether this token was blocked because its chat was abused."""
    return _of_token(token).filter(blocked_at__isnull=False).exists()


def _of_token(token: str) -> QuerySet[Conversation]:
    rows = Conversation.objects.select_related("service", "owner")
    if not token or len(token) > 100:
        return rows.none()
    return rows.filter(token_hash=keyed_hash("token", token))


def by_id(conversation_id: uuid.UUID) -> Conversation | None:
    return (
        Conversation.objects.select_related("service", "owner", "came_by")
        .filter(pk=conversation_id)
        .first()
    )


class Page(NamedTuple):
    """Messages in order, and whether more follow them."""

    messages: list[Message]
    more: bool


def messages_after(conversation_id: uuid.UUID, seq: int, *, limit: int = PAGE) -> Page:
    """One page of what was said after a place in the sequence.

    The first message always goes; after it, what would not fit in PAGE_BYTES waits for the next
    page, and is not opened.
    """
    found = list(
        Message.objects.filter(conversation_id=conversation_id, seq__gt=seq).order_by("seq")[
            : limit + 1
        ]
    )
    text = Message._meta.get_field("text")
    size = 0
    for place, message in enumerate(found):
        least = size + text.stored_bytes(message)
        if place == limit or (place > 0 and least > PAGE_BYTES):
            return Page(found[:place], more=True)
        size += AROUND_BYTES + len(orjson.dumps(message.text))
        if place > 0 and size > PAGE_BYTES:
            return Page(found[:place], more=True)
    return Page(found, more=False)


def transcript(conversation_id: uuid.UUID, *, after: int = 0) -> list[Message]:
    """All that was said, or all after a place, in order."""
    said = Message.objects.filter(conversation_id=conversation_id, seq__gt=after)
    return list(said.order_by("seq"))


def words_after(conversation: Conversation, seq: int) -> Iterator[tuple[int, str]]:
    """What visitor and counsellor said after a place, for finding links in it; of a very long
    conversation the last part. Some at a time, so that it takes no room.
    """
    seq = max(seq, conversation.last_seq - MOST_WORDS)
    said = Message.objects.filter(conversation_id=conversation.pk).exclude(sender=Sender.SYSTEM)
    while True:
        found = list(said.filter(seq__gt=seq).order_by("seq")[:PAGE])
        for message in found:
            yield message.seq, message.text
        if len(found) < PAGE:
            return
        seq = found[-1].seq


def position(conversation: Conversation) -> int:
    """The visitor's place in the queue, from 1; 0 when not waiting."""
    if conversation.status != Status.WAITING:
        return 0
    return before(conversation).count() + 1


def before(conversation: Conversation) -> QuerySet[Conversation]:
    """Who stands before somebody in the queue of their service, first first."""
    earlier = Conversation.objects.filter(
        service=conversation.service_id, status=Status.WAITING
    ).filter(
        Q(queue_from__lt=conversation.queue_from)
        | Q(queue_from=conversation.queue_from, pk__lt=conversation.pk)
    )
    return earlier.order_by("queue_from", "pk")


def chat_state(service: Service) -> ChatState:
    """Whether somebody new may come into the chat of a service now, and if not, why."""
    waiting = 0
    if service.full_limit is not None:
        waiting = Conversation.objects.filter(service=service, status=Status.WAITING).count()
    return services.chat_state(service, waiting=waiting)


def open_offer(conversation_id: uuid.UUID) -> ReportOffer | None:
    """The counsellor's question about a report that waits for the visitor's answer."""
    return ReportOffer.objects.filter(
        conversation_id=conversation_id, status=OfferStatus.OPEN
    ).first()


def notes(conversation_id: uuid.UUID) -> list[Note]:
    """What colleagues wrote beside a conversation, in order; of very many the last."""
    found = Note.objects.filter(conversation_id=conversation_id).select_related("by")
    return list(found.order_by("-pk")[:MOST_NOTES])[::-1]


class Standing(NamedTuple):
    """How one conversation stands: what every page that shows it must know of, and no words."""

    id: uuid.UUID
    service_id: uuid.UUID
    status: str
    owner_id: int | None
    last_seq: int
    visitor_read_seq: int
    counsellor_read_seq: int
    waiting_since: datetime
    queue_from: datetime
    danger_at: datetime | None
    acknowledged_at: datetime | None
    paused_until: datetime | None


def floor() -> list[Standing]:
    """How every conversation stands that has not ended, of all services, in the queue's order."""
    rows = (
        Conversation.objects.exclude(status=Status.ENDED)
        .order_by("queue_from", "id")
        .values_list(*Standing._fields)
    )
    return list(map(Standing._make, rows))


def holds_danger(user: User) -> bool:
    """Whether somebody answers in a conversation in which danger was raised."""
    return (
        Conversation.objects.filter(owner=user, danger_at__isnull=False)
        .exclude(status=Status.ENDED)
        .exists()
    )


@dataclass(frozen=True)
class Desk:
    """All that a console shows beside the open conversation."""

    waiting: list[Conversation]
    more: int  # who wait after those
    mine: list[Conversation]
    alarms: list[Conversation]
    seat: Seat
    silences: Mapping[uuid.UUID, Silence]
    unheard: list[uuid.UUID]  # of these in danger: no supervisor is on duty who could see it


def desk(user: User) -> Desk:
    """Who waits, whom this counsellor talks to, and danger that a supervisor must know of.

    The order is that of ``queue_from``: first come, first served, with a head start that shows.
    """
    supervises = has_role(user, "supervisor")
    theirs = (
        Conversation.objects.filter(service__memberships__user=user)
        .exclude(status=Status.ENDED)
        .order_by("queue_from", "pk")
    )
    in_line = theirs.filter(status=Status.WAITING)
    shown = Q(pk__in=in_line.values("pk")[: MOST_WAITING + 1]) | Q(owner=user)
    if supervises:
        shown |= Q(danger_at__isnull=False)
    # In one question, so that nobody who is taken in between stands in two lists, or in none.
    rows = list(theirs.filter(shown).select_related("owner", "came_by", "service"))
    waiting = [row for row in rows if row.status == Status.WAITING]
    more = in_line.count() - MOST_WAITING if waiting[MOST_WAITING:] else 0
    waiting = waiting[:MOST_WAITING]
    mine = [row for row in rows if row.owner_id == user.pk]
    alarms = [row for row in rows if row.in_danger][:MOST_ALARMS] if supervises else []
    keys.preload([row.pk for row in (*waiting, *mine, *alarms)])
    return Desk(
        waiting=waiting,
        more=more,
        mine=mine,
        alarms=alarms,
        seat=seat(user),
        silences=silences(mine),
        unheard=unheard(mine, user),
    )


def supervisors_on_duty() -> QuerySet[Seat]:
    """The seats of supervisors who are there now."""
    there = Seat.objects.filter(presence=Presence.ON, seen_at__gt=timezone.now() - GONE)
    return there.filter(user__is_active=True, user__groups__name="supervisor")


def unheard(rows: Iterable[Conversation], user: User) -> list[uuid.UUID]:
    """Alarms of a counsellor that nobody has seen, and that no supervisor is there to see."""
    unseen = [row for row in rows if row.in_danger and row.acknowledged_at is None]
    if not unseen:
        return []
    watched = set(
        supervisors_on_duty()
        .filter(user__memberships__service__in={row.service_id for row in unseen})
        .exclude(user=user)
        .values_list("user__memberships__service", flat=True)
    )
    return [row.pk for row in unseen if row.service_id not in watched]


def seat(user: User) -> Seat:
    """A counsellor's place at the chat; one that is not stored for who was never there."""
    return Seat.objects.filter(user=user).first() or Seat(user=user)


def load(user: User) -> int:
    """How many chats somebody has, also while their visitor is away for a moment."""
    return Conversation.objects.filter(owner=user).exclude(status=Status.ENDED).count()


def choices_from_queue(user: User) -> list[QueueDecision]:
    """Who was taken from the queues of this supervisor's services, and why: the last ones first."""
    taken = QueueDecision.objects.filter(conversation__service__memberships__user=user)
    return list(taken.select_related("by").order_by("-at", "-id")[:MOST_CHOICES])
