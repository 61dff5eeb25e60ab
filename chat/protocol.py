"""Every frame of the chat, in and out. docs/chat-protocol.md says the same in words.

A frame is one JSON object in a text message of the socket. ``type`` says which.
"""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from chat.errors import ChatError, Code
from chat.models import Conversation, Message, ReportOffer
from chat.queries import Desk
from chat.states import Status
from chat.wire.append import Written
from helpline.staff.models import User

VERSION = 1
FRAME_BYTES = 16 * 1024
BEAT_SECONDS = 15  # both sides expect something at least this often, and allow some lateness

Frame = dict[str, Any]


class Close:
    """Why a socket was closed."""

    OVER = 4000  # the conversation has ended
    UNKNOWN = 4401  # no such conversation for this token
    SIGN_IN = 4403  # no verified second factor, or not any more
    SILENT = 4408  # nothing was heard for too long
    VERSION = 4426  # a page older than the server: reload
    LATER = 1013  # the database does not answer; RFC 6455's registry has it as "try again later"


# Frames in


@dataclass(frozen=True)
class Hello:
    """The first frame. A visitor's has the token; ``since`` is the last place already shown."""

    token: str
    since: int


@dataclass(frozen=True)
class Say:
    """A message. ``conversation`` is staff's: a visitor has only one."""

    client_id: uuid.UUID
    text: str
    conversation: uuid.UUID | None = None


@dataclass(frozen=True)
class Beat:
    """The page is still there, and has shown up to ``seq``."""

    seq: int


@dataclass(frozen=True)
class Do:
    """An act of a visitor (resume, end) or of staff on a conversation."""

    act: str
    conversation: uuid.UUID | None = None
    since: int = 0
    links: tuple[str, ...] = ()


Incoming = Hello | Say | Beat | Do

VISITOR_ACTS = frozenset({"resume", "end"})
STAFF_ACTS = frozenset(
    {
        "open",
        "shut",
        "claim",
        "give_back",
        "read",
        "end",
        "danger",
        "acknowledge",
        "offer",
    }
)


def parse_visitor(text: str | None) -> Incoming:
    """A visitor's frame. Raises ChatError(MALFORMED, TOO_BIG or VERSION)."""
    frame = _load(text)
    kind = frame.get("type")
    if kind == "hello":
        _check_version(frame)
        return Hello(token=_text(frame, "token"), since=_number(frame, "since"))
    if kind == "say":
        return Say(client_id=_uuid(frame, "id"), text=_text(frame, "text"))
    if kind == "beat":
        return Beat(seq=_number(frame, "seq"))
    if isinstance(kind, str) and kind in VISITOR_ACTS:
        return Do(act=kind)
    raise ChatError(Code.MALFORMED)


def parse_staff(text: str | None) -> Incoming:
    """A frame of staff. Raises ChatError(MALFORMED, TOO_BIG or VERSION)."""
    frame = _load(text)
    kind = frame.get("type")
    if kind == "hello":
        _check_version(frame)
        return Hello(token="", since=0)
    if kind == "say":
        return Say(
            client_id=_uuid(frame, "id"),
            text=_text(frame, "text"),
            conversation=_uuid(frame, "conversation"),
        )
    if kind == "beat":
        return Beat(seq=_number(frame, "seq"))
    if isinstance(kind, str) and kind in STAFF_ACTS:
        return Do(
            act=kind,
            conversation=_uuid(frame, "conversation"),
            since=_number(frame, "since") if kind in ("open", "read") else 0,
            links=_texts(frame, "links") if kind == "offer" else (),
        )
    raise ChatError(Code.MALFORMED)


def _load(text: str | None) -> Frame:
    if text is None:  # a binary message
        raise ChatError(Code.MALFORMED)
    if len(text) > FRAME_BYTES or len(text.encode("utf-8", "surrogatepass")) > FRAME_BYTES:
        raise ChatError(Code.TOO_BIG)
    try:
        frame = orjson.loads(text)
    except (orjson.JSONDecodeError, RecursionError):
        raise ChatError(Code.MALFORMED) from None
    if not isinstance(frame, dict):
        raise ChatError(Code.MALFORMED)
    return frame


def _check_version(frame: Frame) -> None:
    if frame.get("v") != VERSION:
        raise ChatError(Code.VERSION)


def _text(frame: Frame, name: str) -> str:
    value = frame.get(name)
    if not isinstance(value, str):
        raise ChatError(Code.MALFORMED)
    return value


