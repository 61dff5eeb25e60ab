"""Mail: plain text, over the mail server in the settings. A notice above all."""

from pathlib import Path

from django.conf import settings

from intake.recipients.channels.base import (
    DRY_RUN,
    Envelope,
    Lack,
    Outcome,
    Result,
    is_dry_run,
)
from intake.recipients.channels.mail.folder import keep
from intake.recipients.channels.mail.message import render
from intake.recipients.channels.mail.signing import CannotSignError
from intake.recipients.channels.mail.smtp import send
from intake.recipients.models import Recipient

__all__ = ["BY_HAND", "deliver", "hand_over", "lacks", "misfits", "render"]

BY_HAND = False


def lacks(recipient: Recipient) -> list[Lack]:
    """Their mail address, when there is none."""
    return [] if recipient.address else [Lack.ADDRESS]


def misfits(envelope: Envelope) -> list[Lack]:
    """Nothing: a mail takes any notice."""
    return []


def deliver(envelope: Envelope) -> Outcome:
    """Hand one notice over. Never raises on what the other side does, never hangs."""
    if envelope.to is None:
        return Outcome(Result.NOT_SENT, "no mail address")
    try:
        message = render(envelope)
    except CannotSignError as error:
        return Outcome(Result.NOT_SENT, str(error), retryable=True)
    # Bounces come back to the notice's own address.
    return hand_over(message, sender=envelope.reply_to, to=envelope.to)


def hand_over(message: bytes, *, sender: str, to: str) -> Outcome:
    """Hand one message over. Never raises on what the other side does, never hangs.

    ``sender`` is where bounces go; its domain is also the name we greet the mail server with. With
    Django's file backend in the settings, as on a demo site, nothing leaves the machine; in a dry
    run nothing is handed to anyone.
    """
    if is_dry_run():
        return DRY_RUN
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        # Only settings with that backend have it, so the type checker does not know it.
        return keep(message, Path(getattr(settings, "EMAIL_FILE_PATH")))  # noqa: B009 -- see above
    return send(message, sender=sender, to=to)
