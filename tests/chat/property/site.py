"""The real application as two processes would run it: two hubs and two writers on one database, and
time that also passes when it is told to.
"""

import asyncio
import contextvars
import logging
import time
from collections import deque
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import orjson
import pytest

from chat.consumers import session, watch
from chat.consumers.session import Following
from chat.wire import bells, bus, hub, rows
from chat.wire.append import AwayError, Result, Saying
from chat.wire.bus import Bell
from chat.wire.hub import Hub
from chat.wire.pace import Rate
from chat.wire.writer import Store, store_of_this_site
from helpline.asgi import application
from tests.chat.sockets import ORIGIN

PROCESSES = 2
WITHOUT_LIMIT = Rate(1_000_000, 1.0)
SETTLE_SECONDS = 20.0

_process: contextvars.ContextVar[int] = contextvars.ContextVar("process")


class Flaky:
    """The store of one process. ``fails`` is "before" or "after": how its next commit fails."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.active = 0
        self.fails = ""

    async def commit(self, batch: Sequence[Saying]) -> list[Result | None]:
        self.active += 1
        fails, self.fails = self.fails, ""
        try:
            if fails == "before":
                raise AwayError
            results = await self.store.commit(batch)
            if fails == "after":  # committed, and nobody was told
                raise AwayError
            return results
        finally:
            self.active -= 1

    async def close(self) -> None:
        await self.store.close()


class Errors(logging.Handler):
    """What the site calls an error is one: nothing here takes its database away for long."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.told.append(f"{record.getMessage()} {getattr(record, 'error', '')}")


class Connection:
    """The server's end of a socket or of a request: the whole application for one scope."""

    def __init__(self, scope: dict[str, Any], process: int) -> None:
        self.inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.out: deque[dict[str, Any]] = deque()
        self.idle = False
        context = contextvars.copy_context()
        context.run(_process.set, process)
        self.task = asyncio.get_running_loop().create_task(
            application(scope, self._receive, self._send), context=context
        )

    async def _receive(self) -> dict[str, Any]:
        self.idle = self.inbox.empty()
        event = await self.inbox.get()
        self.idle = False
        return event

    async def _send(self, event: Any) -> None:
        self.out.append(event)

    @property
    def quiet(self) -> bool:
        return self.task.done() or (self.idle and self.inbox.empty())


