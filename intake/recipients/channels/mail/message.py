"""A notice as a mail message: what is in its envelope, and nothing about us or a victim."""

import json
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone

from intake.recipients.channels.base import Envelope
from intake.recipients.channels.mail.signing import signed, signer


def render(envelope: Envelope) -> bytes:
    """The message, byte for byte as it goes out apart from the date; signed when there is a
    certificate. Raises CannotSignError."""
    message = EmailMessage(policy=SMTP)
    local, _, domain = settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")
    message["From"] = Address(settings.HELPLINE_ORGANISATION, local, domain)
    message["To"] = envelope.to
    message["Reply-To"] = envelope.reply_to
    message["Subject"] = envelope.subject
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(envelope.text, cte="quoted-printable")
    if envelope.csv is not None:
        message.add_attachment(
            envelope.csv.encode(),
            maintype="text",
            subtype="csv",
            filename="addresses.csv",
            params={"charset": "utf-8"},
        )
    if envelope.xarf is not None:
        message.add_attachment(
            json.dumps(envelope.xarf, ensure_ascii=True, indent=2).encode(),
            maintype="application",
            subtype="json",
            filename="xarf.json",
        )
    by = signer()
    return signed(message, by) if by else message.as_bytes()
