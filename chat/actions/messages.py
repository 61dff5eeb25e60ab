"""Saying something, having read it, and being there."""

import uuid
from collections.abc import Collection, Mapping
from datetime import timedelta

from django.db import connection, transaction
from django.utils import timezone

from chat import permissions
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.states import Sender, Status
from chat.wire.append import Refused, Saying, Written, append
from helpline.staff.models import User

MESSAGE_BYTES = 4 * 1024
SEEN_EVERY = timedelta(seconds=45)


def say(
    *, conversation: Conversation, text: str, client_id: uuid.UUID, by: User | None = None
) -> Written:
    """Put a message into a conversation; without ``by`` it is the visitor who speaks.

    Returns its place once it is committed. Raises ChatError when it may not stand there.
    """
    check_text(text)
    if by is not None:
        permissions.check_can_answer(by, conversation)
    (result,) = append(
        [
            Saying(
                conversation_id=conversation.pk,
                sender=Sender.COUNSELLOR if by else Sender.VISITOR,
                client_id=client_id,
                text=text,
                author_id=by.pk if by else None,
            )
        ]
    )
    if isinstance(result, Refused):
        raise ChatError(result.code)
    return result


def check_text(text: str) -> None:
    """Raise ChatError for a message that is empty or too long. Nothing else about it matters."""
    if not text.strip():
        raise ChatError(Code.EMPTY)
    long = 4 * len(text) > MESSAGE_BYTES  # no character takes more than four
    if long and len(text.encode("utf-8", "surrogatepass")) > MESSAGE_BYTES:
        raise ChatError(Code.TOO_LONG)


def hear(*, conversation: Conversation) -> None:
    """Note that the visitor's page is there, at most once in a while."""
    now = timezone.now()
    if conversation.visitor_seen_at < now - SEEN_EVERY:
        Conversation.objects.filter(pk=conversation.pk).exclude(status=Status.ENDED).update(
            visitor_seen_at=now
        )


def note_seen(conversation_ids: Collection[uuid.UUID]) -> None:
    """Note that the pages of many visitors are there now."""
    rows = (
        Conversation.objects.select_for_update(no_key=True)
        .filter(pk__in=conversation_ids)
        .exclude(status=Status.ENDED)
        .order_by("pk")  # as every batch locks: otherwise two of them wait for each other
    )
    with transaction.atomic(savepoint=False):
        Conversation.objects.filter(pk__in=rows.values("pk")).update(visitor_seen_at=timezone.now())


# Both engines read it; only PostgreSQL locks rows, in the order of every batch.
RAISE_MARKS = """
WITH marks (id, visitor, counsellor) AS (VALUES {values}),
held AS (
  SELECT row.id FROM chat_conversation row JOIN marks ON marks.id = row.id
  WHERE (row.visitor_read_seq < marks.visitor AND marks.visitor <= row.last_seq)
  OR (row.counsellor_read_seq < marks.counsellor AND marks.counsellor <= row.last_seq)
  ORDER BY row.id {lock}
)
UPDATE chat_conversation AS row SET
  visitor_read_seq = CASE
    WHEN row.visitor_read_seq < marks.visitor AND marks.visitor <= row.last_seq
    THEN marks.visitor ELSE row.visitor_read_seq END,
  counsellor_read_seq = CASE
    WHEN row.counsellor_read_seq < marks.counsellor AND marks.counsellor <= row.last_seq
    THEN marks.counsellor ELSE row.counsellor_read_seq END
FROM marks WHERE marks.id = row.id AND row.id IN (SELECT id FROM held)
"""


def note_read(marks: Mapping[tuple[uuid.UUID, Sender], int]) -> None:
    """Note how far visitors and counsellors have read, for many at once.

    A mark only ever rises, and never above what was said. Callers know who may set it.
    """
    if not marks:
        return
    postgres = connection.vendor == "postgresql"
    number = Conversation._meta.pk
    parameters: list[str | int] = []
    rows = {conversation_id for conversation_id, _sender in marks}
    for conversation_id in rows:
        parameters += [
            number.get_db_prep_value(conversation_id, connection),
            marks.get((conversation_id, Sender.VISITOR), 0),
            marks.get((conversation_id, Sender.COUNSELLOR), 0),
        ]
    statement = RAISE_MARKS.format(
        values=", ".join(["(%s, %s, %s)"] * len(rows)),
        lock="FOR NO KEY UPDATE OF row" if postgres else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
