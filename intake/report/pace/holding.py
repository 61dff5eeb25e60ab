"""Whether a report is taken now, or its form comes back with all that was filled in.

A form is asked for a second press when it was sent faster than anybody reads, without a turn, or
with a field filled in that nobody sees. Under strain it waits, or its browser shows some work
instead. Each of these passes by itself: a form that waited is taken, whatever else is the matter
with it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from helpline.privacy import throttle
from intake.report.pace import strain, turns, work
from intake.report.pace.turns import Kind, Turn

# A form may be sent again with other links: back, one more, and send.
FORM_RATE = "3/hour"


@dataclass(frozen=True)
class Sending:
    """A form as it is sent: its key and turn, from where, about which sites, with what work."""

    key: uuid.UUID
    turn: str
    door: str
    sites: Sequence[str]
    trapped: bool = False
    work: str = ""


@dataclass(frozen=True)
class Hold:
    """A form that comes back: its turn, how many seconds are left, and why.

    Under strain with the work that may be done in place of waiting.
    """

    turn: str
    seconds: int
    is_slowed: bool
    challenge: str = ""


def at_send(sending: Sending) -> Hold | None:
    """Why a report is not taken yet. None takes it, and counts it."""
    turn = turns.read(sending.turn, sending.key)
    if turn is None or (sending.trapped and turn.kind == Kind.OPENED):
        again = turns.given(sending.key, Kind.AGAIN)
        return _hold(again, sending.key)
    if turn.left and not _worked(turn, sending):
        return _hold(sending.turn, sending.key)
    if strain.is_high(sending.door, sending.sites) and not _waited(turn, sending.key):
        return _slowed(sending)
    strain.count(sending.door, sending.sites)
    return None


def ahead(sending: Sending) -> Hold | None:
    """Under strain the wait begins while somebody still reads their answers."""
    if not strain.is_high(sending.door, sending.sites):
        return None
    turn = turns.read(sending.turn, sending.key)
    if turn is not None and turn.is_slowed:
        return _hold(sending.turn, sending.key)
    return _slowed(sending)


def _worked(turn: Turn, sending: Sending) -> bool:
    return turn.is_slowed and work.is_solved(sending.work, sending.key)


def _waited(turn: Turn, key: uuid.UUID) -> bool:
    return turn.is_slowed and throttle.hit("report form", str(key), per=FORM_RATE)


def _slowed(sending: Sending) -> Hold:
    wait = strain.next_wait(sending.door)
    return _hold(turns.given(sending.key, Kind.SLOWED, wait=wait), sending.key)


def _hold(signed: str, key: uuid.UUID) -> Hold:
    turn = turns.read(signed, key)
    if turn is None:
        raise ValueError("A form is held with a turn of its own.")
    if turn.kind != Kind.SLOWED:
        return Hold(signed, turn.left, is_slowed=False)
    return Hold(signed, turn.left, is_slowed=True, challenge=work.challenge(key))
