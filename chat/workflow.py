"""The only place where the status of a conversation changes, and who has it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from chat.models import Conversation, ConversationEvent, Handover, PastChat
from chat.states import TRANSITIONS, HandoverStatus, Kind, Sender, Status, Way
from helpline.staff.models import User


class StaleStatusError(Exception):
    """Somebody else was first: the conversation is not in the expected state any more."""


def advance(
    conversation: Conversation,
    to: Status,
    *,
    side: Sender,
    by: User | None = None,
    **fields: Any,
) -> None:
    """Move a conversation on by a conditional UPDATE, with its event in the same transaction.

    ``fields`` change along with it. Raises StaleStatusError when the row in the database has moved
    since ``conversation`` was read, or when the table does not allow the step.
    """
    was = Status(conversation.status)
    if to not in TRANSITIONS[was]:
        raise StaleStatusError
    changes: dict[str, Any] = {
        "status": to,
        "paused_until": None,
        "ended_at": timezone.now() if to == Status.ENDED else None,
        "ended_by": side if to == Status.ENDED else "",
        **fields,
    }
    with transaction.atomic():
        moved = Conversation.objects.filter(
            pk=conversation.pk, status=was, owner=conversation.owner_id
        ).update(**changes)
        if moved != 1:
            raise StaleStatusError
        if to == Status.ENDED or "owner" in fields:
            _close_handovers(conversation, fields.get("owner"))
        if to == Status.ENDED:
            _count(conversation, side=side, ended_at=changes["ended_at"])
        record(conversation, Kind.STATUS, side=side, by=by, was=was, became=to)
    for name, value in changes.items():
        setattr(conversation, name, value)


def hand_on(conversation: Conversation, to: User, *, by: User) -> None:
    """Let another member of staff have a conversation that somebody has, as it stands.

    Raises StaleStatusError when it has moved since ``conversation`` was read.
    """
    with transaction.atomic():
        moved = Conversation.objects.filter(
            pk=conversation.pk,
            status__in=(Status.ACTIVE, Status.PAUSED),
            owner=conversation.owner_id,
        ).update(owner=to)
        if moved != 1:
            raise StaleStatusError
        _close_handovers(conversation, to)
        record(conversation, Kind.HANDED_OVER, side=Sender.COUNSELLOR, by=by)
    conversation.owner = to


def _count(conversation: Conversation, *, side: Sender, ended_at: datetime) -> None:
    """Keep for the figures how a chat went that ends. Nothing ends twice, so it counts once."""
    answered = (
        ConversationEvent.objects.filter(conversation=conversation, became=Status.ACTIVE)
        .order_by("id")
        .values_list("at", flat=True)
        .first()
    )
    over = ended_at
    if side == Sender.SYSTEM:  # a clock ends long after the visitor was gone
        over = min(over, max(conversation.visitor_seen_at, answered or conversation.started_at))
    PastChat.of(
        conversation.service_id, began=conversation.started_at, answered=answered, over=over
    ).save(force_insert=True)


def _close_handovers(conversation: Conversation, owner: User | None) -> None:
    """Nobody has to answer a handover of a chat that is with somebody else, or over. Who takes it
    from the queue has accepted the handover to the queue.
    """
    asked = Handover.objects.filter(conversation=conversation, status=HandoverStatus.OPEN)
    now = timezone.now()
    if owner is not None:
        asked.filter(way=Way.QUEUE).update(
            status=HandoverStatus.ACCEPTED, answered_at=now, answered_by=owner
        )
    asked.update(status=HandoverStatus.WITHDRAWN, answered_at=now)


def record(
    conversation: Conversation,
    kind: Kind,
    *,
    side: Sender,
    by: User | None = None,
    was: str = "",
    became: str = "",
) -> None:
    """Write an event; call it in the transaction of what it records."""
    ConversationEvent.objects.create(
        conversation=conversation, kind=kind, side=side, by=by, was=was, became=became
    )
