"""What a caseworker needs to fill in a form elsewhere: where it is, and the text to copy."""

from dataclasses import dataclass

from intake.recipients.channels.base import Envelope


@dataclass(frozen=True)
class Handwork:
    """A form to fill in by hand. The deep link carries nothing of the case."""

    form_url: str
    text: str
    reply_to: str


def prepare(envelope: Envelope, *, form_url: str) -> Handwork:
    """The work that is left to a person. Nothing is sent from here.

    Raises ValueError when the stored address of the form is not one to follow.
    """
    if not form_url.startswith("https://"):
        raise ValueError("The address of a form begins with https://")
    return Handwork(form_url=form_url, text=envelope.text, reply_to=envelope.reply_to)
