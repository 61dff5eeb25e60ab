"""Mail to colleagues about their own account. It names nobody whom the helpline helps."""

import logging
import smtplib
import uuid
from email.headerregistry import Address

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

log = logging.getLogger(__name__)


def send(template: str, *, to: str, subject: str, **context: object) -> bool:
    """Send a letter in the language of now. Returns whether the mail server took it."""
    local, _at, domain = settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")
    context["organisation"] = settings.HELPLINE_ORGANISATION
    message = EmailMessage(
        subject=subject,
        body=render_to_string(f"staff/mail/{template}.txt", context).strip() + "\n",
        from_email=str(Address(settings.HELPLINE_ORGANISATION, local, domain)),
        to=[to],
        # Django would put this machine's name in a Message-ID of its own.
        headers={"Message-ID": f"<{uuid.uuid4()}@{domain}>", "Auto-Submitted": "auto-generated"},
    )
    try:
        message.send()
    except (OSError, smtplib.SMTPException) as error:
        log.warning("a letter to staff was not sent", extra={"error": type(error).__name__})
        return False
    return True
