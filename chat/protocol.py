"""Every frame of the chat, in and out. docs/chat-protocol.md says the same in words.

A frame is one JSON object: a text message of a socket, or one of a list in an HTTP request.
``type`` says which.
"""

import json
import uuid
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar

import orjson
from django.db.models import TextChoices

from chat import cards
from chat.errors import ChatError, Code
from chat.models import Conversation, Message, Note, ReportOffer
from chat.queries import PAGE_BYTES, Desk
from chat.queries_silence import Silence
from chat.states import Presence, Sender, Status, Urgency
from chat.wire.append import Written
from chat.wire.hub import Said
from helpline.staff.models import User

VERSION = 3
FRAME_BYTES = 16 * 1024
SENT_BYTES = 64 * 1024  # what Daphne takes of us at most, as it is started in production
BEAT_SECONDS = 15  # both sides expect something at least this often, and allow some lateness

Frame = dict[str, Any]
Choice = TypeVar("Choice", bound=TextChoices)


class Close:
    """Why a socket was closed."""

    OVER = 4000  # the conversation has ended
    UNKNOWN = 4401  # no such conversation for this token
    SIGN_IN = 4403  # no verified second factor, or not any more
    SILENT = 4408  # nothing was heard for too long
    VERSION = 4426  # a page older than the server: reload
    BEHIND = 4429  # too much was not acknowledged: come back, and replay catches up
    # The database does not answer. Not 1013, "try again later" in RFC 6455's registry: autobahn,
    # under Daphne, sends only 1000 and those of applications.
    LATER = 4503


# Frames in


@dataclass(frozen=True)
class Open:
    """A member of staff follows a conversation from place ``since`` on. ``tag``: what they hold."""

    conversation: uuid.UUID
    since: int
    tag: str = ""


@dataclass(frozen=True)
class Hello:
    """The first frame. A visitor's has the token; ``since`` is the last place already shown, and
    ``tag`` names the state that the page holds. A console names the conversations it has open.
    """

    token: str = ""
    since: int = 0
    tag: str = ""
    open: tuple[Open, ...] = ()


@dataclass(slots=True)  # not frozen: that makes one three times as slow to build
class Say:
    """A message. ``conversation`` is staff's: a visitor has only one."""

    client_id: uuid.UUID
    text: str
    conversation: uuid.UUID | None = None


