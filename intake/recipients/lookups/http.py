"""One bounded question to a register over HTTP: so long, so large, so many redirects, no further.

The address of the other side is looked at before the connection is made, at every redirect, so
that no register can send us into our own network.
"""

import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urljoin, urlsplit

from django.conf import settings

from intake.recipients.lookups.dns import addresses_of, is_public
from intake.recipients.lookups.findings import NoAnswerError
from intake.recipients.states import Reason

MOST_BYTES = 256 * 1024
MOST_REDIRECTS = 3
MOST_ADDRESSES = 2
LOOK_UP_SECONDS = 2.0
REFUSALS = {
    401: Reason.REFUSED,
    403: Reason.REFUSED,
    404: Reason.UNKNOWN_THERE,
    429: Reason.REFUSED,
}
HEADERS = {"Accept": "application/rdap+json, application/json", "User-Agent": "helpline"}


class _Connection(HTTPConnection):
    """A connection to an address that was looked at first, wrapped in TLS for https."""

    def __init__(self, host: str, port: int, *, secure: bool, ends: float) -> None:
        super().__init__(host, port, timeout=_left(ends))
        self._secure = secure
        self._ends = ends
        # The response outlives the connection's own hold on its socket.
        self.wire: socket.socket | None = None

    def connect(self) -> None:
        error: OSError | None = None
        for address in _where(self.host, self.port, self._ends)[:MOST_ADDRESSES]:
            try:
                wire = socket.create_connection((address, self.port), timeout=_left(self._ends))
            except OSError as failure:
                error = failure
                continue
            self.wire = self.sock = wire
            if self._secure:
                context = ssl.create_default_context()
                self.wire = self.sock = context.wrap_socket(wire, server_hostname=self.host)
            return
        raise error or OSError

    def cut(self) -> None:
        """End whatever is being said, from another thread."""
        if self.wire is not None:
            try:
                self.wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass  # it ended by itself meanwhile


def fetch_json(
    url: str,
    *,
    seconds: float,
    most_bytes: int = MOST_BYTES,
    secrets: Mapping[str, str] | None = None,
) -> Any:
    """The JSON at an address of a register. Raises NoAnswerError with the reason for none.

    ``secrets`` are headers for that address alone: with them no redirect is followed.
    """
    ends = time.monotonic() + seconds
    for _ in range(1 if secrets else MOST_REDIRECTS + 1):
        status, location, body = _get(url, ends, most_bytes, {**HEADERS, **(secrets or {})})
        if status in (301, 302, 303, 307, 308) and location:
            url = _joined(url, location)
            continue
        if status != 200:
            raise NoAnswerError(REFUSALS.get(status, Reason.UNREACHABLE))
        try:
            return json.loads(body)
        except (ValueError, RecursionError):
            raise NoAnswerError(Reason.RUBBISH) from None
    raise NoAnswerError(Reason.TOO_MANY_REDIRECTS)


def _get(
    url: str, ends: float, most_bytes: int, headers: Mapping[str, str]
) -> tuple[int, str, bytes]:
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise NoAnswerError(Reason.RUBBISH) from None
    if not parts.hostname or not (parts.scheme == "https" or _is_ours(parts.hostname, port)):
        raise NoAnswerError(Reason.UNREACHABLE)
    connection = _Connection(parts.hostname, port, secure=parts.scheme == "https", ends=ends)
    # The timeout of a socket starts anew with every byte; this one does not.
    timer = threading.Timer(_left(ends), connection.cut)
    timer.daemon = True
    timer.start()
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path, headers=dict(headers))
        with connection.getresponse() as response:
            body = response.read(most_bytes + 1)
            status, location = response.status, response.getheader("Location") or ""
    except TimeoutError:
        raise NoAnswerError(Reason.TOO_SLOW) from None
    except (OSError, HTTPException, ValueError):
        _left(ends)
        raise NoAnswerError(Reason.UNREACHABLE) from None
    finally:
        timer.cancel()
        connection.close()
    _left(ends)
    if len(body) > most_bytes:
        raise NoAnswerError(Reason.TOO_LARGE)
    return status, location, body


def _joined(url: str, location: str) -> str:
    try:
        return urljoin(url, location)
    except ValueError:
        raise NoAnswerError(Reason.RUBBISH) from None


def _left(ends: float) -> float:
    """The seconds that are left. Raises NoAnswerError when there are none."""
    left = ends - time.monotonic()
    if left <= 0:
        raise NoAnswerError(Reason.TOO_SLOW)
    return left


def _where(host: str, port: int, ends: float) -> list[str]:
    """The addresses to connect to, none of them in a network of our own."""
    if _is_ours(host, port):
        return [host]
    try:
        addresses = [ipaddress.ip_address(host)]
    except ValueError:
        addresses = addresses_of(host, seconds=min(LOOK_UP_SECONDS, _left(ends)))
    if not all(is_public(address) for address in addresses):
        raise NoAnswerError(Reason.PRIVATE)
    return [str(address) for address in addresses]


def _is_ours(host: str, port: int) -> bool:
    """Whether this is what the settings put in place of a public register or interface."""
    bases = map(urlsplit, (settings.HELPLINE_RDAP_BASE, settings.HELPLINE_CLOUDFLARE_ORIGINS_URL))
    return any(base.hostname and (base.hostname, base.port) == (host, port) for base in bases)
