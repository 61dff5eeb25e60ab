"""Notices by mail: plain text, over the mail server in the settings."""

from pathlib import Path

from django.conf import settings

from intake.recipients.channels.base import Envelope, Outcome
from intake.recipients.channels.mail.folder import keep
from intake.recipients.channels.mail.message import render
from intake.recipients.channels.mail.smtp import send

__all__ = ["deliver", "render"]


def deliver(envelope: Envelope) -> Outcome:
    """Hand one notice over. Never raises on what the other side does, never hangs.

    With Django's file backend in the settings, as on a demo site, nothing leaves the machine.
    """
    message = render(envelope)
    if settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        # Only settings with that backend have it, so the type checker does not know it.
        return keep(message, Path(getattr(settings, "EMAIL_FILE_PATH")))  # noqa: B009 -- see above
    return send(envelope, message)
