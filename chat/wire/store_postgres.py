"""Keeps a batch of messages in PostgreSQL, in two round trips and one short transaction.

The first locks the conversations and then, in a statement of its own, looks for what was committed
before: only so does a resend find a copy that was committed while we waited. The second stores what
is new. Nobody waits for a lock: a conversation that somebody else holds is left for the next batch,
so that it keeps no other conversation from being written.
"""

import asyncio
import uuid
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import datetime
from functools import lru_cache
from typing import Any

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connections
from django.utils import timezone
from psycopg.pq.abc import PGresult

from chat.models import Message
from chat.wire import pipeline
from chat.wire.append import (
    AwayError,
    Fresh,
    Identity,
    Result,
    Row,
    Saying,
    Standing,
    decide,
)
from chat.wire.key_loader import KeyLoader
from chat.wire.pipeline import Pipeline
from helpline.privacy.vault.sealing import seal_with

CONNECT_SECONDS = 5.0

# A process that hangs must not hold a conversation. Every statement is a look-up by key; without
# statistics the planner would rather read whole tables.
SESSION = """
SET idle_in_transaction_session_timeout = '2s';
SET statement_timeout = '3s';
SET lock_timeout = '1s';
SET enable_seqscan = off;
SET enable_hashjoin = off;
SET enable_mergejoin = off;
"""
STATEMENTS = {
    b"begin": b"BEGIN ISOLATION LEVEL READ COMMITTED",
    b"lock": b"""
        SELECT id, service_id, status, owner_id, last_seq, token_hash FROM chat_conversation
        WHERE id = ANY($1::uuid[]) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED""",
    b"known": b"""
        SELECT asked.number, message.seq, message.sent_at
        FROM unnest($1::uuid[], $2::text[], $3::uuid[]) WITH ORDINALITY
          AS asked (conversation_id, sender, client_id, number)
        JOIN chat_message AS message USING (conversation_id, sender, client_id)""",
    b"standing": b"""
        SELECT asked.number
        FROM unnest($1::text[], $2::bigint[]) WITH ORDINALITY AS asked (key, author_id, number)
        JOIN django_session AS session
          ON session.session_key = asked.key AND session.expire_date > now()
        JOIN staff_user AS person ON person.id = asked.author_id AND person.is_active""",
    b"exist": b"SELECT id FROM chat_conversation WHERE id = ANY($1::uuid[])",
    b"insert": b"""
        INSERT INTO chat_message
          (sent_at, conversation_id, seq, sender, author_id, client_id, text)
        SELECT $1::timestamptz, * FROM unnest
          ($2::uuid[], $3::integer[], $4::text[], $5::bigint[], $6::uuid[], $7::bytea[])""",
    b"update": b"""
        UPDATE chat_conversation SET last_seq = new.seq
        FROM unnest($1::uuid[], $2::integer[]) AS new (id, seq)
        WHERE chat_conversation.id = new.id""",
    b"commit": b"COMMIT",
}
# Errors that one message or one conversation may have brought in.
OF_A_MESSAGE = (
    psycopg.IntegrityError,
    psycopg.DataError,
    psycopg.ProgrammingError,
    psycopg.errors.TransactionRollback,
    psycopg.errors.DeadlockDetected,
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.QueryCanceled,
)
_TEXT = Message._meta.get_field("text")