class Site:
    """The processes of a site. Use it as ``with running(monkeypatch) as site``."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self.ahead = 0.0  # how much our clock is ahead of the machine's
        self.hubs: list[Hub] = []
        self.stores: list[Flaky] = []
        self.connections: list[Connection] = []
        self.rung: deque[tuple[int, bytes]] = deque()  # bells on their way, and whereto
        self.silent = False  # no bell sets out
        self.errors = Errors()

    def fail(self, process: int, how: str) -> None:
        """The next commit of each writer of a process fails, ``before`` or ``after`` it is made."""
        of_one = len(self.stores) // len(self.hubs)
        for store in self.stores[process * of_one : (process + 1) * of_one]:
            store.fails = how

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run_until_complete(work)

    def begin(self) -> None:
        """Start the processes."""

        async def start() -> None:
            for _ in range(PROCESSES):
                made = Hub()
                made.run(watch.keep(made))
                self.hubs.append(made)
            bells.local = self.hubs[0]

        self.silent = False
        self.run(start())

    def stop(self) -> None:
        """Stop the processes, and forget all that was on its way."""

        async def end() -> None:
            for connection in self.connections:
                connection.inbox.put_nowait({"type": "websocket.disconnect", "code": 1006})
                connection.inbox.put_nowait({"type": "http.disconnect"})
            tasks = [connection.task for connection in self.connections]
            if tasks:
                await asyncio.wait(tasks, timeout=SETTLE_SECONDS)
            for made in self.hubs:
                await made.close()

        bells.local = None
        self.run(end())
        for held in (self.hubs, self.stores, self.connections, self.rung, self.errors.told):
            held.clear()

    def connect(self, scope: dict[str, Any], process: int, *first: dict[str, Any]) -> Connection:
        """Begin a connection to one of the processes, with what comes first."""

        async def begin() -> Connection:
            connection = Connection(scope, process)
            for event in first:
                connection.inbox.put_nowait(event)
            return connection

        made: Connection = self.run(begin())
        self.connections.append(made)
        return made

    def settle(self) -> None:
        """Let the site do all it can do now."""
        self.run(self._settle())
        for connection in self.connections:
            if connection.task.done() and (error := connection.task.exception()) is not None:
                raise error
        self.connections = [each for each in self.connections if not each.task.done()]
        assert not self.errors.told, self.errors.told

    async def _settle(self) -> None:
        give_up = time.perf_counter() + SETTLE_SECONDS
        still = 0
        while still < 4:
            await asyncio.sleep(0)
            if self._busy():
                still = 0
                await asyncio.sleep(0.0005)
                assert time.perf_counter() < give_up, "the site does not come to rest"
            else:
                still += 1

    def _busy(self) -> bool:
        return (
            bool(rows._asked)
            or any(store.active for store in self.stores)
            or not all(connection.quiet for connection in self.connections)
            or any(
                isinstance(following, Following) and following.busy
                for made in self.hubs
                for held in made.followers.values()
                for following in held
            )
        )

    def pass_time(self, seconds: float) -> None:
        """Let time pass; what is due happens."""
        self.ahead += seconds
        self.settle()

    # Bells

    def ring(self, bells_rung: Sequence[Bell], *, but: int | None = None) -> None:
        """Bells set out for the processes, all but one."""
        if self.silent:
            return
        data = orjson.dumps(bells_rung)
        self.rung.extend((each, data) for each in range(PROCESSES) if each != but)

    def hear(self, which: int) -> None:
        """A bell arrives."""
        process, data = self.rung[which]

        async def arrive() -> None:
            self.hubs[process].hear(orjson.loads(data))

        self.run(arrive())


def scope_of(kind: str, path: str, cookie: str) -> dict[str, Any]:
    """An ASGI scope of one of our own pages."""
    headers = [(b"host", b"testserver"), (b"origin", ORIGIN.encode())]
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    scope: dict[str, Any] = {
        "type": kind,
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": b"",
        "headers": headers,
        "client": ["127.0.0.1", 1],
    }
    return {**scope, "method": "POST"} if kind == "http" else {**scope, "subprotocols": []}


@contextmanager
def running(patch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A site of several processes in this one. Bells between them go through ``site.rung``."""
    site = Site()
    machine = time.monotonic

    class Bus:
        """What a process says to the others goes through the test."""

        up = True
        alone = False

        def __init__(self, heard: Callable[[Sequence[Bell]], None]) -> None:
            self.number = len(site.hubs)

        def start(self, run: Callable[[Any], None]) -> None:
            pass

        def publish(self, rung: Sequence[Bell]) -> None:
            if rung:
                site.ring(rung, but=self.number)

    def store() -> Flaky:
        site.stores.append(Flaky(store_of_this_site()))
        return site.stores[-1]

    patch.setattr(time, "monotonic", lambda: machine() + site.ahead)
    patch.setattr(hub, "Bus", Bus)
    patch.setattr(hub, "store_of_this_site", store)
    patch.setattr(hub, "here", lambda keep: site.hubs[_process.get()])
    patch.setattr(bus, "publish_now", site.ring)
    patch.setattr(session, "SAY_RATE", WITHOUT_LIMIT)
    patch.setattr(session, "DOOR_RATE", WITHOUT_LIMIT)
    log = logging.getLogger("chat")
    log.addHandler(site.errors)
    try:
        yield site
    finally:
        log.removeHandler(site.errors)
        site.loop.close()
