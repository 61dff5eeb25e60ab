"""What every delivery channel takes and gives back."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

MESSAGE_ID = re.compile(r"<[!-;=?A-~]+@[!-;=?A-~]+>")
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")


class Result(StrEnum):
    """What became of one attempt to deliver."""

    ACCEPTED = "accepted"  # the other side has it
    REJECTED = "rejected"  # the other side will never take it as it is
    NOT_SENT = "not_sent"  # nothing of it left us; trying again cannot send it twice
    UNCERTAIN = "uncertain"  # it may have arrived: never sent again by itself


@dataclass(frozen=True)
class Outcome:
    """The result of one attempt, with what the other side said.

    ``retryable`` is only ever true for a notice of which nothing arrived.
    """

    result: Result
    detail: str = ""
    retryable: bool = False


@dataclass(frozen=True)
class Envelope:
    """One notice, ready to go: everything that will be in it, and nothing else.

    ``message_id`` stands between angle brackets and is on file before delivery begins. Raises
    ValueError when a header could break out of its line.
    """

    message_id: str
    to: str
    reply_to: str
    subject: str
    text: str
    csv: str | None = None
    xarf: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id) or len(self.message_id) > 200:
            raise ValueError("message_id is not a Message-ID.")
        for name in ("to", "reply_to"):
            address = getattr(self, name)
            if not ADDRESS.fullmatch(address) or len(address) > 254:
                raise ValueError(f"{name} is not one mail address.")
        if not self.subject.isprintable() or not self.subject:
            raise ValueError("subject is not one line of text.")
        (self.subject + self.text + (self.csv or "")).encode()  # half a character cannot be sent
