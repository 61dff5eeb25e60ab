"""A report's turn: since when its form is open, and how long it waits before it is taken.

It travels in the form, signed, and stands in no row. It names one form, and nobody.
"""

import math
import time
import uuid
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.core import signing

SALT = "report turn"
HOLDS = 60 * 60  # seconds for which a wait counts; a form that is left longer waits anew


class Kind(StrEnum):
    """Why a form has the turn it has."""

    OPENED = "opened"  # with its first page
    AGAIN = "again"  # it came back: it was sent faster than anybody reads, or without a turn
    SLOWED = "slowed"  # many reports came in


@dataclass(frozen=True)
class Turn:
    """What a form's turn says: since when it counts, in seconds of the clock, and how long."""

    kind: Kind
    since: float
    wait: int

    @property
    def left(self) -> int:
        """Whole seconds until the report is taken."""
        return max(0, math.ceil(self.since + self.wait - time.time()))

    @property
    def is_slowed(self) -> bool:
        return self.kind == Kind.SLOWED and time.time() - self.since < HOLDS


def given(key: uuid.UUID, kind: Kind, *, wait: int | None = None) -> str:
    """A turn for the form with this key, signed. Waits as long as a form is open at least."""
    seconds = settings.HELPLINE_REPORT_SECONDS if wait is None else wait
    return signing.dumps([str(key), kind.value, time.time(), seconds], salt=SALT)


def read(signed: str, key: uuid.UUID) -> Turn | None:
    """The turn that a form brought along; None when it is not ours, or another form's."""
    try:
        owner, kind, since, wait = signing.loads(signed, salt=SALT)
    except signing.BadSignature:
        return None
    return Turn(Kind(kind), since, wait) if owner == str(key) else None


def kept(signed: str, key: uuid.UUID) -> str:
    """The turn of a form as it travels on with its next page, or its first one."""
    return signed if read(signed, key) is not None else given(key, Kind.OPENED)
