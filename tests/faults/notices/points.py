"""The twelve points at which a worker is killed, in the order in which it comes by them."""

import functools
import os
import signal
import socket
from collections.abc import Callable
from typing import Any, NoReturn

# Before anything on file says that it may have left: the notice simply goes later.
BEFORE = (
    "claiming",  # the claim is written and not committed
    "claimed",  # committed, and nothing made yet
    "composed",  # all that will go is made
    "beginning",  # "attempting" is written and not committed
)
# From here on nobody knows, and a person decides.
AFTER = (
    "attempting",  # committed with its Message-ID; no server was asked yet
    "connected",  # the server took the call
    "addressed",  # it knows for whom
    "offered",  # it is asked to take the text
    "half",  # half of the text has left
    "whole",  # it has everything, and has not said so
    "answered",  # it has said so, and nothing of that is on file
    "concluding",  # what it said is written and not committed
)
POINTS = (*BEFORE, *AFTER)
# The server kills at these, in the middle of the talk.
ON_THE_WIRE = ("connected", "addressed", "offered", "whole")
LONG_BYTES = 1000  # longer than any line of the talk: it is the text


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still there")


def arm(point: str) -> None:
    """Have this process die when it comes by a point. Those on the wire are the server's."""
    from django.db import transaction  # noqa: PLC0415 -- only where Django is set up

    from intake.removal.actions import sending  # noqa: PLC0415 -- as above
    from intake.removal.actions.drafting import envelope_of as compose  # noqa: PLC0415 -- as above
    from intake.removal.states import NoticeStatus  # noqa: PLC0415 -- as above
    from intake.removal.workflow import advance_notice as advance  # noqa: PLC0415 -- as above

    sendall = socket.socket.sendall

    def advance_and_die(notice: Any, to: Any, **more: Any) -> None:
        if (point, to) == ("beginning", NoticeStatus.ATTEMPTING):
            with transaction.atomic():
                advance(notice, to, **more)
                die()
        advance(notice, to, **more)
        if (point, to) in (
            ("claiming", NoticeStatus.CLAIMED),  # inside the transaction of the claim
            ("attempting", NoticeStatus.ATTEMPTING),
        ):
            die()

    def compose_and_die(*args: Any, **more: Any) -> NoReturn:
        compose(*args, **more)
        die()

    def send_half_and_die(self: socket.socket, data: Any, *flags: int) -> None:
        if len(data) > LONG_BYTES:
            sendall(self, data[: len(data) // 2])
            die()
        sendall(self, data, *flags)

    def die_at_once(*args: Any, **more: Any) -> NoReturn:
        die()

    armed: dict[str, Callable[[], None]] = {
        "claimed": functools.partial(setattr, sending, "envelope_of", die_at_once),
        "composed": functools.partial(setattr, sending, "envelope_of", compose_and_die),
        "half": functools.partial(setattr, socket.socket, "sendall", send_half_and_die),
        "answered": functools.partial(setattr, sending, "conclude", die_at_once),
        "concluding": functools.partial(setattr, sending, "carry_requests", die_at_once),
    }
    armed.get(point, functools.partial(setattr, sending, "advance_notice", advance_and_die))()
