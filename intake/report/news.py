"""The mail that says there is news, and nothing else.

Whoever sees it, on a locked phone or over a shoulder, learns that somebody was told to look
somewhere. So there is no name of ours in it, no link, no number and no word of a report.
"""

import uuid
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from intake.recipients.channels.base import ADDRESS

LONGEST_ADDRESS = 254


def is_offered() -> bool:
    """Whether this site has an address that it can send such mail from."""
    return bool(settings.HELPLINE_NEWS_ADDRESS)


def subject() -> str:
    """The subject, in the language of now."""
    return _("There is news")


def text() -> str:
    """The whole text, in the language of now."""
    return "\n\n".join(
        [
            _("There is news. You know where to look."),
            _("There is no link in this mail, on purpose. You cannot answer it."),
            _("You asked for this mail yourself. You can stop it in the place where you did."),
        ]
    )


def is_address(typed: str) -> bool:
    """Whether a mail server can take this as one address, with nothing hidden in it."""
    domain = typed.rpartition("@")[2]
    return bool(ADDRESS.fullmatch(typed)) and "." in domain and len(typed) <= LONGEST_ADDRESS


def render(to: str, language: str) -> bytes:
    """The mail, byte for byte. Raises ValueError for what is not one address."""
    if not is_address(to):
        raise ValueError("to is not one mail address.")
    message = EmailMessage(policy=SMTP)
    # The bare address: a name before it is what a phone shows first.
    message["From"] = settings.HELPLINE_NEWS_ADDRESS
    message["To"] = to
    message["Date"] = format_datetime(timezone.now())
    message["Message-ID"] = f"<{uuid.uuid4()}@{settings.HELPLINE_NEWS_ADDRESS.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    with translation.override(language):
        message["Subject"] = subject()
        message.set_content(text() + "\n", cte="quoted-printable")
    return message.as_bytes()
