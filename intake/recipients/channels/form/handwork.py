"""What a caseworker needs to fill in a form elsewhere: where it is, and the texts to copy."""

from dataclasses import dataclass

from django.conf import settings

from intake.recipients.channels.base import Envelope


@dataclass(frozen=True)
class Handwork:
    """A form to fill in by hand. The deep link carries nothing of the case."""

    form_url: str
    urls: str
    text: str
    name: str
    reply_to: str


def can_follow(form_url: str) -> bool:
    """Whether the stored address of a form is one to send a colleague to."""
    return form_url.startswith("https://")


def prepare(envelope: Envelope, *, form_url: str) -> Handwork:
    """The work that is left to a person. Nothing is sent from here.

    Raises ValueError when the stored address of the form is not one to follow.
    """
    if not can_follow(form_url):
        raise ValueError("The address of a form begins with https://")
    return Handwork(
        form_url=form_url,
        urls="\n".join(envelope.urls),
        text=envelope.text,
        name=settings.HELPLINE_ORGANISATION,
        reply_to=envelope.reply_to,
    )
