"""A client of the chat's wire that minds nothing: it reads when a test says so, or never.

Plain blocking sockets, since a library would read by itself.
"""

import base64
import contextlib
import json
import os
import select
import socket
import struct
import time
import uuid
from types import TracebackType
from typing import Any, Self

from chat.protocol import VERSION
from tests.bench.chat import proc
from tests.processes import Process, Site

TEXT, BINARY, CLOSE = 1, 2, 8
LIMIT_SECONDS = 15.0


class Wire:
    """One WebSocket. ``room`` bounds what the kernel keeps for a client that does not read."""

    def __init__(
        self, port: int, path: str = "/ws/chat/", *, session: str = "", room: int = 0
    ) -> None:
        self.socket = socket.socket()
        if room:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
        self.socket.settimeout(LIMIT_SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.buffer = bytearray()
        self.got = 0
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: http://127.0.0.1:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
            *([f"Cookie: staff={session}"] if session else []),
        ]
        self.socket.sendall("\r\n".join([*lines, "\r\n"]).encode())
        while b"\r\n\r\n" not in self.buffer:
            self._receive()
        head, _, rest = bytes(self.buffer).partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101 "), head
        self.buffer = bytearray(rest)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.drop()

    def drop(self) -> None:
        """Go away without a word."""
        self.socket.close()

    def put(self, **frame: Any) -> None:
        """Send a frame that says what came so far."""
        self.put_raw(masked(json.dumps({"got": self.got, **frame}).encode()))

    def put_raw(self, data: bytes) -> None:
        self.socket.sendall(data)

    def hello(self, token: str, *, since: int = 0) -> None:
        """The first frame of a visitor."""
        self.put(type="hello", v=VERSION, token=token, since=since)

    def say(self, text: str, **more: str) -> str:
        """Send a message; returns its id."""
        number = str(uuid.uuid4())
        self.put(type="say", id=number, text=text, **more)
        return number

    def next(self, seconds: float = LIMIT_SECONDS) -> dict[str, Any]:
        """The next frame; {"type": "closed", "code": …} at the end, without a code when the
        connection was just dropped.
        """
        self.socket.settimeout(seconds)
        try:
            kind, payload = self._frame()
        except (ConnectionError, EOFError):
            return {"type": "closed", "code": None}
        if kind == CLOSE:
            with contextlib.suppress(OSError):  # dropped just now
                self.socket.sendall(masked(payload, CLOSE))
            return {"type": "closed", "code": struct.unpack("!H", payload[:2])[0]}
        self.got += 1
        frame: dict[str, Any] = json.loads(payload)
        return frame

    def until(self, kind: str, seconds: float = LIMIT_SECONDS, **values: Any) -> dict[str, Any]:
        """The next frame of a type with these values, within so many seconds."""
        deadline = time.monotonic() + seconds
        seen: list[str] = []
        while True:
            frame = self.next(max(0.01, deadline - time.monotonic()))
            seen.append(f"{frame['type']} {frame.get('code', '')}".strip())
            if frame["type"] == kind and all(frame.get(k) == v for k, v in values.items()):
                return frame
            assert frame["type"] != "closed", f"closed while waiting for {kind}: {seen[-20:]}"

    def until_closed(self) -> int | None:
        """Read until it is closed; the code, or None when the connection was just dropped."""
        with self:
            while (frame := self.next())["type"] != "closed":
                pass
        code: int | None = frame["code"]
        return code

    def places(self, last: int) -> list[int]:
        """Read and acknowledge as a page does, until a place was shown. Returns all places."""
        found: list[int] = []
        while not found or found[-1] < last:
            found += [message["seq"] for message in self.until("messages")["messages"]]
            self.put(type="got")
        return found

    @property
    def heard(self) -> bool:
        """Whether anything waits to be read."""
        return bool(self.buffer or select.select([self.socket], [], [], 0)[0])

    def _frame(self) -> tuple[int, bytes]:
        """One frame of the server, which masks and splits nothing."""
        self._need(2)
        kind, size, start = self.buffer[0] & 15, self.buffer[1], 2
        if size > 125:
            start = 4 if size == 126 else 10
            self._need(start)
            size = int.from_bytes(self.buffer[2:start], "big")
        self._need(start + size)
        payload = bytes(self.buffer[start : start + size])
        del self.buffer[: start + size]
        return (kind, payload) if kind in (TEXT, CLOSE) else self._frame()

    def _need(self, size: int) -> None:
        while len(self.buffer) < size:
            self._receive()

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError
        self.buffer += data


def masked(payload: bytes, kind: int = TEXT) -> bytes:
    """A frame of a client, masked with zeros, which leave it as it is."""
    size = len(payload)
    if size < 126:
        head = bytes([0x80 | kind, 0x80 | size])
    elif size < 65536:
        head = bytes([0x80 | kind, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x80 | kind, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def memory_mib(process: Process) -> float:
    """What a server has in memory now."""
    assert process.popen is not None
    return proc.memory_kib(process.popen.pid) / 1024


def threads(process: Process) -> int:
    """How many threads a server has now."""
    assert process.popen is not None
    return len(os.listdir(f"/proc/{process.popen.pid}/task"))


def trouble(site: Site) -> list[str]:
    """Lines of its logs that tell of something nobody thought of."""
    bad = ("Traceback", "Exception", '"level": "error"', '"level": "critical"')
    return [line for line in site.log_text().splitlines() if any(word in line for word in bad)]
