"""What a look-up brings home, before anything is stored."""

import time
from dataclasses import dataclass, field
from typing import Any

from intake.recipients.states import Confidence, EvidenceKind, Kind, Reason, Source


@dataclass(frozen=True)
class Contact:
    """A mail address that a register names, and for whom."""

    kind: Kind
    source: Source
    confidence: Confidence
    name: str
    address: str


@dataclass(frozen=True)
class Finding:
    """One question, what came back, and a reason when it was nothing we can use."""

    kind: EvidenceKind
    asked: str
    facts: dict[str, Any] = field(default_factory=dict)
    reason: Reason = Reason.FOUND
    contacts: tuple[Contact, ...] = ()


class NoAnswerError(Exception):
    """A question got no answer that can be used; ``reason`` says why in plain words."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Budget:
    """The time a whole look-up may take; a caseworker is waiting for it."""

    def __init__(self, seconds: float) -> None:
        self._ends = time.monotonic() + seconds

    def at_most(self, seconds: float) -> float:
        """What one step may take. Raises NoAnswerError when nothing is left."""
        left = min(seconds, self._ends - time.monotonic())
        if left <= 0:
            raise NoAnswerError(Reason.TOO_SLOW)
        return left
