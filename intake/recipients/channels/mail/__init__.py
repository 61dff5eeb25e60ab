"""Mail: plain text, over the mail server in the settings. A notice above all."""

from pathlib import Path

from django.conf import settings

from intake.recipients.channels.base import Envelope, Outcome
from intake.recipients.channels.mail.folder import keep
from intake.recipients.channels.mail.message import render
from intake.recipients.channels.mail.smtp import send

__all__ = ["deliver", "hand_over", "render"]


def deliver(envelope: Envelope) -> Outcome:
    """Hand one notice over. Never raises on what the other side does, never hangs."""
    # Bounces come back to the notice's own address.
    return hand_over(render(envelope), sender=envelope.reply_to, to=envelope.to)


def hand_over(message: bytes, *, sender: str, to: str) -> Outcome:
    """Hand one message over. Never raises on what the other side does, never hangs.

    ``sender`` is where bounces go; its domain is also the name we greet the mail server with. With
    Django's file backend in the settings, as on a demo site, nothing leaves the machine.
    """
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        # Only settings with that backend have it, so the type checker does not know it.
        return keep(message, Path(getattr(settings, "EMAIL_FILE_PATH")))  # noqa: B009 -- see above
    return send(message, sender=sender, to=to)
