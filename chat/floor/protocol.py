"""The frames of the floor, in and out. docs/chat-protocol.md says the same in words."""

import uuid
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import orjson

from chat import protocol
from chat.errors import ChatError, Code
from chat.floor.queries import Asking, Chat, Floor, Person
from chat.protocol import Beat, Frame, Got, Incoming

ROWS = 100  # in one frame: well below what a server takes


@dataclass(frozen=True)
class FloorHello(protocol.Hello):
    """The first frame: whose floor, and by ``tag`` which one the page holds."""

    service: uuid.UUID = uuid.UUID(int=0)


def parse(frame: Frame) -> Incoming:
    """A frame of a floor's page. Raises ChatError(MALFORMED or VERSION)."""
    match frame.get("type"):
        case "hello":
            if frame.get("v") != protocol.VERSION:
                raise ChatError(Code.VERSION)
            tag = frame.get("tag", "")
            try:
                service = uuid.UUID(frame.get("service"))
            except (TypeError, ValueError, AttributeError):
                raise ChatError(Code.MALFORMED) from None
            if not isinstance(tag, str):
                raise ChatError(Code.MALFORMED)
            return FloorHello(tag=tag, service=service)
        case "beat":
            return Beat()
        case "got":
            return Got()
    raise ChatError(Code.MALFORMED)


Rows = Mapping[str, Frame]


@dataclass(frozen=True)
class Picture:
    """A floor as rows by number: two of them say what changed between."""

    chats: Rows = field(default_factory=dict)
    people: Rows = field(default_factory=dict)
    asking: Sequence[Frame] = ()

    @property
    def tag(self) -> str:
        """A short name of what a page holds, so that it is not sent the same again."""
        rows = orjson.dumps([*self.chats.values(), *self.people.values(), *self.asking])
        return f"{zlib.crc32(rows):08x}"


def picture(floor: Floor) -> Picture:
    """A floor as its pages hold it, in order."""
    return Picture(
        {chat.id: _chat(chat) for chat in floor.chats},
        {str(person.id): _person(person) for person in floor.people},
        [_asking(each) for each in floor.asking],
    )


def changes(before: Picture | None, now: Picture) -> Iterator[Frame]:
    """The frames that bring a page from one picture to the next; the last has its tag.

    Without one before, the first frame says that the page begins anew.
    """
    held = before or Picture()
    chats = [row for number, row in now.chats.items() if held.chats.get(number) != row]
    people = [row for number, row in now.people.items() if held.people.get(number) != row]
    gone = [number for number in held.chats if number not in now.chats]
    left = [number for number in held.people if number not in now.people]
    asking = now.asking != held.asking
    if before is not None and not (chats or people or gone or left or asking):
        return
    frames: list[Frame] = [{"type": "floor", "gone": gone, "left": left}]
    if asking:
        frames[0]["asking"] = list(now.asking)
    if before is None:
        frames[0]["fresh"] = True
    _spread(frames, "people", people)
    _spread(frames, "chats", chats)
    frames[-1]["tag"] = now.tag
    yield from frames


def _spread(frames: list[Frame], name: str, rows: Iterable[Frame]) -> None:
    """Put rows into the last frame, and into more when they are many."""
    for row in rows:
        if len(frames[-1].get(name, ())) >= ROWS:
            frames.append({"type": "floor"})
        frames[-1].setdefault(name, []).append(row)


def _chat(chat: Chat) -> Frame:
    return {
        "id": chat.id,
        "name": chat.name,
        "language": chat.language,
        "status": chat.status,
        "topic": chat.topic,
        "urgency": chat.urgency,
        "returned": chat.returned,
        "owner": chat.owner_id or 0,
        "since": chat.since.isoformat(),
        "long": chat.long,
        "from": chat.queue_from.isoformat(),
        "unanswered": chat.unanswered_since.isoformat() if chat.unanswered_since else "",
        "danger": chat.danger_at.isoformat() if chat.danger_at else "",
        "acknowledged": chat.acknowledged,
    }


def _asking(asking: Asking) -> Frame:
    return {"id": asking.id, "name": asking.name, "since": asking.since.isoformat()}


def _person(person: Person) -> Frame:
    return {
        "id": person.id,
        "name": person.name,
        "capacity": person.capacity,
        "load": person.load,
        "presence": person.presence,
        "since": person.since.isoformat() if person.since else "",
    }