class PostgresStore:
    """One connection of its own, opened when it is needed, and anew after every error."""

    def __init__(self) -> None:
        self._pipeline: Pipeline | None = None
        self._keys = KeyLoader()

    async def commit(self, batch: Sequence[Saying]) -> list[Result | None]:
        """Keep a batch. The results stand in its order, None for what must be asked again.

        Raises AwayError when the database does not answer, and what one message may have brought
        about as it is. After either nobody knows whether the batch is kept: ask again.
        """
        ciphers, unsure = await self._keys.ciphers({saying.conversation_id for saying in batch})
        try:
            if self._pipeline is None or not self._pipeline.alive:
                self._pipeline = await self._open()
            return await self._commit(self._pipeline, batch, ciphers, unsure)
        except BaseException as error:
            alive = self._pipeline is not None and self._pipeline.alive
            self._drop()
            if alive and isinstance(error, OF_A_MESSAGE):
                raise
            if isinstance(error, psycopg.Error | OSError):
                raise AwayError from error
            raise

    async def close(self) -> None:
        self._drop()
        await self._keys.close()

    def _drop(self) -> None:
        if self._pipeline is not None:
            self._pipeline.close()
            self._pipeline = None

    async def _commit(
        self,
        database: Pipeline,
        batch: Sequence[Saying],
        ciphers: Mapping[uuid.UUID, AESGCM],
        unsure: AbstractSet[uuid.UUID],
    ) -> list[Result | None]:
        rows, known, standing = await self._look(database, batch, list(ciphers))
        held = set(unsure)
        missing = [conversation_id for conversation_id in ciphers if conversation_id not in rows]
        if missing:  # gone, or held by somebody else
            (found,) = await database.ask((b"exist", [pipeline.uuids(missing)]))
            held.update(_uuid(_bytes(found, n, 0)) for n in range(found.ntuples))
        now = timezone.now()
        mine = [saying for saying in batch if saying.conversation_id not in held]
        results, fresh = decide(mine, rows, known, now, standing)
        if fresh:
            await database.ask(*_storing(fresh, ciphers, now), (b"commit", ()))
        else:
            await database.ask((b"commit", ()))
        if not held:
            return list(results)
        decided = iter(results)
        return [None if saying.conversation_id in held else next(decided) for saying in batch]

    async def _look(
        self, database: Pipeline, batch: Sequence[Saying], ids: list[uuid.UUID]
    ) -> tuple[dict[uuid.UUID, Row], dict[Identity, tuple[int, datetime]], set[Standing]]:
        """Begin, lock, and read what the decision needs."""
        signed = [saying for saying in batch if saying.session_key]
        questions: list[pipeline.Question] = [
            (b"begin", ()),
            (b"lock", [pipeline.uuids(ids)]),
            (
                b"known",
                [
                    pipeline.uuids([saying.conversation_id for saying in batch]),
                    pipeline.texts([saying.sender for saying in batch]),
                    pipeline.uuids([saying.client_id for saying in batch]),
                ],
            ),
        ]
        if signed:
            questions.append(
                (
                    b"standing",
                    [
                        pipeline.texts([saying.session_key for saying in signed]),
                        pipeline.big_integers([saying.author_id for saying in signed]),
                    ],
                )
            )
        _, locked, found, *stood = await database.ask(*questions)
        rows = {_uuid(_bytes(locked, n, 0)): _row(locked, n) for n in range(locked.ntuples)}
        known = {
            batch[_integer(found, n, 0) - 1].identity: (
                _integer(found, n, 1),
                pipeline.read_moment(_bytes(found, n, 2)),
            )
            for n in range(found.ntuples)
        }
        standing: set[Standing] = set()
        for result in stood:
            for n in range(result.ntuples):
                saying = signed[_integer(result, n, 0) - 1]
                standing.add((saying.session_key, saying.author_id))
        return rows, known, standing

    async def _open(self) -> Pipeline:
        async with asyncio.timeout(CONNECT_SECONDS):
            return await Pipeline.open(_parameters(), SESSION, STATEMENTS)


def _row(locked: PGresult, n: int) -> Row:
    return Row(
        service_id=_uuid(_bytes(locked, n, 1)),
        status=_bytes(locked, n, 2).decode(),
        owner_id=None if locked.get_value(n, 3) is None else _integer(locked, n, 3),
        last_seq=_integer(locked, n, 4),
        token_hash=_bytes(locked, n, 5),
    )


@lru_cache(4096)
def _uuid(value: bytes) -> uuid.UUID:
    """The same few conversations and services come by again and again."""
    return uuid.UUID(bytes=value)


def _bytes(result: PGresult, row: int, column: int) -> bytes:
    return result.get_value(row, column) or b""


def _integer(result: PGresult, row: int, column: int) -> int:
    return pipeline.read_integer(_bytes(result, row, column))


def _storing(
    fresh: Sequence[Fresh], ciphers: Mapping[uuid.UUID, AESGCM], now: datetime
) -> list[pipeline.Question]:
    """The statements that store new messages and the places reached."""
    last = {saying.conversation_id: seq for saying, seq in fresh}
    sealed = [
        seal_with(
            ciphers[saying.conversation_id],
            saying.text,
            bound_to=_TEXT.binding(
                conversation_id=saying.conversation_id,
                sender=saying.sender,
                client_id=saying.client_id,
            ),
        )
        for saying, _ in fresh
    ]
    return [
        (
            b"insert",
            [
                pipeline.moment(now),
                pipeline.uuids([saying.conversation_id for saying, _ in fresh]),
                pipeline.integers([seq for _, seq in fresh]),
                pipeline.texts([saying.sender for saying, _ in fresh]),
                pipeline.big_integers([saying.author_id for saying, _ in fresh]),
                pipeline.uuids([saying.client_id for saying, _ in fresh]),
                pipeline.blobs(sealed),
            ],
        ),
        (b"update", [pipeline.uuids(list(last)), pipeline.integers(list(last.values()))]),
    ]


def _parameters() -> dict[str, Any]:
    """Where the site's own database is, without what is Django's way of using it."""
    parameters = connections["default"].get_connection_params()
    for of_django in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(of_django, None)
    return {"application_name": "chat writer", **parameters}
