"""A register on loopback that answers RDAP questions, well or badly."""

import json
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer: its status, body, and what is wrong with it."""

    body: Any = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    seconds_a_byte: float = 0.0
    endless: bool = False


@dataclass
class Register:
    """A running register: where it listens, what it answers and what it was asked."""

    replies: dict[str, Reply]
    port: int = 0
    asked: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """As HELPLINE_RDAP_BASE wants it."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def register(replies: Mapping[str, Any]) -> Iterator[Register]:
    """A register on a free port of loopback, until the block ends.

    ``replies`` gives for each path, as in "ip/203.0.113.7", a Reply or the object to answer with.
    """
    running = Register(
        {
            path: reply if isinstance(reply, Reply) else Reply(reply)
            for path, reply in replies.items()
        }
    )
    stop = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.lstrip("/")
            running.asked.append(path)
            reply = running.replies.get(path, Reply({"errorCode": 404}, status=404))
            body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", "application/rdap+json")
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if not reply.endless:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            try:
                self._send(reply, body)
            except OSError:
                pass  # the other side had enough

        def _send(self, reply: Reply, body: bytes) -> None:
            while reply.endless and not stop.is_set():
                self.wfile.write(b" " * 65536)
            if not reply.seconds_a_byte:
                self.wfile.write(body)
                return
            for at in range(len(body)):
                if stop.is_set():
                    return
                self.wfile.write(body[at : at + 1])
                time.sleep(reply.seconds_a_byte)

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    running.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield running
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def card(name: str, *mails: str, kind: str = "group") -> list[Any]:
    """A jCard, as registers send it."""
    fields: list[Any] = [
        ["version", {}, "text", "4.0"],
        ["fn", {}, "text", name],
        ["kind", {}, "text", kind],
    ]
    return ["vcard", fields + [["email", {}, "text", mail] for mail in mails]]


def network(name: str, abuse: str, start: str, end: str) -> dict[str, Any]:
    """A register's answer about an address, its abuse desk nested as RIPE and ARIN do."""
    return {
        "objectClassName": "ip network",
        "handle": f"{start} - {end}",
        "name": name,
        "startAddress": start,
        "endAddress": end,
        "country": "NL",
        "entities": [
            {
                "handle": "ORG-1",
                "roles": ["registrant"],
                "vcardArray": card(name, kind="org"),
                "entities": [
                    {"handle": "AR-1", "roles": ["abuse"], "vcardArray": card("Abuse", abuse)}
                ],
            },
            {
                "handle": "P-1",
                "roles": ["technical"],
                "vcardArray": card("A Person", "person@hosting.test", kind="individual"),
            },
        ],
    }


def domain(name: str, registrar: str, abuse: str) -> dict[str, Any]:
    """A register's answer about a name, the seller's abuse desk nested as registries do."""
    return {
        "objectClassName": "domain",
        "handle": "D-1",
        "ldhName": name,
        "entities": [
            {
                "handle": "H-1",
                "roles": ["registrant"],
                "vcardArray": card("A Holder", "holder@example.org", kind="individual"),
            },
            {
                "handle": "9999",
                "roles": ["registrar"],
                "vcardArray": card(registrar),
                "entities": [{"roles": ["abuse"], "vcardArray": card("Abuse", abuse)}],
            },
        ],
    }
