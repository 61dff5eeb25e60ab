"""What every delivery channel takes and gives back, and what each of them offers."""

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Protocol

from django.conf import settings

from intake.recipients.models import Recipient

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

    ``retryable`` is only ever true for a notice of which nothing arrived, and then ``wait`` is how
    long the other side asked us to stay away. ``number`` is what it gave to ask after it by.
    """

    result: Result
    detail: str = ""
    retryable: bool = False
    number: str = ""
    wait: timedelta = timedelta()


class Lack(StrEnum):
    """What keeps a channel from taking a notice. The words for it stand in the linter."""

    ADDRESS = "address"  # no mail address
    FORM = "form"  # no address of a form that can be followed
    NOT_SET_UP = "not_set_up"  # the settings lack what this channel needs
    ONE_AT_A_TIME = "one_at_a_time"
    ONE_HOST = "one_host"
    TOO_MANY = "too_many"
    TOO_LONG = "too_long"
    NO_TYPE = "no_type"  # no kind of report honestly fits


@dataclass(frozen=True)
class Envelope:
    """One notice, ready to go: everything that will be in it, and nothing else.

    ``message_id`` stands between angle brackets and is on file before delivery begins. ``to`` is a
    mail address, None on a channel that needs none; ``connection`` names one in the settings.
    Raises ValueError when a header could break out of its line.
    """

    message_id: str
    to: str | None
    reply_to: str
    subject: str
    text: str
    csv: str | None = None
    xarf: dict[str, Any] | None = None
    urls: tuple[str, ...] = ()
    connection: str = ""

    def __post_init__(self) -> None:
        if not MESSAGE_ID.fullmatch(self.message_id) or len(self.message_id) > 200:
            raise ValueError("message_id is not a Message-ID.")
        for name in ("to", "reply_to"):
            address = getattr(self, name)
            if name == "to" and address is None:
                continue
            if not ADDRESS.fullmatch(address) or len(address) > 254:
                raise ValueError(f"{name} is not one mail address.")
        if not self.subject.isprintable() or not self.subject:
            raise ValueError("subject is not one line of text.")
        (self.subject + self.text + (self.csv or "")).encode()  # half a character cannot be sent


class DeliveryChannel(Protocol):
    """One way for a notice to reach a recipient. Each is a folder beside this file.

    ``BY_HAND``: a person does it, elsewhere; the worker never touches it.
    """

    @property
    def BY_HAND(self) -> bool: ...

    def lacks(self, recipient: Recipient) -> list[Lack]:
        """What is missing before anything can go to this recipient. Asks nobody."""

    def misfits(self, envelope: Envelope) -> list[Lack]:
        """Why this notice cannot go this way as it is."""

    def deliver(self, envelope: Envelope) -> Outcome:
        """Hand one notice over. Never raises on what the other side does, never hangs.

        UNCERTAIN whenever it may have arrived: an answer that never came included.
        """


DRY_RUN = Outcome(Result.NOT_SENT, "dry run: nothing leaves this site")


def is_dry_run() -> bool:
    """Whether this site may reach nobody: every channel then refuses, and that is on file."""
    return bool(settings.HELPLINE_DRY_RUN)
