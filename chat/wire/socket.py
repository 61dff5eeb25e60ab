"""A page's WebSocket, as plain ASGI.

Channels' consumers hand every event through a thread of the database's; this is a loop.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Coroutine, Generator
from typing import Any, Protocol

from helpline.privacy.door import RATE_KEY, Receive, Scope, Send

log = logging.getLogger(__name__)

REFUSED: dict[str, Any] = {"type": "websocket.close"}


class Session(Protocol):
    """What speaks over a socket or a poll."""

    closed: bool

    async def admit(self) -> bool: ...

    async def hear(self, text: str | None) -> None: ...

    def leave(self) -> None: ...


class SocketLine:
    """Sends frames over a socket without ever waiting.

    Daphne takes whatever it is given. Other servers make a sender wait for a slow client: then the
    rest goes by a task of its own, as much as the session's credit allows.
    """

    __slots__ = ("send", "waiting")
    asks_again = False

    def __init__(self, send: Send) -> None:
        self.send = send
        self.waiting: deque[dict[str, Any]] | None = None

    def put(self, frame: bytes, *, news: bool) -> None:
        self._put({"type": "websocket.send", "text": frame.decode()})

    def close(self, code: int) -> None:
        self._put({"type": "websocket.close", "code": code})

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
            log.debug("a frame was not sent", extra={"error": type(error).__name__})
            return
        self.waiting = deque()
        task = asyncio.get_running_loop().create_task(self._rest(sending, awaited))
        _senders.add(task)
        task.add_done_callback(_senders.discard)

    async def _rest(self, sending: Coroutine[Any, Any, None], awaited: object) -> None:
        try:
            await _Begun(sending, awaited)
            while self.waiting:
                await self.send(self.waiting.popleft())
            self.waiting = None
        except Exception as error:  # noqa: BLE001 -- as above; what follows is not sent either
            log.debug("frames were not sent", extra={"error": type(error).__name__})


_senders: set["asyncio.Task[None]"] = set()


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
        session = self.make(SocketLine(send), str(scope.get(RATE_KEY, "")), scope)
        del scope  # what came with the connection is not kept while it is open
        try:
            if not await session.admit():
                await send(REFUSED)
                return
            await send({"type": "websocket.accept"})
            while True:
                event = await receive()
                if event["type"] == "websocket.disconnect":
                    return
                if not session.closed:
                    await session.hear(event.get("text"))
        finally:
            session.leave()
