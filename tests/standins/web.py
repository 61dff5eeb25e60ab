"""A web server on loopback that stands in for reported sites, and counts who comes."""

import contextlib
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

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


def certificate_for(hosts: Iterable[str], folder: Path) -> Path:
    """A certificate for hosts that signs itself, with its key in the same file."""
    path = folder / "sites.pem"
    command = [
        *("/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
        *("-subj", "/CN=sites", "-keyout", str(path), "-out", f"{path}.crt"),
        *("-addext", "subjectAltName=" + ",".join(f"DNS:{host}" for host in hosts)),
    ]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 -- our own arguments
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


def tls_with(certificate: Path) -> ssl.SSLContext:
    """What a server with such a certificate needs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@contextmanager
def web_server(
    host: str = "127.0.0.1", port: int = 0, *, tls: ssl.SSLContext | None = None
) -> Iterator[Web]:
    """A web server on a free port of loopback, until the block ends. With ``tls`` it speaks nothing
    else."""
    web = Web()
    stop = threading.Event()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            web.connections += 1
            self.request.settimeout(10)
            with contextlib.suppress(OSError):  # the other side hangs up when it has its head
                if tls is None:
                    self.answer(self.request)
                    return
                with tls.wrap_socket(self.request, server_side=True) as caller:
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
