"""The rules by which a message gets into a conversation, and the way of forms and of the system.

Sockets go through ``chat.wire.writer``; the rules are these for all. A batch is one short
transaction. It locks the conversations' rows first, so that what follows sees every message
committed before it: a resend finds its first copy, also when that was sent through another process,
and takes no number. Owner, status, token and session are read under the same lock.
"""

import uuid
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils import timezone

from chat.errors import Code
from chat.models import Conversation, Message
from chat.states import Sender, Status
from chat.wire import bells
from helpline.privacy.vault import keys
from helpline.staff.models import User

Identity = tuple[uuid.UUID, str, uuid.UUID]
Standing = tuple[str, int | None]  # a session and an author who is signed in there


@dataclass(slots=True)  # not frozen, these two: that makes one three times as slow to build
class Saying:
    """A message on its way in. ``author_id`` is the counsellor's.

    With ``token_hash`` it counts only while this is the visitor's token; with ``session_key`` only
    while its author is signed in there and active.
    """

    conversation_id: uuid.UUID
    sender: Sender
    client_id: uuid.UUID
    text: str = field(repr=False)
    author_id: int | None = None
    token_hash: bytes = field(default=b"", repr=False)
    session_key: str = field(default="", repr=False)

    @property
    def identity(self) -> Identity:
        return (self.conversation_id, self.sender, self.client_id)


@dataclass(slots=True)
class Written:
    """A committed message: its place and moment. ``new`` is False for a resend.

    ``service_id`` and ``owner_id`` are the conversation's, for the bells.
    """

    client_id: uuid.UUID
    seq: int
    sent_at: datetime
    new: bool
    service_id: uuid.UUID
    owner_id: int | None


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that may not stand in this conversation now."""

    client_id: uuid.UUID
    code: Code


Result = Written | Refused


class AwayError(Exception):
    """The database does not answer; what was asked of it may or may not have been done."""


class Row(NamedTuple):
    """What counts of a conversation, read under its lock."""

    service_id: uuid.UUID
    status: str
    owner_id: int | None
    last_seq: int
    token_hash: bytes


class Fresh(NamedTuple):
    """A message to store, and the place it gets."""

    saying: Saying
    seq: int


def decide(
    batch: Sequence[Saying],
    rows: Mapping[uuid.UUID, Row],
    known: Mapping[Identity, tuple[int, datetime]],
    now: datetime,
    standing: AbstractSet[Standing],
) -> tuple[list[Result], list[Fresh]]:
    """Who may, and at which place. The results stand in the batch's order.

    ``known`` are the places of messages committed before, ``standing`` the pairs of session and
    author that are signed in. A conversation without a row, or without its key, is unknown.
    """
    results: list[Result] = []
    fresh: list[Fresh] = []
    places = dict(known)
    last = {conversation_id: row.last_seq for conversation_id, row in rows.items()}
    for saying in batch:
        conversation_id, client_id = saying.conversation_id, saying.client_id
        row = rows.get(conversation_id)
        if row is None or (saying.token_hash and saying.token_hash != row.token_hash):
            results.append(Refused(client_id, Code.UNKNOWN))
            continue
        if saying.session_key and (saying.session_key, saying.author_id) not in standing:
            results.append(Refused(client_id, Code.SIGN_IN))
            continue
        identity = saying.identity
        before = places.get(identity)
        if before is not None:
            results.append(Written(client_id, *before, False, row.service_id, row.owner_id))
            continue
        code = _refusal(row, saying)
        if code is not None:
            results.append(Refused(client_id, code))
            continue
        last[conversation_id] = seq = last[conversation_id] + 1
        places[identity] = (seq, now)
        fresh.append(Fresh(saying, seq))
        results.append(Written(client_id, seq, now, True, row.service_id, row.owner_id))
    return results, fresh


def _refusal(row: Row, saying: Saying) -> Code | None:
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


def append(batch: Sequence[Saying]) -> list[Result]:
    """Commit a batch and ring for it. The results stand in the batch's order.

    A message is committed when this returns, unless the caller holds a transaction open.
    """
    results = write(batch)
    last: dict[uuid.UUID, Written] = {}
    # A line of the system goes with a change that every desk shows; words do not.
    changed: set[uuid.UUID] = set()
    for saying, result in zip(batch, results, strict=True):
        if isinstance(result, Written) and result.new:
            last[saying.conversation_id] = result
            if saying.sender == Sender.SYSTEM:
                changed.add(saying.conversation_id)
    for conversation_id, written in last.items():
        bells.announce(
            conversation_id,
            written.service_id,
            seq=written.seq,
            only_for=None if conversation_id in changed else written.owner_id,
        )
    return results


def write(batch: Sequence[Saying]) -> list[Result]:
    """Commit a batch, and leave the ringing to the caller."""
    ids = sorted({saying.conversation_id for saying in batch})
    keys.preload(ids)  # the key store is another database: not asked while rows are locked
    ciphers = keys.held(ids)
    with transaction.atomic():
        rows = {
            row[0]: Row(*row[1:5], bytes(row[5]))
            for row in Conversation.objects.select_for_update(no_key=True)
            .filter(pk__in=ids)
            .order_by("pk")
            .values_list("pk", "service_id", "status", "owner_id", "last_seq", "token_hash")
            if row[0] in ciphers
        }
        now = timezone.now()
        results, fresh = decide(batch, rows, _known(batch), now, _standing(batch, now))
        Message.objects.bulk_create(
            [
                Message(
                    conversation_id=saying.conversation_id,
                    seq=seq,
                    sender=saying.sender,
                    author_id=saying.author_id,
                    client_id=saying.client_id,
                    text=saying.text,
                    sent_at=now,
                )
                for saying, seq in fresh
            ]
        )
        for conversation_id, seq in {saying.conversation_id: seq for saying, seq in fresh}.items():
            Conversation.objects.filter(pk=conversation_id).update(last_seq=seq)
    return results


def _known(batch: Sequence[Saying]) -> dict[Identity, tuple[int, datetime]]:
    """The places of messages of this batch that were committed before."""
    found = Message.objects.filter(
        conversation_id__in={saying.conversation_id for saying in batch},
        client_id__in={saying.client_id for saying in batch},
    ).values_list("conversation_id", "sender", "client_id", "seq", "sent_at")
    return {(c, sender, client): (seq, at) for c, sender, client, seq, at in found}


def _standing(batch: Sequence[Saying], now: datetime) -> set[Standing]:
    """Those pairs of session and author in this batch that are signed in and active."""
    asked = {(saying.session_key, saying.author_id) for saying in batch if saying.session_key}
    if not asked:
        return set()
    sessions = set(
        Session.objects.filter(
            session_key__in={key for key, _ in asked}, expire_date__gt=now
        ).values_list("session_key", flat=True)
    )
    active = set(
        User.objects.filter(
            pk__in={author for _, author in asked if author is not None}, is_active=True
        ).values_list("pk", flat=True)
    )
    return {(key, author) for key, author in asked if key in sessions and author in active}
