"""The only module of the house that reaches a reported host.

It asks one address for the head of an answer, and goes. Of one file alone, in which a site says how it
is reached, the text is read as well. What that takes:

- The address is read by two parsers (Ada and ssrfguard's), which must find the same host in it.
- The name is looked up once, over name servers of ours with a deadline; every address it has must
  be public by two tables; the connection goes to one of these and to no name, so that a record that
  changes meanwhile changes nothing. Only the scheme's own port.
- The head is read letter by letter. What follows it is not read: the connection is cut. Text is read
  where it was asked for, when the site calls it plain text, and as far as it is short.
- No cookie, no language, no referrer, nothing that says who asks. No proxy from the environment.

Redirects are given back and not followed.
"""

import ipaddress
import re
import socket
import ssl
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from ssrfguard import Policy, SSRFGuardError, Target, connect, resolve

from intake.recipients.hosts import address_of
from intake.recipients.lookups.dns import Address, is_public, trace
from intake.recipients.lookups.findings import Budget, NoAnswerError
from intake.recipients.states import Reason
from intake.removal.canonical import MAX_LENGTH, CanonicalURL, NotAnAddress, canonicalise
from intake.removal.check.states import Why

Method = Literal["HEAD", "GET"]
Wire = socket.socket

CONNECT_SECONDS = 5.0
MOST_ADDRESSES = 2
MOST_HEAD = 32 * 1024
MOST_INTERIM = 5
# So that little of what is sent unasked even reaches this machine.
RECEIVE = (socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
HANG_UP = struct.pack("ii", 1, 0)
STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)(?:[ \r\n]|$)")
LOCATION = re.compile(rb"^location:[ \t]*(.*?)[ \t\r]*$", re.I | re.M)
MOST_TEXT = 32 * 1024
PLAIN = re.compile(rb"^content-type:[ \t]*text/plain[ \t]*(?:;|\r?$)", re.I | re.M)
LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,9})[ \t\r]*$", re.I | re.M)
CHUNKED = re.compile(rb"^transfer-encoding:[ \t]*chunked[ \t\r]*$", re.I | re.M)
ENCODED = re.compile(rb"^content-encoding:(?![ \t]*identity[ \t\r]*$)", re.I | re.M)
LAST_CHUNK = b"0\r\n\r\n"
CHUNK = re.compile(rb"[0-9a-fA-F]{1,6}")
HEADERS = (
    ("User-Agent", "Mozilla/5.0"),
    ("Accept", "*/*"),
    ("Accept-Encoding", "identity"),
    ("Connection", "close"),
)


