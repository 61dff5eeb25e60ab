"""Requests to the chat's long poll that wait side by side, without a thread for each."""

import json
import select
import socket
import time
from typing import Any

from chat.protocol import VERSION
from tests.e2e.wire import LIMIT_SECONDS

VISITOR, STAFF = "/wire/chat/", "/wire/console/"


class Post:
    """One request, sent. Its answer is read when a test says so."""

    def __init__(
        self, port: int, *frames: Any, path: str = VISITOR, wait: float = 0, session: str = ""
    ) -> None:
        body = json.dumps({"frames": frames, "wait": wait}).encode()
        self.socket = socket.create_connection(("127.0.0.1", port), LIMIT_SECONDS)
        lines = [
            f"POST {path} HTTP/1.1",
            f"Host: 127.0.0.1:{port}",
            f"Origin: http://127.0.0.1:{port}",
            "Content-Type: application/json",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *([f"Cookie: staff={session}"] if session else []),
        ]
        self.socket.sendall("\r\n".join([*lines, "\r\n"]).encode() + body)

    def leave(self) -> None:
        self.socket.close()

    @property
    def answered(self) -> bool:
        return bool(select.select([self.socket], [], [], 0)[0])

    def answer(self, seconds: float = LIMIT_SECONDS) -> dict[str, Any]:
        """What came back, within so many seconds."""
        deadline = time.monotonic() + seconds
        data = b""
        with self.socket:
            while True:
                self.socket.settimeout(max(0.01, deadline - time.monotonic()))
                part = self.socket.recv(65536)
                if not part:
                    break
                data += part
        head, _, body = data.partition(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 200 "), head
        answer: dict[str, Any] = json.loads(body)
        return answer


def hello(token: str, *, since: int = 0, tag: str = "") -> dict[str, Any]:
    """A visitor's first frame."""
    return {"type": "hello", "v": VERSION, "token": token, "since": since, "tag": tag}


def held(port: int, token: str) -> dict[str, Any]:
    """The first frame of a page that holds all there is."""
    welcome = Post(port, hello(token)).answer()["frames"][0]
    return hello(token, since=welcome["seq"], tag=welcome["state"]["tag"])
