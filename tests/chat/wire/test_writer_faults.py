"""The writer on PostgreSQL when connections, locks and databases fail under it."""

import asyncio
import os
import random
import re
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connections, transaction
from psycopg import sql

from chat.models import Conversation, Message
from chat.wire import store_postgres
from chat.wire import writer as writer_module
from chat.wire.append import Result, Saying, write
from chat.wire.pipeline import Pipeline
from chat.wire.store_postgres import PostgresStore
from helpline.privacy.vault import keys
from helpline.privacy.vault.errors import TamperedError
from tests.chat.conftest import Starter
from tests.chat.wire.writing import PATIENCE, keep, places, refused, said, visitor, writing, written

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)

read = sync_to_async(said)


@contextmanager
def server(database: str = "postgres") -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """A connection that has nothing to do with Django's."""
    with psycopg.connect(
        host=str(settings.DATABASES["default"]["HOST"]),
        user="postgres",
        dbname=database,
        autocommit=True,
    ) as connection:
        yield connection


@contextmanager
def site_database() -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    with server(str(settings.DATABASES["default"]["NAME"])) as connection:
        yield connection


def backends(connection: "psycopg.Connection[tuple[Any, ...]]") -> list[int]:
    """The server's processes for writers' connections."""
    rows = connection.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'chat writer'"
    )
    return [pid for (pid,) in rows]


def cut(connection: "psycopg.Connection[tuple[Any, ...]]") -> int:
    """Drop every writer's connection; returns how many."""
    pids = backends(connection)
    for pid in pids:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    return len(pids)


@contextmanager
def refusing(alias: str) -> Iterator[None]:
    """Nobody gets a new connection to one of the databases, and those there are dropped."""
    name = str(settings.DATABASES[alias]["NAME"])
    change = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    with server() as admin:
        admin.execute(change.format(sql.Identifier(name), sql.Literal(False)))
        try:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                # Django's own to the messages stay: they are the test's.
                " WHERE datname = %s AND (%s OR application_name = 'chat writer')",
                [name, alias == "keys"],
            )
            yield
        finally:
            admin.execute(change.format(sql.Identifier(name), sql.Literal(True)))


@pytest.fixture
def rooms(start: Starter) -> list[Conversation]:
    return [start().conversation for _ in range(3)]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writer_module, "TRY_SECONDS", 0.5)


async def test_connections_cut_at_any_moment_lose_and_double_nothing(
    rooms: list[Conversation],
) -> None:
    sayings = [visitor(room, str(n)) for n in range(150) for room in rooms]
    chance = random.Random(11)
    cuts = 0
    with site_database() as other:
        async with writing() as (writer, gathered):
            for count, saying in enumerate(sayings, start=1):
                writer.put(saying, saying.client_id)
                await asyncio.sleep(chance.random() / 500)
                if count % 30 == 0:
                    cuts += await asyncio.to_thread(cut, other)
            results = await gathered.until(len(sayings))
    assert cuts >= 10
    assert [written(result).new for result in results] == [True] * len(sayings)
    for room in rooms:
        assert [text for _, _, text in await read(room)] == [str(n) for n in range(150)]


