"""A mailbox over IMAP: what is in it is taken, and then deleted there."""

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from intake.removal.inbox.reading import MOST_BYTES

PATIENCE = 20  # seconds for each answer
SECURE, PLAIN = "imaps", "imap"


@dataclass(frozen=True)
class Mailbox:
    """Where a mailbox is, and how to get in."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    is_secure: bool


def mailbox_at(address: str) -> Mailbox:
    """The mailbox of an address such as ``imaps://user:password@mail.example.org/INBOX``.

    Raises ValueError when it is not one. Only a server on this machine may be asked in the clear.
    """
    parts = urlsplit(address)
    is_secure = parts.scheme == SECURE
    if parts.scheme not in (SECURE, PLAIN) or not (parts.hostname and parts.username):
        raise ValueError("A mailbox is imaps://user:password@host/folder.")
    if not is_secure and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise ValueError("A mailbox on another machine begins with imaps://.")
    return Mailbox(
        host=parts.hostname,
        port=parts.port or (993 if is_secure else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        is_secure=is_secure,
    )


@contextmanager
def opened(box: Mailbox) -> Iterator["Opened"]:
    """The mailbox, until the block ends. Raises OSError or imaplib's errors."""
    imap = (
        imaplib.IMAP4_SSL(
            box.host, box.port, ssl_context=ssl.create_default_context(), timeout=PATIENCE
        )
        if box.is_secure
        else imaplib.IMAP4(box.host, box.port, timeout=PATIENCE)
    )
    try:
        imap.login(box.user, box.password)
        folder = box.folder.replace("\\", "\\\\").replace('"', '\\"')
        if imap.select(f'"{folder}"')[0] != "OK":
            raise imaplib.IMAP4.error("no such folder")
        yield Opened(imap)
    finally:
        try:
            imap.logout()
        except (OSError, imaplib.IMAP4.error):
            pass  # what was done is done; how it says goodbye changes nothing


class Opened:
    """A mailbox that is open."""

    def __init__(self, imap: imaplib.IMAP4) -> None:
        self._imap = imap

    def waiting(self) -> list[str]:
        """The mails that nobody has put aside, the oldest first."""
        _ok, found = self._imap.uid("SEARCH", "UNDELETED", "UNFLAGGED")
        return (found[0] or b"").decode().split() if found else []

    def beginning(self, uid: str) -> bytes:
        """The first part of a mail: its words. What follows is never fetched."""
        _ok, found = self._imap.uid("FETCH", uid, f"(BODY.PEEK[]<0.{MOST_BYTES}>)")
        return next((part[1] for part in found if isinstance(part, tuple)), b"")

    def delete(self, uid: str) -> None:
        """Take a mail out of the box, now."""
        self._imap.uid("STORE", uid, "+FLAGS", r"(\Deleted)")
        if "UIDPLUS" in self._imap.capabilities:
            self._imap.uid("EXPUNGE", uid)
        else:
            self._imap.expunge()

    def put_aside(self, uid: str) -> None:
        """Leave a mail that could not be taken to the people of the mail server."""
        self._imap.uid("STORE", uid, "+FLAGS", r"(\Flagged)")
