"""One request over HTTPS, in phases, so that "may have arrived" is never taken for "did not".

Until the first byte of the request has left, whatever goes wrong means that nothing was sent. From
then until the status of the answer, a silence or a lost line means that nobody knows. The address
comes from the site's settings, never from the directory or from a case; no redirect is followed.
"""

import http.client
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from django.utils import timezone

from intake.recipients.channels.base import DRY_RUN, Outcome, Result, is_dry_run

SECONDS = 20.0  # of silence
SECONDS_IN_ALL = 60.0  # a server that sends a byte now and then must not hold the worker either
MOST_BYTES = 64 * 1024
LONGEST_DETAIL = 300
ODD = re.compile(r"[\x00-\x20\x7f]")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Said about us and not about the notice: a person puts that right, and sends it anew.
ABOUT_US = (401, 403)
TOO_BUSY = 429
LONGEST_WAIT = timedelta(days=1)


@dataclass(frozen=True)
class Answer:
    """What came back: a status, the body as far as it is JSON, and how long to stay away."""

    status: int
    said: str
    data: Any
    wait: timedelta = timedelta()


def can_post(url: str) -> bool:
    """Whether an address in the settings is one to send to: https, or this very machine."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 -- raises on one that is none
    except ValueError:
        return False
    if not parts.hostname or parts.username is not None or ODD.search(url):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)


def post(url: str, *, body: bytes, headers: Mapping[str, str]) -> Answer | Outcome:
    """Send one request. The outcome when there is no answer to read. Never raises, never hangs."""
    if is_dry_run():
        return DRY_RUN
    if not can_post(url):
        return Outcome(Result.NOT_SENT, "the address in the settings is not https")
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        connection = http.client.HTTPSConnection(
            parts.hostname or "", parts.port, timeout=SECONDS, context=ssl.create_default_context()
        )
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
    with _deadline() as line:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.connect()
            # http.client lets go of it before the last byte of an answer is read.
            line.append(connection.sock)
            # Kept here until endheaders.
            connection.putrequest("POST", path)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                connection.putheader(name, value)
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            return Outcome(Result.NOT_SENT, type(error).__name__, retryable=True)
        except ValueError:
            connection.close()
            return Outcome(Result.NOT_SENT, "the settings hold what no request can")
        try:
            connection.endheaders(body)
            with connection.getresponse() as response:
                return _answer(response)
        except (OSError, http.client.HTTPException, ValueError) as error:
            return Outcome(Result.UNCERTAIN, type(error).__name__)
        finally:
            connection.close()


def judge(answer: Answer, *, number: str = "") -> Outcome:
    """What a status means for a notice.

    2xx is taken. A refusal that names us or the notice took nothing; being too busy took nothing
    and passes. Anything else, a fault of theirs above all, may have come after they had it.
    """
    said = f"{answer.status} {answer.said}"[:LONGEST_DETAIL].strip()
    if 200 <= answer.status < 300:
        return Outcome(Result.ACCEPTED, said, number=number)
    if answer.status == TOO_BUSY:
        return Outcome(Result.NOT_SENT, said, retryable=True, wait=answer.wait)
    if answer.status in ABOUT_US:
        return Outcome(Result.NOT_SENT, said)
    if 300 <= answer.status < 500 and answer.status not in (408, 409):
        return Outcome(Result.REJECTED, said)
    return Outcome(Result.UNCERTAIN, said)


def _answer(response: http.client.HTTPResponse) -> Answer:
    """A status that was read counts, also when the rest of the answer never comes."""
    try:
        body = response.read(MOST_BYTES)
    except (OSError, http.client.HTTPException, ValueError):
        body = b""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        data = None
    text = re.sub(r"[^\x20-\x7e]+", " ", body.decode("utf-8", "replace"))
    said = text[:LONGEST_DETAIL].strip()
    return Answer(response.status, said, data, _wait(response.headers.get("Retry-After", "")))


def _wait(said: str) -> timedelta:
    """What Retry-After asks for, in seconds or as a moment; a day at most."""
    try:
        if said.isascii() and said.isdecimal():
            asked = timedelta(seconds=int(said[:9]))
        else:
            asked = parsedate_to_datetime(said) - timezone.now()
    except (ValueError, TypeError, OverflowError):
        return timedelta()
    return min(max(asked, timedelta()), LONGEST_WAIT)


@contextmanager
def _deadline() -> Iterator[list[socket.socket]]:
    """Cut the line that is put in the list when the whole talk takes too long."""
    lines: list[socket.socket] = []

    def cut() -> None:
        for line in lines:
            try:
                # Not its own: that of TLS is not for another thread.
                socket.socket.shutdown(line, socket.SHUT_RDWR)
            except OSError:
                pass  # it was closed meanwhile

    timer = threading.Timer(SECONDS_IN_ALL, cut)
    timer.daemon = True
    timer.start()
    try:
        yield lines
    finally:
        timer.cancel()
