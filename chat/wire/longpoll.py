"""For pages whose network lets no WebSocket through: frames in a POST, frames in its answer.

Plain ASGI, since a waiting Django view would hold a thread. Nothing is kept between requests: each
is a short session, so that any process can answer the next one.
"""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Protocol

import orjson
from django.db import DatabaseError

from helpline.privacy.door import RATE_KEY, Receive, Scope, Send

BODY_BYTES = 64 * 1024
READ_SECONDS = 20.0
MOST_FRAMES = 64
MOST_SECONDS = 20
ANSWER_SECONDS = 10.0  # for what was asked; then the page asks again
ANSWER_BYTES = 512 * 1024
SIGN_IN = 4403


class Session(Protocol):
    """What speaks over a poll."""

    closed: bool

    @property
    def busy(self) -> bool: ...

    async def admit(self) -> bool: ...

    def hear(self, text: str | None) -> Coroutine[Any, Any, None] | None: ...

    def put_pulse(self) -> None: ...

    def lose_database(self, error: DatabaseError) -> None: ...

    def leave(self) -> None: ...


class PollLine:
    """Gathers the frames of one answer."""

    __slots__ = ("code", "frames", "news", "size", "stir")
    asks_again = True

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.size = 0
        self.code: int | None = None
        self.news = False
        self.stir = asyncio.Event()

    def put(self, frame: bytes, *, news: bool) -> None:
        self.frames.append(frame)
        self.size += len(frame)
        self.news = self.news or news
        self.stir.set()

    def close(self, code: int) -> None:
        self.code = code
        self.stir.set()

    @property
    def full(self) -> bool:
        return self.size > ANSWER_BYTES

    def answer(self) -> bytes:
        close = b"" if self.code is None else b',"close":%d' % self.code
        return b'{"frames":[' + b",".join(self.frames) + b"]" + close + b"}"


class RequestError(Exception):
    """A request that is not one of ours. ``status`` is HTTP's."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class LongPoll:
    """An ASGI application: one short session a request."""

    def __init__(self, make: Callable[[PollLine, str, Scope], Session]) -> None:
        self.make = make

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            frames, seconds = await _request(scope, receive)
        except RequestError as error:
            await _answer(send, error.status, b"{}")
            return
        line = PollLine()
        session = self.make(line, str(scope.get(RATE_KEY, "")), scope)
        try:
            if await session.admit():
                for frame in frames:
                    if not session.closed:
                        hearing = session.hear(frame)
                        if hearing is not None:
                            await hearing
                await _wait(session, line, receive, seconds)
                session.put_pulse()
            else:
                line.close(SIGN_IN)
        except DatabaseError as error:
            session.lose_database(error)
        finally:
            session.leave()
        await _answer(send, 200, line.answer())


async def _wait(session: Session, line: PollLine, receive: Receive, seconds: float) -> None:
    """Until what was asked is answered and there is news, or time is up, or the page left."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    gone = loop.create_task(_gone(receive))
    try:
        while not session.closed and not gone.done() and not line.full:
            passed = loop.time() - began
            if session.busy:
                left = ANSWER_SECONDS - passed
            elif line.news:
                return
            else:
                left = seconds - passed
            if left <= 0:
                return
            line.stir.clear()
            stirred = loop.create_task(line.stir.wait())
            # What a session is busy with may end without a frame: look again soon.
            pause = min(left, 0.05) if session.busy else left
            await asyncio.wait((stirred, gone), timeout=pause, return_when=asyncio.FIRST_COMPLETED)
            stirred.cancel()
    finally:
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _request(scope: Scope, receive: Receive) -> tuple[list[str], float]:
    """The frames of a request, and how long it waits. Raises RequestError."""
    if scope["method"] != "POST":
        raise RequestError(405)
    try:
        async with asyncio.timeout(READ_SECONDS):
            body = await _body(receive)
        asked = orjson.loads(body)
    except TimeoutError:
        raise RequestError(408) from None
    except (orjson.JSONDecodeError, RecursionError):
        raise RequestError(400) from None
    frames = asked.get("frames") if isinstance(asked, dict) else None
    seconds = asked.get("wait", 0) if isinstance(asked, dict) else None
    if (
        not isinstance(frames, list)
        or not 1 <= len(frames) <= MOST_FRAMES
        or not isinstance(seconds, int | float)
        or not 0 <= seconds <= MOST_SECONDS
    ):
        raise RequestError(400)
    try:
        return [orjson.dumps(frame).decode() for frame in frames], float(seconds)
    except orjson.JSONEncodeError:  # it writes less deep than it reads
        raise RequestError(400) from None


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            raise RequestError(400)
        parts.append(event.get("body", b""))
        size += len(parts[-1])
        if size > BODY_BYTES:
            raise RequestError(413)
        if not event.get("more_body"):
            return b"".join(parts)


async def _answer(send: Send, status: int, body: bytes) -> None:
    headers: list[tuple[bytes, bytes]] = [
        (b"content-type", b"application/json"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"same-origin"),
    ]
    start: dict[str, Any] = {"type": "http.response.start", "status": status, "headers": headers}
    await send(start)
    await send({"type": "http.response.body", "body": body})