def _texts(frame: Frame, name: str) -> tuple[str, ...]:
    value = frame.get(name)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ChatError(Code.MALFORMED)
    return tuple(value)


def _number(frame: Frame, name: str) -> int:
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ChatError(Code.MALFORMED)
    return value


def _uuid(frame: Frame, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(_text(frame, name))
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


# Frames out


def dump(frame: Frame) -> str:
    """A frame as text. Lone surrogates, which JSON can carry and UTF-8 cannot, stay escaped."""
    try:
        return orjson.dumps(frame).decode()
    except TypeError:
        return json.dumps(frame)


def welcome(state: Frame) -> Frame:
    return {"type": "welcome", "v": VERSION, "beat": BEAT_SECONDS, "state": state}


def beat(seq: int) -> Frame:
    return {"type": "beat", "seq": seq}


def ack(written: Written, conversation: uuid.UUID | None = None) -> Frame:
    """This message is committed, at this place."""
    frame: Frame = {
        "type": "ack",
        "id": str(written.client_id),
        "seq": written.seq,
        "at": written.sent_at.isoformat(),
    }
    if conversation is not None:
        frame["conversation"] = str(conversation)
    return frame


def refused(
    error: ChatError,
    *,
    about: str = "",
    client_id: uuid.UUID | None = None,
    conversation: uuid.UUID | None = None,
    after: int = 0,
) -> Frame:
    """What could not be done, and why. ``after`` seconds a slowed message may be sent again."""
    frame: Frame = {"type": "refused", "code": error.code}
    if about:
        frame["about"] = about
    if client_id is not None:
        frame["id"] = str(client_id)
    if conversation is not None:
        frame["conversation"] = str(conversation)
    if error.who:
        frame["who"] = error.who
    if after:
        frame["after"] = after
    return frame


def message(said: Message) -> Frame:
    return {
        "seq": said.seq,
        "from": said.sender,
        "id": str(said.client_id),
        "text": said.text,
        "at": said.sent_at.isoformat(),
    }


def messages(
    said: Sequence[Message], *, more: bool, conversation: uuid.UUID | None = None
) -> Frame:
    """One page of a replay, or what was just said."""
    frame: Frame = {"type": "messages", "messages": [message(m) for m in said], "more": more}
    if conversation is not None:
        frame["conversation"] = str(conversation)
    return frame


def visitor_state(conversation: Conversation, *, position: int, offer: ReportOffer | None) -> Frame:
    """What the visitor's page shows around the messages."""
    owner = conversation.owner
    return {
        "type": "state",
        "status": conversation.status,
        "position": position,
        "counsellor": owner.work_name if owner else "",
        "danger": conversation.in_danger,
        "offer": {"id": str(offer.pk), "links": orjson.loads(offer.links)} if offer else None,
    }


def desk(shown: Desk, *, user: User) -> Frame:
    """Who waits, whom this counsellor talks to, and alarms."""
    return {
        "type": "desk",
        "waiting": [brief(row, user=user) for row in shown.waiting],
        "mine": [brief(row, user=user) for row in shown.mine],
        "alarms": [brief(row, user=user) for row in shown.alarms],
        "capacity": shown.capacity,
    }


def brief(conversation: Conversation, *, user: User) -> Frame:
    """A conversation as a console lists it: nothing that was said."""
    owner = conversation.owner
    paused = conversation.paused_until
    return {
        "id": str(conversation.pk),
        "name": conversation.visitor_name,
        "language": conversation.language,
        "status": conversation.status,
        "since": conversation.waiting_since.isoformat(),
        "danger": conversation.in_danger,
        "acknowledged": conversation.acknowledged_at is not None,
        "paused_until": paused.isoformat() if paused else "",
        "owner": (owner.work_name or owner.get_username()) if owner else "",
        "mine": conversation.owner_id == user.pk,
        "seq": conversation.last_seq,
        "read": conversation.counsellor_read_seq,
    }


def opened(conversation: Conversation, *, user: User, links: Sequence[Frame]) -> Frame:
    """A conversation that a member of staff follows from now on."""
    return {
        "type": "opened",
        "conversation": brief(conversation, user=user),
        "links": list(links),
        "over": conversation.status == Status.ENDED,
    }


def shut(conversation: uuid.UUID) -> Frame:
    """This conversation is not theirs to follow any more."""
    return {"type": "shut", "conversation": str(conversation)}
