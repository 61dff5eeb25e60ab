"""What one side of a conversation writes down: what the oracle judges."""

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Letter:
    """A message as its author wrote it."""

    client_id: str
    text: str
    moment: float = 0.0


@dataclass(frozen=True)
class Shown:
    """A message as a reader saw it."""

    seq: int
    sender: str
    client_id: str
    text: str


@dataclass
class Talk:
    """One side of a conversation: what it wrote, what was acknowledged, what it saw.

    Like a page's, ``places`` puts each message where its number says, and ``last`` is the number up
    to which none is missing. ``pending`` holds what is not acknowledged, in the order it was
    written: only the first of it is under way.
    """

    conversation: str
    sender: str
    written: list[Letter] = field(default_factory=list)
    acked: dict[str, int] = field(default_factory=dict)
    acked_at: dict[str, float] = field(default_factory=dict)
    pending: dict[str, Letter] = field(default_factory=dict)
    places: dict[int, Shown] = field(default_factory=dict)
    contradictions: int = 0  # a place or an acknowledgement that was another one before
    last: int = 0
    pen: asyncio.Lock = field(default_factory=asyncio.Lock)  # who holds it writes

    @property
    def shown(self) -> list[Shown]:
        """What the page shows, from top to bottom."""
        return [self.places[seq] for seq in sorted(self.places)]

    def write(self) -> Letter:
        words = f"{self.sender} {len(self.written)} {random.random()}"
        letter = Letter(str(uuid.uuid4()), words, time.monotonic())
        self.written.append(letter)
        self.pending[letter.client_id] = letter
        return letter

    def ack(self, client_id: str, seq: int) -> None:
        letter = self.pending.pop(client_id, None)
        if self.acked.setdefault(client_id, seq) != seq:
            self.contradictions += 1
        self.acked_at.setdefault(client_id, time.monotonic())
        if letter is not None:
            self._put(Shown(seq, self.sender, client_id, letter.text))

    def see(self, messages: Sequence[dict[str, Any]]) -> None:
        """Show what came. Our own words acknowledge themselves."""
        for each in messages:
            self._put(Shown(each["seq"], each["from"], each["id"], each["text"]))
            if each["from"] == self.sender:
                self.ack(each["id"], each["seq"])

    def _put(self, shown: Shown) -> None:
        if self.places.setdefault(shown.seq, shown) != shown:
            self.contradictions += 1
        while self.last + 1 in self.places:
            self.last += 1
