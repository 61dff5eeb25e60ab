"""A web server on loopback that stands in for reported sites, and counts who comes."""

import contextlib
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

LONGEST = 64 * 1024


@dataclass(frozen=True)
class Page:
    """What is answered: a status, headers, and a body that must never be read.

    ``raw`` goes out as it is instead; ``drip`` are the seconds between its bytes; ``endless`` has
    the body never stop. With ``head`` a HEAD is answered by that status.
    """

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b"a picture of somebody"
    raw: bytes = b""
    drip: float = 0.0
    endless: bool = False
    head: int = 0


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    host: str
    path: str
    text: str


@dataclass
class Web:
    """A running server. ``pages`` are by host and path; what is not there is a 404."""

    pages: dict[str, Page] = field(default_factory=dict)
    port: int = 0
    connections: int = 0
    asked: list[Asked] = field(default_factory=list)

    @property
    def address(self) -> str:
        """As HELPLINE_CHECK_STANDIN wants it."""
        return f"127.0.0.1:{self.port}"


@contextmanager
def web_server(host: str = "127.0.0.1", port: int = 0) -> Iterator[Web]:
    """A web server on a free port of loopback, until the block ends."""
    web = Web()
    stop = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            web.connections += 1
            caller: socket.socket = self.request
            caller.settimeout(10)
            with contextlib.suppress(OSError):  # the other side hangs up when it has its head
                self.answer(caller)

        def answer(self, caller: socket.socket) -> None:
            text = b""
            while not text.endswith(b"\r\n\r\n") and len(text) < LONGEST:
                more = caller.recv(4096)
                if not more or more.startswith(b"\x16"):
                    return  # TLS, which it does not speak
                text += more
            asked = _read(text)
            web.asked.append(asked)
            page = web.pages.get(f"{asked.host}{asked.path}", Page(404))
            status = page.head if asked.method == "HEAD" and page.head else page.status
            if page.raw:
                self.send(caller, page.raw, page.drip)
                return
            lines = [f"HTTP/1.1 {status} As it is", "Server: stand-in"]
            lines += [f"{name}: {value}" for name, value in page.headers.items()]
            caller.sendall("\r\n".join([*lines, "", ""]).encode("latin-1"))
            if asked.method == "HEAD":
                return
            caller.sendall(page.body)
            while page.endless and not stop.is_set():
                caller.sendall(b"x" * 4096)

        def send(self, caller: socket.socket, raw: bytes, drip: float) -> None:
            if not drip:
                caller.sendall(raw)
                return
            for place in range(len(raw)):
                if stop.wait(drip):
                    return
                caller.sendall(raw[place : place + 1])

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        allow_reuse_address = True

    server = Server((host, port), Handler)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        stop.set()
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def _read(text: bytes) -> Asked:
    lines = text.decode("latin-1").split("\r\n")
    method, path, _version = (*lines[0].split(" "), "", "")[:3]
    hosts = [line[5:].strip() for line in lines if line.lower().startswith("host:")]
    return Asked(method, hosts[0] if hosts else "", path, text.decode("latin-1"))
