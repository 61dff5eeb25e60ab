"""How the load client speaks with each server. A dialect says how a message is written and what an
incoming frame means; counting, timing and checking are the same for all.
"""

from abc import ABC, abstractmethod
from typing import Any, Protocol

import orjson

VISITOR, COUNSELLOR = 0, 1
OTHER = (COUNSELLOR, VISITOR)


class Ear(Protocol):
    """What a socket is told about the frames it got. It counts them all in ``got``."""

    side: int
    got: int

    def ready(self) -> None:
        """The greeting is over: messages may be sent."""

    def acked(self, number: str, seq: int) -> None:
        """A message of this side is kept, at this place; 0 where the server has no places."""

    def heard(self, side: int, number: str, seq: int) -> None:
        """A message of a side was delivered here."""

    def refused(self, why: str) -> None:
        """The server would not do something."""


class Dialect(ABC):
    """One server's way of speaking. ``number`` is a message's name, unique in a run."""

    beat_seconds = 0.0  # how often each side says that it is there
    got_frames = got_bytes = 0  # how much may come in before the page says what it got; 0: anything
    greets = False  # whether the server says when messages may be sent
    echoes = True  # whether the sender's own copy is the acknowledgement

    def __init__(self, pair: dict[str, Any]) -> None:
        self.pair = pair

    @abstractmethod
    def path(self, side: int) -> str: ...

    def headers(self, side: int) -> dict[str, str]:
        return {}

    def hello(self, side: int) -> list[bytes]:
        return []

    @abstractmethod
    def say(self, ear: Ear, number: str, text: str) -> bytes: ...

    @abstractmethod
    def read(self, ear: Ear, frame: bytes) -> None: ...

    def beat(self, ear: Ear, seq: int) -> bytes:
        raise NotImplementedError

    def got(self, ear: Ear) -> bytes:
        """A frame that says only how many came in."""
        raise NotImplementedError


class Plain(Dialect):
    """The bare relay: what goes in comes out."""

    def path(self, side: int) -> str:
        return f"/pair/{self.pair['name']}/"

    def say(self, ear: Ear, number: str, text: str) -> bytes:
        return f"{ear.side} {number} {text}".encode()

    def read(self, ear: Ear, frame: bytes) -> None:
        side, number, _ = frame.split(b" ", 2)
        ear.heard(int(side), number.decode(), 0)


class Tutorial(Plain):
    """The Channels tutorial: a JSON object with one text."""

    def say(self, ear: Ear, number: str, text: str) -> bytes:
        return orjson.dumps({"message": f"{ear.side} {number} {text}"})

    def read(self, ear: Ear, frame: bytes) -> None:
        super().read(ear, orjson.loads(frame)["message"].encode())


class Idiomatic(Plain):
    """The durable baseline: each message has a name and gets a place."""

    def say(self, ear: Ear, number: str, text: str) -> bytes:
        return orjson.dumps({"id": f"{ear.side} {number}", "text": text})

    def read(self, ear: Ear, frame: bytes) -> None:
        message = orjson.loads(frame)
        side, number = message["id"].split(" ")
        ear.heard(int(side), number, message["seq"])


class Helpline(Dialect):
    """Our own protocol, version 2: a greeting, acknowledgements with a place, deliveries,
    heartbeats, and a count of what came in with every frame that goes out.
    """

    beat_seconds = 15.0
    got_frames, got_bytes = 16, 48 * 1024
    greets = True
    echoes = False

    SENDERS = {"visitor": VISITOR, "counsellor": COUNSELLOR}

    def __init__(self, pair: dict[str, Any]) -> None:
        super().__init__(pair)
        self.conversation = str(pair["conversation"])

    def path(self, side: int) -> str:
        return "/ws/chat/" if side == VISITOR else "/ws/console/"

    def headers(self, side: int) -> dict[str, str]:
        return {} if side == VISITOR else {"Cookie": f"staff={self.pair['session']}"}

    def hello(self, side: int) -> list[bytes]:
        hello: dict[str, Any] = {"type": "hello", "v": 3}
        since = int(self.pair["seq"])
        if side == VISITOR:
            hello |= {"token": self.pair["token"], "since": since}
        else:
            hello["open"] = [{"conversation": self.conversation, "since": since}]
        return [orjson.dumps(hello)]

    def say(self, ear: Ear, number: str, text: str) -> bytes:
        frame = {"type": "say", "id": number, "text": text, "got": ear.got}
        if ear.side == COUNSELLOR:
            frame["conversation"] = self.conversation
        return orjson.dumps(frame)

    def beat(self, ear: Ear, seq: int) -> bytes:
        frame: dict[str, Any] = {"type": "beat", "got": ear.got}
        if ear.side == VISITOR:
            frame["seq"] = seq
        else:
            frame["seqs"] = {self.conversation: seq}
        return orjson.dumps(frame)

    def got(self, ear: Ear) -> bytes:
        return orjson.dumps({"type": "got", "got": ear.got})

    def read(self, ear: Ear, frame: bytes) -> None:
        data = orjson.loads(frame)
        kind = data["type"]
        if kind == "messages":
            for message in data["messages"]:
                side = self.SENDERS.get(message["from"])
                if side is not None:
                    ear.heard(side, message["id"], message["seq"])
        elif kind == "ack":
            ear.acked(data["id"], data["seq"])
        elif kind == "refused":
            ear.refused(data["code"])
        elif kind == ("welcome" if ear.side == VISITOR else "opened"):
            ear.ready()


DIALECTS: dict[str, type[Dialect]] = {
    "plain": Plain,
    "tutorial": Tutorial,
    "idiomatic": Idiomatic,
    "helpline": Helpline,
}
