"""A mail server on loopback that keeps what it gets, and one that misbehaves on purpose."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import Envelope, Session


@dataclass
class Mail:
    """One message as it came in."""

    sender: str
    recipients: list[str]
    content: bytes
    helo: str


@dataclass
class MailServer:
    """A real SMTP server. ``on_recipient`` and ``on_data`` answer instead of taking the mail."""

    port: int = 0
    received: list[Mail] = field(default_factory=list)
    on_recipient: str = ""
    on_data: str = ""

    async def handle_RCPT(
        self, server: Any, session: Session, envelope: Envelope, address: str, options: Any
    ) -> str:
        if self.on_recipient:
            return self.on_recipient
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        if self.on_data:
            return self.on_data
        content = envelope.content
        self.received.append(
            Mail(
                sender=str(envelope.mail_from),
                recipients=[str(to) for to in envelope.rcpt_tos],
                content=content if isinstance(content, bytes) else str(content).encode(),
                helo=str(session.host_name),
            )
        )
        return "250 Taken"


class _FreePortController(Controller):
    """aiosmtpd knocks on the port it was given to see that it runs; 0 is not one to knock on."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(*, tls: ssl.SSLContext | None = None) -> Iterator[MailServer]:
    """A mail server on a free port of loopback, until the block ends. With ``tls``: STARTTLS."""
    server = MailServer()
    controller = _FreePortController(
        server, hostname="127.0.0.1", port=0, ident="stand-in", tls_context=tls
    )
    controller.start()
    try:
        server.port = controller.port
        yield server
    finally:
        controller.stop()


Script = Callable[[socket.socket], None]


@contextmanager
def crooked_server(script: Script) -> Iterator[int]:
    """A server that follows a script of its own with each caller. Gives its port."""
    listener = socket.create_server(("127.0.0.1", 0))
    stop = threading.Event()
    callers: list[socket.socket] = []

    def serve() -> None:
        while not stop.is_set():
            try:
                caller, _ = listener.accept()
            except OSError:
                return
            callers.append(caller)
            try:
                script(caller)
            except OSError:
                pass  # the other side left; that is what some scripts are for
            finally:
                caller.close()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        stop.set()
        # Shutting down wakes accept(); closing alone would not.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for caller in callers:
            caller.close()
        thread.join(timeout=5)


def silent(caller: socket.socket) -> None:
    """Takes the call and never says a word."""
    caller.settimeout(30)
    caller.recv(1)


def dripping(caller: socket.socket) -> None:
    """Says one letter of its greeting now and then, for ever."""
    caller.settimeout(0.2)
    caller.sendall(b"220 ")
    for _ in range(300):
        caller.sendall(b"x")
        try:
            if not caller.recv(1):
                return
        except TimeoutError:
            pass


def rubbish(caller: socket.socket) -> None:
    """Is no mail server at all."""
    caller.sendall(b"<html>not a mail server</html>\r\n")


def talk(
    caller: socket.socket, *, after_data: bytes | None = None, drop_inside_data: bool = False
) -> None:
    """A proper talk up to the message; then what the arguments say, or silence for None."""
    lines = caller.makefile("rb")
    caller.sendall(b"220 stand-in\r\n")
    for raw in lines:
        word = raw[:4].upper()
        if word == b"DATA":
            caller.sendall(b"354 go on\r\n")
            break
        caller.sendall(b"250 OK\r\n")
    if drop_inside_data:
        lines.readline()
        return
    for raw in lines:
        if raw == b".\r\n":
            break
    if after_data is None:
        silent(caller)
    else:
        caller.sendall(after_data)
