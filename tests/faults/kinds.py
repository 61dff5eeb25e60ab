"""The faults. Each breaks something at the moment it is called, and returns when it is whole."""

import asyncio
import contextlib
import random
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import psycopg
from websockets.exceptions import WebSocketException

from tests.faults import lines
from tests.faults.lines import Socket
from tests.faults.scene import Scene
from tests.faults.talkers import Visitor
from tests.processes import Process

Fault = Callable[[Scene], Awaitable[None]]


def some_time(shortest: float, longest: float) -> Awaitable[None]:
    return asyncio.sleep(random.uniform(shortest, longest))


def one_of(scene: Scene, processes: Sequence[Process]) -> Process:
    """One that nothing is done to now, if there is one."""
    free = [process for process in processes if not scene.held(process.name).locked()]
    return random.choice(free or processes)


async def web_killed(scene: Scene) -> None:
    """A web server is gone in the middle of a word, and comes back."""
    web = one_of(scene, scene.site.webs)
    async with scene.held(web.name):
        await asyncio.to_thread(web.kill)
        await some_time(0, 1)
        await scene.restart(web)


async def web_hangs(scene: Scene) -> None:
    """A web server stands still for longer than anybody waits, and goes on where it was: with
    messages that have long been sent again elsewhere.
    """
    web = one_of(scene, scene.site.webs)
    async with scene.held(web.name):
        assert web.popen is not None
        web.popen.send_signal(signal.SIGSTOP)
        try:
            await some_time(2, 10)
        finally:
            web.popen.send_signal(signal.SIGCONT)


async def worker_killed(scene: Scene) -> None:
    """The worker is gone in the middle of its work."""
    worker = one_of(scene, scene.site.workers)
    async with scene.held(worker.name):
        await asyncio.to_thread(worker.kill)
        await some_time(0, 1)
        await scene.restart(worker)


async def valkey_stopped(scene: Scene) -> None:
    """Valkey is away for a while: people on two servers go on talking with each other."""
    async with scene.held("valkey"):
        await scene.tell("valkey", "stop")
        try:
            stopped = time.monotonic()
            if await scene.comes(lambda: scene.crossed(stopped)):
                took = time.monotonic() - stopped
                scene.remarks.append(
                    f"without Valkey words were on the other server in {took:.1f} s"
                )
            else:
                scene.flaws.append("without Valkey no word came to the other server")
            await some_time(0, 3)
        finally:
            await scene.tell("valkey", "start")


async def valkey_restarted(scene: Scene) -> None:
    """Valkey comes back at once, and knows of nobody."""
    async with scene.held("valkey"):
        await scene.tell("valkey", "stop")
        await scene.tell("valkey", "start")


async def valkey_flushed(scene: Scene) -> None:
    """Valkey forgets everything."""
    async with scene.held("valkey"):
        await scene.flush_valkey()


async def postgres_stopped(scene: Scene) -> None:
    """PostgreSQL is away until people were told: nothing is acknowledged meanwhile."""
    async with scene.held("postgres"):
        before = scene.turned_away
        await scene.tell("postgres", "stop")
        try:
            stopped = time.monotonic()
            if not await scene.comes(lambda: scene.turned_away > before):
                scene.flaws.append("nobody was told that nothing can be kept")
            await some_time(0, 3)
            untrue = sum(
                1
                for talk in scene.talks
                for letter in talk.written
                if letter.moment > stopped and letter.client_id in talk.acked
            )
            if untrue:
                scene.flaws.append(f"{untrue} acknowledged without PostgreSQL")
        finally:
            await scene.tell("postgres", "start")


async def postgres_restarted(scene: Scene) -> None:
    """PostgreSQL is restarted as for an upgrade: every connection ends."""
    async with scene.held("postgres"):
        await scene.tell("postgres", "stop")
        await some_time(0, 1)
        await scene.tell("postgres", "start")


async def postgres_crashed(scene: Scene) -> None:
    """PostgreSQL dies in the middle of transactions, and recovers from its log."""
    async with scene.held("postgres"):
        await scene.tell("postgres", "crash")
        try:
            await some_time(0, 1)
        finally:
            await scene.tell("postgres", "start")


async def half_open(scene: Scene) -> None:
    """Half of the connections swallow what goes over them, one way or both, and tell nobody."""
    for road in scene.roads:
        # What once swallowed goes on to: a network loses the rest of a stream, never its middle.
        if random.random() < 0.5 and not (road.swallows_up or road.swallows_down):
            road.swallows_up = random.random() < 0.6
            road.swallows_down = not road.swallows_up or random.random() < 0.5
    await some_time(1, 4)


async def connections_cut(scene: Scene) -> None:
    """Every connection breaks at the same moment."""
    for road in scene.roads:
        road.cut()
    await some_time(0, 1)


async def sent_twice_at_once(scene: Scene) -> None:
    """A message arrives on other processes while its first copy is still being committed.

    The conversation's row is held, so that all of them certainly wait at the same time.
    """
    visitors = [talker for talker in scene.talkers if isinstance(talker, Visitor)]
    visitor = random.choice([each for each in visitors if each.ready] or visitors)
    talk = visitor.talk
    with contextlib.suppress(OSError, WebSocketException, TimeoutError, psycopg.Error):
        async with contextlib.AsyncExitStack() as stack:
            sockets = [
                await stack.enter_async_context(another_socket(visitor, port))
                for port in scene.ports
            ]
            await stack.enter_async_context(talk.pen)
            if talk.pending:
                return  # what comes before it must be there first
            holder = await asyncio.to_thread(scene.site.connect)
            try:
                await asyncio.to_thread(hold, holder, talk.conversation)
                letter = await visitor.write(talk.conversation)
                frame = {"type": "say", "id": letter.client_id, "text": letter.text, "got": 1}
                for socket in sockets:
                    await socket.put(frame)
                await some_time(0.1, 0.5)
            finally:
                await asyncio.to_thread(holder.close)
            await some_time(0.2, 0.5)


@contextlib.asynccontextmanager
async def another_socket(visitor: Visitor, port: int) -> AsyncIterator[Socket]:
    """A second page of a visitor, after its greeting."""
    async with lines.socket(port, visitor.socket_path, {}) as line:
        await line.put(visitor.hello())
        await asyncio.wait_for(line.next(), 5)
        yield line


def hold(connection: "psycopg.Connection[tuple[Any, ...]]", conversation: str) -> None:
    """Hold a conversation's row until the connection closes."""
    connection.execute("BEGIN")
    query = "SELECT 1 FROM chat_conversation WHERE id = %s FOR UPDATE"
    connection.execute(query, [conversation])


KINDS: tuple[Fault, ...] = (
    web_killed,
    web_hangs,
    worker_killed,
    valkey_stopped,
    valkey_restarted,
    valkey_flushed,
    postgres_stopped,
    postgres_restarted,
    postgres_crashed,
    half_open,
    connections_cut,
    sent_twice_at_once,
)