async def test_a_copy_committed_while_we_wait_is_found(
    waiting: Conversation, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    patient = re.sub(r"'[123]s'", "'30s'", store_postgres.SESSION)
    monkeypatch.setattr(store_postgres, "SESSION", patient)
    saying = visitor(waiting)
    written_first, commit = threading.Event(), threading.Event()

    def first_copy() -> None:
        """Another process, which commits when the second copy waits for it."""
        with closing(connections["default"]), transaction.atomic():
            # A row that is locked would be skipped; of the table the lock is waited for.
            with connections["default"].cursor() as cursor:
                cursor.execute("LOCK TABLE chat_conversation IN EXCLUSIVE MODE")
            write([saying])
            written_first.set()
            commit.wait(PATIENCE)

    with site_database() as other:
        async with writing() as (writer, gathered):
            writer.put(visitor(waiting), None)
            await gathered.until(1)  # its connection is open
            first = asyncio.create_task(asyncio.to_thread(first_copy))
            await asyncio.to_thread(written_first.wait, PATIENCE)
            writer.put(saying, None)
            while not other.execute(  # noqa: ASYNC110 -- the server has no event to wait for
                "SELECT pid FROM pg_stat_activity"
                " WHERE application_name = 'chat writer' AND wait_event_type = 'Lock'"
            ).fetchone():
                await asyncio.sleep(0.01)
            commit.set()
            _, result = await gathered.until(2)
            await first
    assert (written(result).seq, written(result).new) == (2, False)
    assert len(await read(waiting)) == 2
    # Nor was it given a place that the database then refused.
    assert [record.getMessage() for record in caplog.records] == []


class LosesTheAnswer(PostgresStore):
    """Its connection breaks at the worst moment: just after the first commit was made."""

    lost = False

    async def _commit(self, *given: Any) -> list[Result | None]:
        results = await super()._commit(*given)
        if not self.lost:
            self.lost = True
            assert self._pipeline is not None
            self._pipeline.close()
            raise psycopg.OperationalError
        return results


async def test_a_commit_whose_answer_is_lost_is_found_and_told_as_new(
    waiting: Conversation,
) -> None:
    async with writing(LosesTheAnswer()) as (writer, gathered):
        writer.put(visitor(waiting), None)
        (result,) = await gathered.until(1)
    assert (written(result).seq, written(result).new) == (1, True)
    assert len(await read(waiting)) == 1


async def test_a_locked_conversation_holds_up_no_other(
    impatient: None, rooms: list[Conversation]
) -> None:
    locked, free, _ = rooms
    blocked = visitor(locked, "een")
    with site_database() as other:
        async with writing() as (writer, gathered):
            with other.transaction():
                other.execute("SELECT FROM chat_conversation WHERE id = %s FOR UPDATE", [locked.pk])
                writer.put(blocked, "blocked")
                writer.put(visitor(free), "free")
                assert places(await gathered.until(1)) == [1]
                assert [outcome.origin for outcome in gathered.outcomes] == ["free"]
                await gathered.until(2)
                assert refused(gathered.of("blocked")) == "later"
                writer.put(blocked, "again")
                writer.put(visitor(free), "free too")
                await gathered.until(3)
            await gathered.until(4)
    assert (written(gathered.of("again")).seq, written(gathered.of("free too")).seq) == (1, 2)
    assert (len(await read(locked)), len(await read(free))) == (1, 2)


async def test_without_the_database_senders_are_told_and_later_all_flows(
    impatient: None, waiting: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    first, second = visitor(waiting, "een"), visitor(waiting, "twee")
    async with writing() as (writer, gathered):
        writer.put(visitor(waiting, "nul"), None)
        await gathered.until(1)
        good = writer.last_good
        with refusing("default"):
            for count, saying in enumerate((first, second, first), start=2):
                writer.put(saying, None)
                await gathered.until(count)
            assert writer.last_good == good
        for saying in (first, second):
            writer.put(saying, None)
        results = await gathered.until(6)
        assert writer.last_good > good
    assert places(results) == [1, "later", "later", "later", 2, 3]
    assert len(await read(waiting)) == 3
    logged = [record.getMessage() for record in caplog.records if record.name.startswith("chat")]
    assert logged == ["messages cannot be kept", "messages are kept again"]


async def test_while_the_database_is_away_a_batch_is_tried_once(waiting: Conversation) -> None:
    tries = 0

    class Counting(PostgresStore):
        async def commit(self, batch: Sequence[Saying]) -> list[Result | None]:
            nonlocal tries
            tries += 1
            return await super().commit(batch)

    async with writing(Counting()) as (writer, gathered):
        with refusing("default"):
            writer.put(visitor(waiting), 1)
            await gathered.until(1)
            assert tries > 2
            tries = 0
            writer.put(visitor(waiting), 2)
            await gathered.until(2)
            assert tries == 1
    assert places(gathered.results) == ["later", "later"]


async def test_a_server_that_hangs_is_left(
    waiting: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "HANG_SECONDS", 0.5)
    with site_database() as other:
        async with writing() as (writer, gathered):
            writer.put(visitor(waiting, "een"), None)
            await gathered.until(1)
            (stopped,) = backends(other)
            os.kill(stopped, signal.SIGSTOP)
            try:
                writer.put(visitor(waiting, "twee"), None)
                results = await gathered.until(2)
                assert backends(other) != [stopped]
            finally:
                os.kill(stopped, signal.SIGCONT)
            writer.put(visitor(waiting, "drie"), None)
            results = await gathered.until(3)
    assert places(results) == [1, 2, 3]
    assert [text for _, _, text in await read(waiting)] == ["een", "twee", "drie"]


async def test_without_the_key_store_open_conversations_go_on(
    impatient: None, rooms: list[Conversation]
) -> None:
    shut, open_, _ = rooms
    async with writing() as (writer, gathered):
        keys.forget(shut.pk)
        with refusing("keys"):
            writer.put(visitor(shut), "shut")
            writer.put(visitor(open_), "open")
            assert places(await gathered.until(1)) == [1]
            await gathered.until(2)
        assert refused(gathered.of("shut")) == "later"
        writer.put(visitor(shut), "again")
        await gathered.until(3)
    assert written(gathered.of("again")).seq == 1


async def test_a_batch_larger_than_the_sockets_buffer_is_kept(waiting: Conversation) -> None:
    sayings = [visitor(waiting, f"{n:04}" * 1024) for n in range(writer_module.BATCH)]
    assert places(await keep(*sayings)) == list(range(1, writer_module.BATCH + 1))
    assert [text for _, _, text in await read(waiting)] == [saying.text for saying in sayings]


async def test_words_that_change_places_are_not_opened(waiting: Conversation) -> None:
    await keep(visitor(waiting, "ja"), visitor(waiting, "nee"))
    with site_database() as other:
        other.execute(
            "UPDATE chat_message SET text = (SELECT text FROM chat_message WHERE seq = 3 - m.seq)"
            " FROM chat_message AS m WHERE m.id = chat_message.id"
        )
    rows = [row async for row in Message.objects.all()]
    assert len(rows) == 2
    for row in rows:
        with pytest.raises(TamperedError):
            assert row.text


async def test_a_connection_that_ends_while_nobody_writes_is_replaced(
    waiting: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = 0
    read_as_ever = Pipeline._read

    def counted(pipeline: Pipeline) -> None:
        nonlocal reads
        reads += 1
        read_as_ever(pipeline)

    monkeypatch.setattr(Pipeline, "_read", counted)
    with site_database() as other:
        async with writing() as (writer, gathered):
            writer.put(visitor(waiting), None)
            await gathered.until(1)
            reads = 0
            assert await asyncio.to_thread(cut, other) == 1
            for _ in range(200):
                await asyncio.sleep(0)
            assert reads < 10  # it does not ask the closed socket again and again
            writer.put(visitor(waiting), None)
            assert places(await gathered.until(2)) == [1, 2]
