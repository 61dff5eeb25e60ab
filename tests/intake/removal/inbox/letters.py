"""Mails as they come in, for tests."""

from email.message import EmailMessage
from email.policy import SMTP

from intake.removal.models import Notice

PICTURE = b"\x89PNG\r\n\x1a\n" + b"picture" * 40


def letter(
    to: str,
    text: str,
    *,
    sender: str = "abuse@platform.test",
    subject: str = "Re: your notice",
    markup: str = "",
    attached: bytes = b"",
    headers: dict[str, str] | None = None,
    **more: str,
) -> bytes:
    """One mail; ``headers`` and ``more`` with ``_`` for ``-``."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{abs(hash((to, text, subject, markup)))}@platform.test>"
    for name, value in {**(headers or {}), **more}.items():
        message[name.replace("_", "-")] = value
    message.set_content(text or "\n")
    if markup:
        message.add_alternative(markup, subtype="html")
    if attached:
        message.add_attachment(attached, maintype="image", subtype="png", filename="x.png")
    return message.as_bytes()


def bounce(
    notice: Notice, *, action: str = "failed", about: str = "", code: str = "5.1.1"
) -> bytes:
    """What a mail server sends when it could not deliver a notice."""
    about = about or notice.message_id or ""
    return f"""From: MAILER-DAEMON@mx.test
To: {notice.reply_to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

This is the mail system. I could not deliver it.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; {notice.to}
Action: {action}
Status: {code}
Diagnostic-Code: smtp; 550 {code} no such user

--B
Content-Type: text/rfc822-headers

Message-ID: {about}
Subject: x

--B--
""".replace("\n", "\r\n").encode()
