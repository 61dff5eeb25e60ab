"""Gathers the messages that a process's sockets bring, and keeps them batch after batch.

While one batch is being committed the next one gathers: the busier it gets, the more messages share
a commit. A batch fails for two reasons. The database is away: then it is tried again for a moment,
and after that its senders are told to come back later. Or something in it cannot be kept: then each
message is tried alone, so that it takes no other with it. Whatever happens, every message is
answered, once.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from django.db import connections
from django.utils import timezone

from chat.errors import Code
from chat.wire.append import AwayError, Refused, Result, Saying, Written
from chat.wire.store_postgres import PostgresStore
from chat.wire.store_sqlite import SqliteStore

log = logging.getLogger(__name__)

BATCH = 200
QUEUE = 1000
TRY_SECONDS = 4.0  # how long a message is tried before its sender is told
# A batch right after a large one would hold the few that came meanwhile, and make the many that are
# on their way wait for it: so it waits for them, for a moment.
LARGE = 8
GATHER_SECONDS = 0.01
HANG_SECONDS = 10.0  # after which a commit is given up, and its connection with it
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 1.0
# Before looking again at conversations that somebody else holds.
FIRST_LOOK, LONGEST_LOOK = 0.002, 0.03


class Outcome(NamedTuple):
    """What became of a message. ``origin`` is what was put in with it."""

    saying: Saying
    result: Result
    origin: Any


class Store(Protocol):
    """Where messages are kept: one for each engine."""

    async def commit(self, batch: Sequence[Saying]) -> list[Result | None]:
        """Keep a batch. The results stand in its order, None for what must be asked again."""
        ...

    async def close(self) -> None: ...


def store_of_this_site() -> Store:
    """The store for the engine that the settings name."""
    if connections["default"].vendor == "postgresql":
        return PostgresStore()
    return SqliteStore()


class _Waiting(NamedTuple):
    saying: Saying
    origin: Any
    give_up: float  # the moment; 0 until it was tried


class Writers:
    """The writers of a process and its event loop: while one waits for its commit, the loop is busy
    with what the other one committed. A conversation always goes to the same writer.
    """

    def __init__(
        self, open_store: Callable[[], Store], deliver: Callable[[list[Outcome]], None]
    ) -> None:
        many = 2 if connections["default"].vendor == "postgresql" else 1  # SQLite writes one batch
        self._all = [Writer(open_store(), deliver) for _ in range(many)]

    @property
    def last_good(self) -> float:
        """When a commit last succeeded, by the monotonic clock."""
        return max(writer.last_good for writer in self._all)

    def put(self, saying: Saying, origin: Any) -> None:
        """Take a message on the way. Its outcome is delivered, at once when the queue is full."""
        self._all[saying.conversation_id.int % len(self._all)].put(saying, origin)

    async def close(self) -> None:
        """Keep what waits, and stop; what cannot be kept in a moment is told to come back."""
        await asyncio.gather(*(writer.close() for writer in self._all))


class Writer:
    """Keeps one batch at a time. ``deliver`` is called once a batch."""

    def __init__(self, store: Store, deliver: Callable[[list[Outcome]], None]) -> None:
        self.last_good = time.monotonic()  # when a commit last succeeded
        self._store = store
        self._deliver = deliver
        self._queue: deque[_Waiting] = deque()
        self._held: list[_Waiting] = []  # somebody else holds their conversations
        self._arrived = asyncio.Event()
        self._enough = asyncio.Event()
        self._wanted = 0  # how many make it worth beginning the next batch at once
        self._task: asyncio.Task[None] | None = None
        self._away = False
        self._closing = False

    def put(self, saying: Saying, origin: Any) -> None:
        """Take a message on the way. Its outcome is delivered, at once when the queue is full."""
        if self._closing or len(self._queue) + len(self._held) >= QUEUE:
            self._tell([Outcome(saying, Refused(saying.client_id, Code.LATER), origin)])
            return
        self._queue.append(_Waiting(saying, origin, 0.0))
        self._arrived.set()
        if len(self._queue) >= self._wanted:
            self._enough.set()
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def close(self) -> None:
        """Keep what waits, and stop; what cannot be kept in a moment is told to come back."""
        self._closing = True
        self._arrived.set()
        self._enough.set()
        if self._task is not None:
            await asyncio.wait({self._task}, timeout=TRY_SECONDS)
            self._task.cancel()
            await asyncio.wait({self._task})
        left = [*self._held, *self._queue]
        self._held, self._queue = [], deque()
        if left:
            self._tell([_later(waiting) for waiting in left])
        await self._store.close()

    async def _run(self) -> None:
        look = FIRST_LOOK
        last = 0
        while True:
            await self._gather(last // 2)
            if not self._queue and not self._held:
                if self._closing:
                    return
                self._arrived.clear()
                await self._arrived.wait()
                continue
            fresh = min(BATCH, len(self._queue))
            batch = self._held[:BATCH] + [self._queue.popleft() for _ in range(fresh)]
            del self._held[:BATCH]
            last = fresh
            try:
                results = await self._settle([waiting.saying for waiting in batch])
            except asyncio.CancelledError:
                self._held = batch + self._held
                raise
            except Exception as error:  # noqa: BLE001 -- nothing may end this task
                log.error("a batch was not kept", extra={"error": type(error).__name__})
                results = _all_later([waiting.saying for waiting in batch])
            self._hand_out(batch, results)
            if len(self._held) < len(batch):
                look = FIRST_LOOK
            else:  # nothing moved
                await asyncio.sleep(look)
                look = min(2 * look, LONGEST_LOOK)

    async def _gather(self, wanted: int) -> None:
        """Wait a moment for so many messages, when it was a large batch that they follow."""
        if self._closing or 2 * wanted <= LARGE or len(self._queue) >= wanted:
            return
        self._wanted = wanted
        self._enough.clear()
        try:
            async with asyncio.timeout(GATHER_SECONDS):
                await self._enough.wait()
        except TimeoutError:
            pass
        finally:
            self._wanted = 0

    def _hand_out(self, batch: list[_Waiting], results: Sequence[Result | None]) -> None:
        outcomes: list[Outcome] = []
        held: list[_Waiting] = []
        now = time.monotonic()
        for waiting, result in zip(batch, results, strict=True):
            if result is not None:
                outcomes.append(Outcome(waiting.saying, result, waiting.origin))
            elif waiting.give_up == 0.0:
                held.append(waiting._replace(give_up=now + TRY_SECONDS))
            elif now < waiting.give_up:
                held.append(waiting)
            else:
                outcomes.append(_later(waiting))
        if held:
            self._held = held + self._held
        if outcomes:
            self._tell(outcomes)

    def _tell(self, outcomes: list[Outcome]) -> None:
        try:
            self._deliver(outcomes)
        except Exception as error:  # noqa: BLE001 -- what is committed stays; pages fetch it
            log.error("outcomes were not delivered", extra={"error": type(error).__name__})

    async def _settle(self, batch: list[Saying]) -> Sequence[Result | None]:
        """Keep a batch, trying again while that may help. Nothing but its cancelling is raised."""
        began = timezone.now()
        give_up = time.monotonic() + TRY_SECONDS
        pause = FIRST_PAUSE
        while True:
            try:
                results = await self._try(batch)
            except AwayError as error:
                if self._away or time.monotonic() + pause > give_up:
                    if not self._away:
                        cause = type(error.__cause__ or error).__name__
                        log.error("messages cannot be kept", extra={"error": cause})
                    self._away = True
                    return _all_later(batch)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
            except Exception as error:  # noqa: BLE001 -- whatever it is, it may be of one message
                log.warning("a batch is taken apart", extra={"error": type(error).__name__})
                return _new_since(began, await self._each(batch, give_up))
            else:
                return _new_since(began, results) if pause > FIRST_PAUSE else results

    async def _each(self, batch: list[Saying], give_up: float) -> list[Result | None]:
        """Try each message alone; what cannot be kept is refused alone."""
        results: list[Result | None] = []
        for saying in batch:
            result: Result | None = Refused(saying.client_id, Code.LATER)
            if time.monotonic() < give_up:
                try:
                    (result,) = await self._try([saying])
                except Exception as error:  # noqa: BLE001 -- as above
                    log.error("a message was not kept", extra={"error": type(error).__name__})
            results.append(result)
        return results

    async def _try(self, batch: list[Saying]) -> list[Result | None]:
        try:
            async with asyncio.timeout(HANG_SECONDS):
                results = await self._store.commit(batch)
        except TimeoutError as error:
            raise AwayError from error
        if self._away:
            self._away = False
            log.warning("messages are kept again")
        self.last_good = time.monotonic()
        return results


def _later(waiting: _Waiting) -> Outcome:
    refused = Refused(waiting.saying.client_id, Code.LATER)
    return Outcome(waiting.saying, refused, waiting.origin)


def _all_later(batch: list[Saying]) -> list[Result]:
    return [Refused(saying.client_id, Code.LATER) for saying in batch]


def _new_since(began: datetime, results: Sequence[Result | None]) -> list[Result | None]:
    """A commit that seemed to fail may have been made: nobody heard of those messages yet."""
    return [
        replace(result, new=True)
        if isinstance(result, Written) and result.sent_at >= began
        else result
        for result in results
    ]
