"""The one way a message gets into a conversation: for socket and form alike.

A batch is one short transaction. It locks the conversations' rows first, so that what follows sees
every message committed before it: a resend finds its first copy, also when that was sent through
another process, and takes no number. Owner and status are read under the same lock.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from chat.errors import Code
from chat.models import Conversation, Message
from chat.states import Sender, Status
from chat.wire import hub
from helpline.privacy.vault import keys


@dataclass(frozen=True)
class Saying:
    """A message on its way in. ``author_id`` is the counsellor's."""

    conversation_id: uuid.UUID
    sender: Sender
    client_id: uuid.UUID
    text: str
    author_id: int | None = None

    @property
    def identity(self) -> tuple[uuid.UUID, str, uuid.UUID]:
        return (self.conversation_id, str(self.sender), self.client_id)


@dataclass(frozen=True)
class Written:
    """A committed message: its place and moment. ``new`` is False for a resend."""

    client_id: uuid.UUID
    seq: int
    sent_at: datetime
    new: bool


@dataclass(frozen=True)
class Refused:
    """A message that may not stand in this conversation now."""

    client_id: uuid.UUID
    code: Code


Result = Written | Refused


def append(batch: Sequence[Saying]) -> list[Result]:
    """Commit a batch and ring for it. The results stand in the batch's order.

    A message is committed when this returns, unless the caller holds a transaction open.
    """
    ids = sorted({saying.conversation_id for saying in batch})
    keys.preload(ids)  # the key store is another database: not asked while rows are locked
    with transaction.atomic():
        rows = {
            row.pk: row
            for row in Conversation.objects.select_for_update(no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
            .only("pk", "service_id", "status", "owner_id", "last_seq")
        }
        known = _known(batch)
        results: list[Result] = []
        fresh: list[Message] = []
        now = timezone.now()
        for saying in batch:
            row = rows.get(saying.conversation_id)
            if row is None:
                results.append(Refused(saying.client_id, Code.UNKNOWN))
                continue
            before = known.get(saying.identity)
            if before is not None:
                results.append(Written(saying.client_id, *before, new=False))
                continue
            code = _refusal(row, saying)
            if code is not None:
                results.append(Refused(saying.client_id, code))
                continue
            row.last_seq += 1
            known[saying.identity] = (row.last_seq, now)
            fresh.append(
                Message(
                    conversation_id=row.pk,
                    seq=row.last_seq,
                    sender=saying.sender,
                    author_id=saying.author_id,
                    client_id=saying.client_id,
                    text=saying.text,
                    sent_at=now,
                )
            )
            results.append(Written(saying.client_id, row.last_seq, now, new=True))
        Message.objects.bulk_create(fresh)
        for conversation_id in {message.conversation_id for message in fresh}:
            row = rows[conversation_id]
            Conversation.objects.filter(pk=row.pk).update(last_seq=row.last_seq)
            # A line of the system goes with a change that every desk shows; words do not.
            words_only = all(
                message.sender != Sender.SYSTEM
                for message in fresh
                if message.conversation_id == conversation_id
            )
            hub.announce(
                row.pk,
                row.service_id,
                seq=row.last_seq,
                only_for=row.owner_id if words_only else None,
            )
    return results


def _known(
    batch: Sequence[Saying],
) -> dict[tuple[uuid.UUID, str, uuid.UUID], tuple[int, datetime]]:
    """The places of messages of this batch that were committed before."""
    found = Message.objects.filter(
        conversation_id__in={saying.conversation_id for saying in batch},
        client_id__in={saying.client_id for saying in batch},
    ).values_list("conversation_id", "sender", "client_id", "seq", "sent_at")
    return {(c, sender, client): (seq, at) for c, sender, client, seq, at in found}


def _refusal(row: Conversation, saying: Saying) -> Code | None:
    if saying.sender == Sender.SYSTEM:
        return None
    if row.status == Status.ENDED:
        return Code.ENDED
    if saying.sender == Sender.COUNSELLOR and (
        row.owner_id is None or row.owner_id != saying.author_id
    ):
        return Code.NOT_YOURS
    if row.status == Status.PAUSED:
        return Code.PAUSED
    return None
