"""A socket on a server that makes a sender wait, and frames that wait for the one before them."""

import asyncio
from typing import Any

import pytest

from chat.wire import socket
from chat.wire.socket import HELD_FRAMES, Inbox, Socket, SocketLine
from helpline.privacy.door import Scope

pytestmark = pytest.mark.embedded


class SlowServer:
    """An ASGI server whose client reads when a test says so."""

    def __init__(self) -> None:
        self.writable = asyncio.Event()
        self.sent: list[Any] = []
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()

    async def send(self, event: Any) -> None:
        if event["type"] != "websocket.accept":
            await self.writable.wait()
        self.sent.append(event.get("text") or event.get("code"))


class Chatty:
    """A session that waits for the database until it is told."""

    def __init__(self, line: SocketLine | None = None) -> None:
        self.line = line
        self.closed = self.left = False
        self.code = 0
        self.database = asyncio.Event()
        self.heard: list[str | None] = []

    async def admit(self) -> bool:
        return True

    async def hear(self, text: str | None) -> None:
        if text == "ask":
            await self.database.wait()
        self.heard.append(text)

    def lose_database(self, error: Exception) -> None:
        raise error

    def close(self, code: int) -> None:
        self.closed, self.code = True, code
        if self.line is not None:
            self.line.close(code)

    def leave(self) -> None:
        self.closed = self.left = True


async def test_frames_for_a_slow_client_keep_their_order() -> None:
    slow, quick = SlowServer(), SlowServer()
    quick.writable.set()
    lines = SocketLine(slow.send), SocketLine(quick.send)
    for number in range(100):
        for line in lines:
            line.put(b"%d" % number, news=True)
    expected = [str(number) for number in range(100)]
    assert (slow.sent, quick.sent) == ([], expected)  # nobody waits for the slow one
    slow.writable.set()
    for line in lines:
        line.put(b"last", news=True)
        line.close(4000)
    assert lines[0].sender is not None
    await lines[0].sender
    assert slow.sent == [*expected, "last", 4000]


async def test_client_that_takes_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "CLOSING_SECONDS", 0.1)
    server = SlowServer()
    made: asyncio.Queue[Chatty] = asyncio.Queue()

    def make(line: SocketLine, key: str, scope: Scope) -> Chatty:
        session = Chatty(line)
        made.put_nowait(session)
        return session

    server.events.put_nowait({"type": "websocket.connect"})
    running = asyncio.create_task(Socket(make)({}, server.events.get, server.send))
    async with asyncio.timeout(10):
        session = await made.get()
        assert session.line is not None
        session.line.put(b"nobody reads this", news=True)
        session.close(4429)
        await running  # it ends by itself, with nothing to log
    assert session.left


async def test_frames_are_heard_in_order_and_what_waits_is_bounded() -> None:
    session = Chatty()
    inbox = Inbox(session)
    inbox.put("first")
    assert session.heard == ["first"]  # at once
    texts = ["ask", *map(str, range(HELD_FRAMES))]
    for text in texts:
        inbox.put(text)
    assert (session.heard, session.closed) == (["first"], False)
    session.database.set()
    assert inbox.hearer is not None
    await inbox.hearer
    assert session.heard == ["first", *texts]
    inbox.put("after")
    assert session.heard[-1] == "after"


@pytest.mark.parametrize("text", ["x", "x" * 60_000])
async def test_page_that_does_not_wait_for_answers_is_closed(text: str) -> None:
    session = Chatty()
    inbox = Inbox(session)
    inbox.put("ask")
    for _ in range(HELD_FRAMES + 1):
        inbox.put(text)
    assert (session.closed, session.code) == (True, socket.BEHIND)
    session.database.set()
    assert inbox.hearer is not None
    await inbox.hearer
    assert session.heard == ["ask"]  # what waited is not done for a page that is gone