@dataclass(frozen=True)
class Beat:
    """The page is still there, and has shown up to these places."""

    seq: int = 0
    seqs: Mapping[uuid.UUID, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Got:
    """Nothing but an acknowledgement, which any frame may carry."""


@dataclass(frozen=True)
class Read:
    """The page was looked at, and shows up to ``seq``."""

    seq: int
    conversation: uuid.UUID | None = None


@dataclass(frozen=True)
class Typing:
    """Somebody types. Never what."""

    conversation: uuid.UUID | None = None


@dataclass(frozen=True)
class Do:
    """An act of a visitor (resume, end) or of staff on a conversation."""

    act: str
    conversation: uuid.UUID | None = None
    links: tuple[str, ...] = ()
    choice: str = ""
    client_id: uuid.UUID | None = None
    text: str = ""
    page: int = 0


@dataclass(frozen=True)
class Pass(Do):
    """An act of staff on who has a conversation. ``to`` is the colleague who is meant."""

    way: str = ""
    to: int | None = None
    summary: str = ""
    handover: uuid.UUID | None = None


@dataclass(frozen=True)
class Attend:
    """A member of staff goes on duty, has a break, or goes off."""

    presence: Presence


@dataclass(frozen=True)
class AfterChat(Do):
    """An act of staff that is about themselves or a colleague, and about no conversation."""

    debrief: uuid.UUID | None = None


Incoming = Hello | Say | Beat | Got | Read | Typing | Open | Do | Attend

VISITOR_ACTS = frozenset({"resume", "end"})
STAFF_ACTS = frozenset(
    {
        *("shut", "claim", "give_back", "end", "danger", "acknowledge", "block"),
        *("offer", "note", "heed", "share"),
    }
)
AFTER_ACTS = frozenset({"ready", "debrief", "take_debrief"})
# Who has a conversation: what each act says beside which one it is about.
ASKING_ACTS = frozenset({"hand_over", "ask_along", "reassign"})
ANSWERING_ACTS = frozenset({"accept_handover", "decline_handover", "withdraw_handover"})
PASSING_ACTS = ASKING_ACTS | ANSWERING_ACTS | {"take_over", "colleagues"}
MOST_OPEN = 50  # conversations that a console may have open


def parse_visitor(frame: Frame) -> Incoming:
    """A visitor's frame. Raises ChatError(MALFORMED or VERSION)."""
    match frame.get("type"):
        case "say":
            return Say(_uuid(frame, "id"), _text(frame, "text"))
        case "beat":
            return Beat(seq=number(frame, "seq"))
        case "got":
            return Got()
        case "read":
            return Read(number(frame, "seq"))
        case "typing":
            return Typing()
        case "hello":
            _check_version(frame)
            return Hello(_text(frame, "token"), number(frame, "since"), _tag(frame))
        case str(act) if act in VISITOR_ACTS:
            return Do(act)
    raise ChatError(Code.MALFORMED)


def parse_staff(frame: Frame) -> Incoming:
    """A frame of staff. Raises ChatError(MALFORMED or VERSION)."""
    match frame.get("type"):
        case "say":
            return Say(_uuid(frame, "id"), _text(frame, "text"), _conversation(frame))
        case "beat":
            return Beat(seqs=_seqs(frame))
        case "got":
            return Got()
        case "read":
            return Read(number(frame, "seq"), _conversation(frame))
        case "typing":
            return Typing(_conversation(frame))
        case "open":
            return _open(frame)
        case "hello":
            _check_version(frame)
            opened = frame.get("open", [])
            if not isinstance(opened, list) or len(opened) > MOST_OPEN:
                raise ChatError(Code.MALFORMED)
            return Hello(tag=_tag(frame), open=tuple(_open(each) for each in opened))
        case "attend":
            return Attend(_choice(frame, "presence", Presence))
        case "urgency":
            choice = _choice(frame, "urgency", Urgency)
            return Do("urgency", _conversation(frame), choice=choice)
        case str(act) if act in AFTER_ACTS:
            return AfterChat(act, debrief=_uuid(frame, "id") if act == "take_debrief" else None)
        case str(act) if act in PASSING_ACTS:
            return _pass(frame, act)
        case str(act) if act in STAFF_ACTS:
            return Do(
                act,
                _conversation(frame),
                _texts(frame, "links") if act == "offer" else (),
                client_id=_uuid(frame, "id") if act in ("note", "heed", "share") else None,
                text=_text(frame, "text") if act == "note" else "",
                page=number(frame, "page") if act == "share" else 0,
            )
    raise ChatError(Code.MALFORMED)


def _pass(frame: Frame, act: str) -> Pass:
    conversation = _conversation(frame)
    if act in ANSWERING_ACTS:
        return Pass(act, conversation, handover=_uuid(frame, "handover"))
    if act not in ASKING_ACTS:
        return Pass(act, conversation)
    return Pass(
        act,
        conversation,
        way=_text(frame, "way") if act == "hand_over" else "",
        to=number(frame, "to") if "to" in frame else None,
        summary=_text(frame, "summary"),
    )


def load(text: str | None) -> Frame:
    """The object in a frame. Raises ChatError(MALFORMED or TOO_BIG)."""
    if text is None:  # a binary message
        raise ChatError(Code.MALFORMED)
    if 4 * len(text) > FRAME_BYTES and len(text.encode("utf-8", "surrogatepass")) > FRAME_BYTES:
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


def _choice(frame: Frame, name: str, choices: type[Choice]) -> Choice:
    try:
        return choices(_text(frame, name))
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


def number(frame: Frame, name: str) -> int:
    """A place in the sequence, or a count. Raises ChatError(MALFORMED)."""
    value = frame.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**31:
        raise ChatError(Code.MALFORMED)
    return value


def _tag(frame: Frame) -> str:
    return _text(frame, "tag") if "tag" in frame else ""


def _open(frame: object) -> Open:
    if not isinstance(frame, dict):
        raise ChatError(Code.MALFORMED)
    return Open(_conversation(frame), number(frame, "since"), _tag(frame))


def _seqs(frame: Frame) -> dict[uuid.UUID, int]:
    value = frame.get("seqs", {})
    if not isinstance(value, dict) or len(value) > MOST_OPEN:
        raise ChatError(Code.MALFORMED)
    try:
        return {uuid.UUID(name): number(value, name) for name in value}
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


def _uuid(frame: Frame, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(_text(frame, name))
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


def _conversation(frame: Frame) -> uuid.UUID:
    try:
        return _read_conversation(_text(frame, "conversation"))
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


_read_conversation = lru_cache(4096)(uuid.UUID)  # the same few come in every frame of a console


# Frames out


def dump(frame: Frame) -> bytes:
    """A frame as text; moments are in ISO 8601. Lone surrogates, which JSON can carry and UTF-8
    cannot, stay escaped.
    """
    try:
        return orjson.dumps(frame)
    except TypeError:
        return json.dumps(frame, default=_plain).encode()


def _plain(value: uuid.UUID | datetime) -> str:
    """As orjson writes it."""
    return value.isoformat() if isinstance(value, datetime) else str(value)


def tag_of(frame: Frame) -> str:
    """A short name of what a page holds, so that it is not sent the same again."""
    return f"{zlib.crc32(dump(frame)):08x}"


def welcome(*, seq: int = 0, state: Frame | None = None, read: int = 0) -> Frame:
    """The answer to hello. Without ``state`` the page holds the right one."""
    frame: Frame = {"type": "welcome", "v": VERSION, "beat": BEAT_SECONDS, "seq": seq, "read": read}
    if state is not None:
        frame["state"] = state
    return frame


def beat(seq: int, *, lag: int) -> Frame:
    """The visitor's page shows all up to ``seq``; ``lag`` seconds ago that was certain."""
    frame: Frame = {"type": "beat", "seq": seq}
    if lag:
        frame["lag"] = lag
    return frame


def staff_beat(seqs: Mapping[uuid.UUID, int], *, lag: int) -> Frame:
    """As ``beat``, for each open conversation."""
    frame: Frame = {"type": "beat", "seqs": {str(name): seq for name, seq in seqs.items()}}
    if lag:
        frame["lag"] = lag
    return frame


def typing(who: Sender, conversation: uuid.UUID | None = None) -> Frame:
    """Somebody types. The page forgets it by itself."""
    return _about({"type": "typing", "who": who}, conversation)


def read(who: Sender, seq: int, conversation: uuid.UUID | None = None) -> Frame:
    """A side has read up to a place."""
    return _about({"type": "read", "who": who, "seq": seq}, conversation)


def present(conversation: uuid.UUID, *, here: bool) -> Frame:
    """Whether the visitor's page is there. The console forgets it by itself."""
    return _about({"type": "present", "here": here}, conversation)


def news(conversation: uuid.UUID, seq: int) -> Frame:
    """A conversation that is not open here has a new message."""
    return _about({"type": "news", "seq": seq}, conversation)


def _about(frame: Frame, conversation: uuid.UUID | None) -> Frame:
    if conversation is not None:
        frame["conversation"] = conversation
    return frame


def ack(written: Written, conversation: uuid.UUID | None = None) -> Frame:
    """This message is committed, at this place."""
    frame: Frame = {
        "type": "ack",
        "id": written.client_id,
        "seq": written.seq,
        "at": written.sent_at,
    }
    return _about(frame, conversation)


def act_of(frame: Incoming | None) -> str:
    """What an act is called in the frames that answer it; nothing for what is no act."""
    match frame:
        case Do(act):
            return act
        case Attend():
            return "attend"
    return ""


def done(frame: Do | Attend) -> Frame:
    """An act of staff was done: a page that hears neither this nor a refusal cannot know."""
    return {"type": "done", "about": act_of(frame)}


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
        frame["id"] = client_id
    if conversation is not None:
        frame["conversation"] = conversation
    if error.who:
        frame["who"] = error.who
    if after:
        frame["after"] = after
    return frame


def message(said: Message) -> Frame:
    frame: Frame = {
        "seq": said.seq,
        "from": said.sender,
        "id": said.client_id,
        "text": said.text,
        "at": said.sent_at,
    }
    if said.sender == Sender.SYSTEM and (card := cards.read(said.text)) is not None:
        frame |= {"text": "page", "card": card._asdict()}
    return frame


def messages(said: Sequence[Message], more: bool, conversation: uuid.UUID | None = None) -> Frame:
    """One page of a replay."""
    frame: Frame = {"type": "messages", "messages": [message(m) for m in said], "more": more}
    return _about(frame, conversation)


def said(message: Said, conversation: uuid.UUID | None = None) -> Frame:
    """What was just said."""
    one = {
        "seq": message.seq,
        "from": message.sender,
        "id": message.client_id,
        "text": message.text,
        "at": message.at,
    }
    return _about({"type": "messages", "messages": [one], "more": False}, conversation)


def visitor_state(conversation: Conversation, *, position: int, offer: ReportOffer | None) -> Frame:
    """What the visitor's page shows around the messages."""
    owner = conversation.owner
    return {
        "type": "state",
        "status": conversation.status,
        "position": position,
        "counsellor": owner.work_name if owner else "",
        "danger": conversation.in_danger,
        "blocked": conversation.blocked_at is not None,
        "offer": {"id": offer.pk, "links": orjson.loads(offer.links)} if offer else None,
    }


def desk(shown: Desk, *, user: User) -> Frame:
    """Who waits, whom this counsellor talks to, and alarms."""
    return {
        "type": "desk",
        "waiting": [brief(row, user=user) for row in shown.waiting],
        "more": shown.more,
        "mine": [
            {**brief(row, user=user), **_quiet(shown.silences.get(row.pk))} for row in shown.mine
        ],
        "alarms": [brief(row, user=user) for row in shown.alarms],
        "unheard": shown.unheard,
        "capacity": shown.seat.capacity,
        "presence": shown.seat.presence,
        "presence_since": shown.seat.since if not shown.seat._state.adding else "",
    }


def _quiet(silence: Silence | None) -> Frame:
    """Since when the visitor waits for a word, and since when nobody has said any."""
    asked, said = silence or (None, None)
    return {"asked": asked or "", "said": said or ""}


def name_of(user: User | None) -> str:
    """What colleagues call somebody; nothing for nobody."""
    return user.called if user else ""


def brief(conversation: Conversation, *, user: User) -> Frame:
    """A conversation as a console lists it: nothing that was said."""
    paused = conversation.paused_until
    return {
        "id": conversation.pk,
        "name": conversation.visitor_name,
        "language": conversation.language,
        "status": conversation.status,
        "topic": conversation.topic,
        "age": conversation.age_band,
        "urgency": conversation.urgency,
        "returned": conversation.returned,
        "since": conversation.waiting_since,
        "long": conversation.service.long_waits,
        "danger": conversation.in_danger,
        "acknowledged": conversation.acknowledged_at is not None,
        "paused_until": paused or "",
        "owner": name_of(conversation.owner),
        "mine": conversation.owner_id == user.pk,
        "seq": conversation.last_seq,
        "read": conversation.counsellor_read_seq,
        "visitor_read": conversation.visitor_read_seq,
        "earlier": conversation.earlier_id,
        "whispers": conversation.whispers,
    }


def opened(conversation: Conversation, *, user: User, links: Sequence[Frame]) -> Frame:
    """A conversation that a member of staff follows from now on."""
    return {
        "type": "opened",
        "conversation": brief(conversation, user=user),
        "links": list(links),
        "over": conversation.status == Status.ENDED,
        "noted": conversation.noted,
    }


def notes(written: Sequence[Note], conversation: uuid.UUID, *, user: User) -> list[Frame]:
    """What colleagues wrote beside a conversation, in as many frames as it takes."""
    frames: list[Frame] = []
    room = 0
    for note in written:
        one = {
            "id": str(note.client_id),
            "kind": note.kind,
            "text": note.text,
            "by": note.by.called,
            "mine": note.by_id == user.pk,
            "at": note.at.isoformat(),
            "after": note.after_seq,
            "seen": note.seen_at.isoformat() if note.seen_at else "",
        }
        size = len(dump(one))
        if room < size:
            frames.append(_about({"type": "notes", "notes": []}, conversation))
            room = PAGE_BYTES
        frames[-1]["notes"].append(one)
        room -= size
    return frames


def shut(conversation: uuid.UUID) -> Frame:
    """This conversation is not theirs to follow any more."""
    return {"type": "shut", "conversation": conversation}
