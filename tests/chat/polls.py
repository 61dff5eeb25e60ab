"""A client of the chat's long poll for tests: requests to the whole application, as a server hands
them over, so that one can wait, come in pieces, or go away.
"""

import asyncio
import json
from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any

import orjson

from chat import protocol
from helpline.asgi import application
from tests.chat.sockets import ORIGIN

VISITOR, STAFF = "/wire/chat/", "/wire/console/"
LIMIT_SECONDS = 30


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[bytes, bytes]
    body: bytes

    @property
    def frames(self) -> list[dict[str, Any]]:
        frames: list[dict[str, Any]] = orjson.loads(self.body)["frames"]
        return frames

    @property
    def close(self) -> int | None:
        code: int | None = orjson.loads(self.body).get("close")
        return code

    @property
    def kinds(self) -> list[str]:
        return [frame["type"] for frame in self.frames]

    def one(self, kind: str) -> dict[str, Any]:
        """The only frame of a type."""
        (found,) = [frame for frame in self.frames if frame["type"] == kind]
        return found

    @property
    def texts(self) -> list[str]:
        """What was said, in the order in which it came."""
        return [m["text"] for f in self.frames if f["type"] == "messages" for m in f["messages"]]


class Request:
    """One request. It runs beside the test until it is answered."""

    def __init__(
        self,
        path: str,
        *,
        method: str = "POST",
        origin: str | None = ORIGIN,
        cookie: str = "",
    ) -> None:
        headers = [(b"host", b"testserver"), (b"content-type", b"application/json")]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        self.scope: MutableMapping[str, Any] = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "headers": headers,
            "client": ("127.0.0.1", 1),
        }
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.sent: list[MutableMapping[str, Any]] = []
        self.task = asyncio.create_task(application(self.scope, self.events.get, self._send))

    async def _send(self, event: MutableMapping[str, Any]) -> None:
        self.sent.append(event)

    def give(self, body: bytes, *, more: bool = False) -> None:
        """Some of its body."""
        self.events.put_nowait({"type": "http.request", "body": body, "more_body": more})

    def leave(self) -> None:
        """The page is gone."""
        self.events.put_nowait({"type": "http.disconnect"})

    async def ended(self) -> None:
        async with asyncio.timeout(LIMIT_SECONDS):
            await self.task

    async def answer(self) -> Answer:
        await self.ended()
        start, *bodies = self.sent
        return Answer(
            start["status"], dict(start["headers"]), b"".join(each["body"] for each in bodies)
        )


def hello(token: str = "", *, since: int = 0, **more: Any) -> dict[str, Any]:
    """A visitor's first frame."""
    return {"type": "hello", "v": protocol.VERSION, "token": token, "since": since, **more}


def ask(path: str, *frames: Any, wait: float = 0, cookie: str = "") -> Request:
    """A request with these frames, under way."""
    request = Request(path, cookie=cookie)
    request.give(json.dumps({"frames": frames, "wait": wait}).encode())
    return request


async def asked(path: str, *frames: Any, wait: float = 0, cookie: str = "") -> Answer:
    """The answer to these frames."""
    return await ask(path, *frames, wait=wait, cookie=cookie).answer()
