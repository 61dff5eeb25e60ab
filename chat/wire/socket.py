"""A page's WebSocket, as plain ASGI.

Channels' consumers hand every event through a thread of the database's; this is a loop.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Protocol

from django.db import DatabaseError

from helpline.privacy.door import RATE_KEY, Receive, Scope, Send

log = logging.getLogger(__name__)

ACCEPTED: dict[str, Any] = {"type": "websocket.accept"}
REFUSED: dict[str, Any] = {"type": "websocket.close"}
BEHIND = 4429
# Frames that wait for the one before them. On Daphne reading never waits either.
HELD_FRAMES = 64
HELD_SIZE = 256 * 1024
CLOSING_SECONDS = 10.0  # for a client that reads nothing, on a server that waits for it


class Session(Protocol):
    """What speaks over a socket or a poll."""

    closed: bool

    async def admit(self) -> bool: ...

    def hear(self, text: str | None) -> Coroutine[Any, Any, None] | None: ...

    def close(self, code: int) -> None: ...

    def lose_database(self, error: DatabaseError) -> None: ...

    def leave(self) -> None: ...


class SocketLine:
    """Sends frames over a socket without ever waiting.

    Daphne takes whatever it is given. Other servers make a sender wait for a slow client: then the
    rest goes by a task of its own, as much as the session's credit allows.
    """

    __slots__ = ("given_up", "reader", "send", "sender", "waiting")
    asks_again = False

    def __init__(self, send: Send) -> None:
        self.send = send
        self.reader = asyncio.current_task()
        self.sender: asyncio.Task[None] | None = None
        self.waiting: deque[dict[str, Any]] | None = None
        self.given_up = False

    def put(self, frame: bytes, *, news: bool) -> None:
        self._put({"type": "websocket.send", "text": frame.decode()})

    def close(self, code: int) -> None:
        self._put({"type": "websocket.close", "code": code})
        if self.waiting is not None:
            asyncio.get_running_loop().call_later(CLOSING_SECONDS, self._give_up)

    def _put(self, event: dict[str, Any]) -> None:
        if self.waiting is not None:
            self.waiting.append(event)
            return
        sending: Coroutine[Any, Any, None] = self.send(event)  # type: ignore[assignment]  # servers use coroutines
        try:
            awaited = sending.send(None)
        except StopIteration:
            return
        except Exception as error:  # noqa: BLE001 -- each server has its own for a client that left
            # Daphne has none, and takes what comes for who has left.
            log.warning("a frame was not sent", extra={"error": type(error).__name__})
            return
        self.waiting = deque()
        self.sender = _run(self._rest(sending, awaited))

    async def _rest(self, sending: Coroutine[Any, Any, None], awaited: object) -> None:
        try:
            await _Begun(sending, awaited)
            while self.waiting:
                await self.send(self.waiting.popleft())
            self.waiting = None
        except Exception as error:  # noqa: BLE001 -- as above; what follows is not sent either
            log.debug("frames were not sent", extra={"error": type(error).__name__})

    def _give_up(self) -> None:
        """The client did not even take what stands before the close."""
        if self.waiting is not None and self.sender is not None and self.reader is not None:
            self.given_up = True
            self.sender.cancel()
            self.reader.cancel()


class Inbox:
    """Hands frames to a session, one after the other."""

    __slots__ = ("hearer", "session", "size", "waiting")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.hearer: asyncio.Task[None] | None = None
        self.waiting: deque[str | None] | None = None
        self.size = 0

    def put(self, text: str | None) -> None:
        """Hear a frame: most are heard at once, some wait for the database."""
        if self.session.closed:
            return
        if self.waiting is not None:
            self.size += len(text or "")
            if len(self.waiting) >= HELD_FRAMES or self.size > HELD_SIZE:
                self.session.close(BEHIND)
            else:
                self.waiting.append(text)
            return
        hearing = self.session.hear(text)
        if hearing is None:
            return
        try:
            awaited = hearing.send(None)
        except StopIteration:
            return
        self.waiting, self.size = deque(), 0
        self.hearer = _run(self._rest(hearing, awaited))

    async def _rest(self, hearing: Coroutine[Any, Any, None], awaited: object) -> None:
        await _Begun(hearing, awaited)
        while self.waiting and not self.session.closed:
            text = self.waiting.popleft()
            self.size -= len(text or "")
            more = self.session.hear(text)
            if more is not None:
                await more
        self.waiting = None


def _run(work: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
    """Do something beside; the loop itself would forget it."""
    task = asyncio.get_running_loop().create_task(work)
    _tasks.add(task)
    task.add_done_callback(_tasks.discard)
    return task


_tasks: set["asyncio.Task[None]"] = set()


class _Begun:
    """A coroutine that was begun by hand and waits for something: what is left of it."""

    def __init__(self, coroutine: Coroutine[Any, Any, None], awaited: object) -> None:
        self.coroutine = coroutine
        self.awaited = awaited

    def __await__(self) -> Generator[Any, Any, None]:
        awaited = self.awaited
        try:
            while True:
                try:
                    sent = yield awaited
                except BaseException as error:  # noqa: BLE001 -- handed on, cancelling included
                    awaited = self.coroutine.throw(error)
                else:
                    awaited = self.coroutine.send(sent)
        except StopIteration:
            return


class Socket:
    """An ASGI application: one session a connection."""

    def __init__(self, make: Callable[[SocketLine, str, Scope], Session]) -> None:
        self.make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()
        line = SocketLine(send)
        session = self.make(line, str(scope.get(RATE_KEY, "")), scope)
        del scope  # what came with the connection is not kept while it is open
        inbox = Inbox(session)
        try:
            try:
                admitted = await session.admit()
            except DatabaseError as error:
                await send(ACCEPTED)  # a page learns nothing from a socket that was refused
                session.lose_database(error)
                return
            if not admitted:
                await send(REFUSED)
                return
            await send(ACCEPTED)
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                inbox.put(event.get("text"))
        except asyncio.CancelledError:
            if not line.given_up:
                raise
        finally:
            session.leave()
            if inbox.hearer is not None:
                await inbox.hearer