class NotReachedError(Exception):
    """No answer that can be used; ``why`` says it in plain words."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Head:
    """What a site said before anything of a page. ``taken`` is how many bytes were read for it.

    ``text`` is what followed, where that was asked for and the status is 200.
    """

    status: int
    location: str
    taken: int
    text: bytes = b""


def ask(method: Method, url: str, *, ends: float, text: bool = False) -> Head:
    """Ask an address for the head of its answer, by a moment of the monotonic clock.

    With ``text`` for the little plain text below it too. Raises NotReachedError.
    """
    address, target = permitted(url)
    wire = _connected(target, ends)
    call = _Call(wire, ends)
    try:
        return call.head(method, address, target, text=text)
    except ssl.SSLCertVerificationError:
        raise NotReachedError(Why.BAD_CERTIFICATE) from None
    except TimeoutError:
        raise NotReachedError(Why.TOO_SLOW) from None
    except OSError:
        _left(ends)
        raise NotReachedError(Why.UNREACHABLE) from None
    finally:
        call.hang_up()


def permitted(url: str) -> tuple[CanonicalURL, Target]:
    """An address that may be asked, as both parsers read it. Asks nobody. Raises NotReachedError."""
    try:
        address = canonicalise(url)
        target = _policy().check_url(address.url)
    except (NotAnAddress, SSRFGuardError, ValueError):
        raise NotReachedError(Why.NOT_ALLOWED) from None
    same = target.address == address.ip if address.ip else target.host == address.host
    if address.port or not same or target.scheme != address.scheme:
        raise NotReachedError(Why.NOT_ALLOWED)
    return address, target


class _Call:
    """One question over one connection, cut when its time is over."""

    def __init__(self, wire: Wire, ends: float) -> None:
        self._wire = wire
        self._ends = ends
        # The timeout of a socket starts anew with every byte; this one does not.
        self._timer = threading.Timer(max(ends - time.monotonic(), 0), self._cut)
        self._timer.daemon = True
        self._timer.start()

    def head(self, method: Method, address: CanonicalURL, target: Target, *, text: bool) -> Head:
        if target.scheme == "https":
            context = ssl.create_default_context()
            self._wire = context.wrap_socket(
                self._wire, server_hostname=target.host, do_handshake_on_connect=False
            )
            self._wire.do_handshake()
        lines = [f"{method} {address.path}{address.query} HTTP/1.1", f"Host: {address.host}"]
        lines += [f"{name}: {value}" for name, value in HEADERS]
        self._wire.sendall("\r\n".join([*lines, "", ""]).encode("ascii"))
        taken = 0
        for _interim in range(MOST_INTERIM):
            head = self._read_head(MOST_HEAD - taken)
            taken += len(head)
            status = STATUS.match(head)
            if status is None:
                break
            if not status[1].startswith(b"1"):
                location = LOCATION.search(head)
                return Head(
                    int(status[1]),
                    location[1].decode("latin-1") if location else "",
                    taken,
                    self._read_text(head) if text and status[1] == b"200" else b"",
                )
        raise NotReachedError(Why.RUBBISH)

    def _read_head(self, most: int) -> bytes:
        """Up to the empty line, and not a byte of what follows it."""
        head = bytearray()
        while not head.endswith((b"\r\n\r\n", b"\n\n")):
            letter = self._wire.recv(1)
            head += letter
            if not letter or len(head) > most or (len(head) == 5 and head != b"HTTP/"):
                _left(self._ends)
                raise NotReachedError(Why.RUBBISH)
        return bytes(head)

    def _read_text(self, head: bytes) -> bytes:
        """A short plain text, to its end."""
        chunked, length = CHUNKED.search(head), LENGTH.search(head)
        if not PLAIN.search(head) or ENCODED.search(head):
            raise NotReachedError(Why.RUBBISH)
        most = int(length[1]) if length and not chunked else None
        body = bytearray()
        while most is None or len(body) < most:
            more = self._wire.recv(4096)
            body += more
            if len(body) > MOST_TEXT:
                raise NotReachedError(Why.RUBBISH)
            if not more or (chunked and body.endswith(LAST_CHUNK)):
                break
        _left(self._ends)
        if most is not None and len(body) < most:
            raise NotReachedError(Why.RUBBISH)
        return _together(bytes(body)) if chunked else bytes(body[:most])

    def _cut(self) -> None:
        try:
            # Not its own: that of TLS is not for another thread.
            socket.socket.shutdown(self._wire, socket.SHUT_RDWR)
        except OSError:
            pass  # it ended by itself meanwhile

    def hang_up(self) -> None:
        """Reset the connection, so that nothing more is sent."""
        self._timer.cancel()
        try:
            self._wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HANG_UP)
        except OSError:
            pass  # it is gone already
        self._wire.close()


def _together(chunks: bytes) -> bytes:
    """The text that came in pieces, each with its length before it."""
    whole = b""
    while True:
        line, _end, chunks = chunks.partition(b"\r\n")
        size = CHUNK.match(line)
        length = int(size[0], 16) if size else 0
        if size is None or len(chunks) < length:
            raise NotReachedError(Why.RUBBISH)
        if not length:
            return whole
        whole, chunks = whole + chunks[:length], chunks[length:].removeprefix(b"\r\n")


def _connected(target: Target, ends: float) -> Wire:
    """A connection to an address that was looked at, and to no name."""

    def looked_up(
        host: str, port: int, *_more: object
    ) -> Iterable[tuple[int, int, int, str, tuple[object, ...]]]:
        for found in _addresses(host, ends):
            where: tuple[object, ...] = (str(found), _port(port))
            family = socket.AF_INET
            if found.version == 6:
                family, where = socket.AF_INET6, (*where, 0, 0)
            yield family, socket.SOCK_STREAM, 0, "", where

    policy = _policy()
    try:
        found = resolve(target, policy=policy, resolver=looked_up)
        return connect(
            found,
            policy=policy,
            timeout=min(CONNECT_SECONDS, _left(ends)),
            socket_options=[RECEIVE],
        )
    except SSRFGuardError:
        raise NotReachedError(Why.NOT_ALLOWED) from None
    except TimeoutError:
        raise NotReachedError(Why.TOO_SLOW) from None
    except OSError:
        raise NotReachedError(Why.UNREACHABLE) from None


def _addresses(host: str, ends: float) -> list[Address]:
    """All the addresses of a host, each of them public; half an answer is none."""
    literal = address_of(host)
    found = [literal] if literal else _looked_up(host, ends)
    if not all(is_public(each) or _is_stand_in(each) for each in found):
        raise NotReachedError(Why.NOT_ALLOWED)
    return found


def _looked_up(host: str, ends: float) -> list[Address]:
    try:
        said, found = trace(host, None, budget=Budget(_left(ends)))
    except NoAnswerError:
        raise NotReachedError(Why.NO_DNS) from None
    # Of both kinds of address; what other names it has is nothing to us.
    if any(finding.reason == Reason.NO_DNS for finding in said[:2]):
        raise NotReachedError(Why.NO_DNS)
    if not found:
        raise NotReachedError(Why.NO_NAME)
    return found


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise NotReachedError(Why.TOO_SLOW)
    return left


# With a stand-in for all sites (tests), its one address may be reached, and its port is every port.


def _stand_in() -> tuple[str, int] | None:
    host, _colon, port = str(settings.HELPLINE_CHECK_STANDIN).rpartition(":")
    return (host, int(port)) if host else None


def _is_stand_in(address: Address) -> bool:
    stand_in = _stand_in()
    return stand_in is not None and str(address) == stand_in[0]


def _port(port: int) -> int:
    stand_in = _stand_in()
    return stand_in[1] if stand_in else port


def _policy() -> Policy:
    stand_in = _stand_in()
    return Policy(
        allowed_networks=(ipaddress.ip_network(stand_in[0]),) if stand_in else (),
        max_connection_attempts=MOST_ADDRESSES,
        max_url_length=MAX_LENGTH,
    )
