"""The worker looks into the mailbox of the notices."""

import imaplib
import logging

from django.conf import settings
from django.db import Error

from helpline.privacy.vault.errors import VaultError
from intake.removal.actions.mail import take_mail
from intake.removal.inbox.box import Opened, mailbox_at, opened

log = logging.getLogger(__name__)

MAILS_A_LOOK = 50


def fetch_mail() -> int:
    """Take what is in the mailbox and delete it there. Returns how many mails that were.

    Each is committed before it is deleted: one that is fetched again is known. Without a mailbox
    in the settings there is nothing to do.
    """
    if not settings.HELPLINE_MAILBOX:
        return 0
    taken = 0
    try:
        with opened(mailbox_at(settings.HELPLINE_MAILBOX)) as box:
            for uid in box.waiting()[:MAILS_A_LOOK]:
                taken += _take(box, uid)
    except (OSError, imaplib.IMAP4.error, ValueError) as error:
        # Not its text: that may hold the name of the account.
        log.warning("the mailbox could not be read", extra={"error": type(error).__name__})
    return taken


def _take(box: Opened, uid: str) -> bool:
    raw = box.beginning(uid)
    try:
        take_mail(raw)
    except Error:
        raise OSError("the database is away") from None  # all of it stays for the next look
    except (VaultError, ValueError, KeyError, TypeError) as error:
        log.warning("a mail could not be taken", extra={"error": type(error).__name__})
        box.put_aside(uid)
        return False
    box.delete(uid)
    return True
