"""A client of the chat's sockets for tests: frames in and out of the whole application."""

import json
from typing import Any

from channels.testing import WebsocketCommunicator
from django.conf import settings

from chat import protocol
from helpline.asgi import application

ORIGIN = "http://testserver"


class Client:
    """One socket. Frames that a test does not wait for are kept in ``seen``."""

    def __init__(self, path: str, *, cookie: str = "", origin: str | None = ORIGIN) -> None:
        headers = [(b"host", b"testserver")]
        if origin is not None:
            headers.append((b"origin", origin.encode()))
        if cookie:
            headers.append((b"cookie", cookie.encode()))
        self.socket = WebsocketCommunicator(application, path, headers=headers)
        self.seen: list[dict[str, Any]] = []

    async def connect(self) -> bool:
        connected, _ = await self.socket.connect()
        return connected

    async def put(self, **frame: Any) -> None:
        """Send a frame; like a page's, each says how many came so far."""
        await self.socket.send_to(text_data=json.dumps({"got": len(self.seen), **frame}))

    async def next(self) -> dict[str, Any]:
        """The next frame, whatever it is; a close comes as {"type": "closed", "code": …}."""
        event = await self.socket.receive_output(timeout=8)
        if event["type"] == "websocket.close":
            return {"type": "closed", "code": event.get("code")}
        frame: dict[str, Any] = json.loads(event["text"])
        self.seen.append(frame)
        return frame

    async def until(self, kind: str, **values: Any) -> dict[str, Any]:
        """The next frame of a type with these values."""
        while True:
            frame = await self.next()
            if frame["type"] == kind and all(frame.get(k) == v for k, v in values.items()):
                return frame
            assert frame["type"] != "closed", f"closed while waiting for {kind}: {self.seen}"

    async def close(self) -> None:
        await self.socket.disconnect()


async def visitor(token: str, *, since: int = 0, tag: str = "") -> Client:
    """A visitor's socket after its first frame."""
    client = Client("/ws/chat/")
    assert await client.connect()
    await client.put(type="hello", v=protocol.VERSION, token=token, since=since, tag=tag)
    return client


async def desk(session: str) -> Client:
    """A console's socket after its first frame."""
    client = Client("/ws/console/", cookie=f"{settings.SESSION_COOKIE_NAME}={session}")
    assert await client.connect()
    await client.put(type="hello", v=protocol.VERSION)
    await client.until("desk")
    return client
