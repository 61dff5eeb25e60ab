"""Mail and web servers that note every notice that arrives whole, and may kill who brings it.

Whoever brings one is killed in the middle of the talk, as by a power cut. The server goes on
as a server does: what it has whole, it has.
"""

import contextlib
import http.client
import os
import signal
import socketserver
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.faults.notices.oracle import Arrived, read_mail, read_webhook


@dataclass
class Office:
    """All that arrived, whichever server took it."""

    kept: list[Arrived] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, arrived: Arrived) -> None:
        with self.lock:
            self.kept.append(arrived)


class Server(socketserver.ThreadingTCPServer):
    """One server. At ``point`` it kills the process ``bringer``."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, office: Office, talk: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), talk)
        self.office = office
        self.point = ""
        self.bringer = 0

    @property
    def port(self) -> int:
        return int(self.socket.getsockname()[1])

    def at(self, point: str) -> None:
        """The talk has come by a point."""
        if point == self.point and self.bringer:
            os.kill(self.bringer, signal.SIGKILL)


class MailTalk(socketserver.StreamRequestHandler):
    """SMTP, as far as a notice needs it."""

    server: Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.talk()

    def talk(self) -> None:
        self.server.at("connected")
        self.say("220 stand-in")
        for line in self.rfile:
            word = line[:4].upper()
            if word == b"RCPT":
                self.server.at("addressed")
            if word == b"DATA":
                self.server.at("offered")
                self.say("354 go on")
                if not self.take():
                    return
            if word == b"QUIT":
                self.say("221 bye")
                return
            self.say("250 OK")

    def take(self) -> bool:
        """The text up to its last dot, or nothing at all."""
        lines: list[bytes] = []
        for line in self.rfile:
            if line == b".\r\n":
                self.server.office.keep(read_mail(b"".join(lines)))
                self.server.at("whole")
                return True
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return False

    def say(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class WebTalk(socketserver.StreamRequestHandler):
    """HTTP, as far as a notice needs it."""

    server: Server

    def handle(self) -> None:
        with contextlib.suppress(OSError):
            self.talk()

    def talk(self) -> None:
        self.server.at("connected")
        if not self.rfile.readline():
            return
        self.server.at("addressed")
        headers = http.client.parse_headers(self.rfile)
        self.server.at("offered")
        length = int(headers["Content-Length"])
        body = self.rfile.read(length)
        if len(body) < length:
            return
        self.server.office.keep(read_webhook(headers["webhook-id"], body))
        self.server.at("whole")
        self.wfile.write(b"HTTP/1.1 204 Taken\r\nConnection: close\r\n\r\n")


@dataclass(frozen=True)
class Doors:
    """Where a worker brings notices: one server for mail and one for the web."""

    mail: Server
    web: Server

    def kill_at(self, point: str, bringer: int) -> None:
        """Whichever it comes to, it is killed there when the talk comes by a point."""
        for server in (self.mail, self.web):
            server.point, server.bringer = point, bringer


@contextlib.contextmanager
def serving(office: Office) -> Iterator[Doors]:
    """Both servers, until the block ends."""
    with _running(office, MailTalk) as mail, _running(office, WebTalk) as web:
        yield Doors(mail, web)


@contextlib.contextmanager
def _running(office: Office, talk: type[socketserver.BaseRequestHandler]) -> Iterator[Server]:
    """A server on a free port of loopback, until the block ends."""
    with Server(office, talk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
