"""One mail, from the bytes as they came to the little that is kept of it.

Text is taken and everything else left out, unread: an attachment is never decoded, let alone
written anywhere. Whatever the bytes are, nothing is raised.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parseaddr

from helpline.privacy.plain_text import words_of_html
from intake.removal.inbox.words import reply_of
from intake.removal.states import MailKind

# What somebody writes stands first. The rest of a mail is attachments, and is not even fetched.
MOST_BYTES = 256 * 1024
LONGEST_TEXT = 20_000
LONGEST_LINE = 300
MOST_PARTS = 100

AUTO_SUBJECT = re.compile(
    r"\s*(auto(matic|mated|matisch|matische)?[ :-]*(reply|response|antwoord|antwort|réponse)|"
    r"out of (the )?office|afwezig|niet aanwezig|abwesenheit|réponse automatique)",
    re.IGNORECASE,
)
AUTO_HEADERS = ("X-Autoreply", "X-Autorespond", "X-AutoReply-From", "X-Mail-Autoreply")
MESSAGE_IDS = re.compile(r"<[^<>\s]{1,200}@[^<>\s]{1,200}>")
STATUS_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")
# In the order in which they are believed: the mail server writes the first ones itself.
DELIVERED = ("X-Original-To", "Delivered-To", "Envelope-To", "To", "Cc")


@dataclass(frozen=True)
class Received:
    """What is kept of a mail.

    ``of_a_machine``: it says that nobody wrote it, which ticket systems say of everything.
    ``code`` is why a message of ours came back.
    """

    kind: MailKind
    to: tuple[str, ...] = ()
    about: tuple[str, ...] = ()
    sender: str = ""
    subject: str = ""
    text: str = ""
    message_id: str = ""
    date: str = ""
    code: str = ""
    left_out: int = 0
    of_a_machine: bool = False


def read(raw: bytes, *, to: str = "") -> Received:
    """Read one mail. ``to`` is whom the mail server had it for, when that is known."""
    try:
        return _read(message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32), to)
    except (MessageError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        return Received(MailKind.UNKNOWN, to=(to,) if to else ())


def _read(message: Message, to: str) -> Received:
    parts = list(_parts(message))
    report = next((p for p in parts if p.get_content_type() == "message/delivery-status"), None)
    text, left_out = _text(parts)
    words = reply_of(text)
    code = ""
    if report is not None:
        failed, code, reason = _delivery(report)
        kind = MailKind.BOUNCE if failed else MailKind.AUTO_REPLY
        words = reason or words
    elif _is_automatic(message):
        kind = MailKind.AUTO_REPLY
    else:
        kind = MailKind.ANSWER if words and _has_sender(message) else MailKind.UNKNOWN
    addresses = [to, *(str(value) for name in DELIVERED for value in message.get_all(name, []))]
    return Received(
        kind=kind,
        to=tuple(address for _name, address in getaddresses(addresses) if "@" in address),
        about=_about(message, parts),
        sender=parseaddr(_header(message, "From"))[1][:LONGEST_LINE],
        subject=_header(message, "Subject")[:LONGEST_LINE],
        text=words[:LONGEST_TEXT],
        message_id=_header(message, "Message-ID")[:LONGEST_LINE],
        date=_header(message, "Date")[:LONGEST_LINE],
        code=code,
        left_out=left_out,
        of_a_machine=_header(message, "Auto-Submitted").lower() not in ("", "no"),
    )


def _parts(message: Message) -> Iterator[Message]:
    """The leaves of a mail, in order. Another mail inside it counts as a leaf."""
    waiting = [message]
    for _turn in range(MOST_PARTS):
        if not waiting:
            return
        part = waiting.pop(0)
        inside = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inside, list):
            waiting = [one for one in inside if isinstance(one, Message)] + waiting
        else:
            yield part


def _text(parts: list[Message]) -> tuple[str, int]:
    """The words of a mail, and how many parts were left out unread."""
    plain: list[str] = []
    marked_up: list[str] = []
    left_out = 0
    for part in parts:
        kind = part.get_content_type()
        if (
            kind not in ("text/plain", "text/html")
            or part.get_content_disposition() == "attachment"
        ):
            left_out += not kind.startswith("message/") and kind != "text/rfc822-headers"
            continue
        (plain if kind == "text/plain" else marked_up).append(_decoded(part))
    written = "\n".join(plain).strip()
    if not written:
        written = "\n".join(words_of_html(markup) for markup in marked_up).strip()
    return written.replace("\x00", ""), left_out


def _decoded(part: Message) -> str:
    content = part.get_payload(decode=True)
    if not isinstance(content, bytes):
        return ""
    try:
        text = content.decode(part.get_content_charset() or "utf-8", "replace")
    except LookupError:
        text = content.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _header(message: Message, name: str) -> str:
    """A header as one line of text, however it is written."""
    value = str(message.get(name, ""))
    try:
        value = str(make_header(decode_header(value)))
    except (MessageError, ValueError, LookupError):
        pass  # as it stands, then
    return "".join(char if char.isprintable() else " " for char in value).strip()


def _is_automatic(message: Message) -> bool:
    said = _header(message, "Auto-Submitted").lower()
    return (
        said.startswith("auto-replied")
        or any(name in message for name in AUTO_HEADERS)
        or _header(message, "Precedence").lower() == "auto_reply"
        or message.get_content_type() == "multipart/report"  # of reading, for one
        or AUTO_SUBJECT.match(_header(message, "Subject")) is not None
    )


def _has_sender(message: Message) -> bool:
    """Whether somebody wants an answer; mail servers that complain in words of their own do not."""
    sender = parseaddr(_header(message, "From"))[1].lower()
    returned = _header(message, "Return-Path")
    return "@" in sender and returned != "<>" and not sender.startswith("mailer-daemon@")


def _delivery(report: Message) -> tuple[bool, str, str]:
    """Whether a delivery failed for good, its code, and why in the mail server's words."""
    blocks = report.get_payload()
    for block in blocks if isinstance(blocks, list) else []:
        if isinstance(block, Message) and _header(block, "Action").lower() == "failed":
            code = STATUS_CODE.search(_header(block, "Status"))
            reason = _header(block, "Diagnostic-Code").partition(";")[2].strip()
            return True, code[0] if code else "", reason[:LONGEST_LINE]
    return False, "", ""


def _about(message: Message, parts: list[Message]) -> tuple[str, ...]:
    """The names of the messages that a mail is about: what it answers, or what came back."""
    said = [_header(message, "In-Reply-To"), _header(message, "References")]
    for part in parts:
        if part.get_content_type() == "message/rfc822":
            inside = part.get_payload()
            if isinstance(inside, list) and inside and isinstance(inside[0], Message):
                said.append(_header(inside[0], "Message-ID"))
        elif part.get_content_type() == "text/rfc822-headers":
            head = re.search(r"(?im)^Message-ID:\s*(<[^<>\s]+>)", _decoded(part))
            said.append(head[1] if head else "")
    return tuple(dict.fromkeys(MESSAGE_IDS.findall(" ".join(said))))
