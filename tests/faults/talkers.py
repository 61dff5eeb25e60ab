"""Visitors and counsellors that never give up, and write down all that they see.

They keep the rules of the protocol as a page does: each message has a name of its own and is sent
again until it is acknowledged; a reader shows a place once and only after the place before it; who
hears nothing for a while takes the socket for dead, and opens another, anywhere.
"""

import asyncio
import contextlib
import json
import random
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from tests.people import Pair

# A page waits longer; here minutes count.
BEAT_SECONDS = 2.5
DEAD_SECONDS = 8.0
RESEND_SECONDS = 8.0
BACKOFF_SECONDS = (0.05, 1.0)


@dataclass(frozen=True)
class Letter:
    """A message as its author wrote it."""

    client_id: str
    text: str


@dataclass(frozen=True)
class Shown:
    """A message as a reader saw it."""

    seq: int
    sender: str
    client_id: str
    text: str


@dataclass
class Talk:
    """One side of a conversation: what it wrote, what was acknowledged, what it saw.

    Like a page's, ``places`` puts each message where its number says, and ``last`` is the number up
    to which none is missing.
    """

    conversation: str
    sender: str
    written: list[Letter] = field(default_factory=list)
    acked: dict[str, int] = field(default_factory=dict)
    pending: dict[str, Letter] = field(default_factory=dict)
    places: dict[int, Shown] = field(default_factory=dict)
    contradictions: int = 0  # a place or an acknowledgement that was another one before
    last: int = 0
    pen: asyncio.Lock = field(default_factory=asyncio.Lock)  # who holds it writes

    @property
    def shown(self) -> list[Shown]:
        """What the page shows, from top to bottom."""
        return [self.places[seq] for seq in sorted(self.places)]

    def write(self) -> Letter:
        letter = Letter(str(uuid.uuid4()), f"{self.sender} {len(self.written)} {random.random()}")
        self.written.append(letter)
        self.pending[letter.client_id] = letter
        return letter

    def ack(self, client_id: str, seq: int) -> None:
        letter = self.pending.pop(client_id, None)
        if self.acked.setdefault(client_id, seq) != seq:
            self.contradictions += 1
        if letter is not None:
            self._put(Shown(seq, self.sender, client_id, letter.text))

    def see(self, messages: Sequence[dict[str, Any]]) -> bool:
        """Show what came. False when something before it is missing."""
        for each in messages:
            self._put(Shown(each["seq"], each["from"], each["id"], each["text"]))
            if each["from"] == self.sender:
                self.ack(each["id"], each["seq"])
        return not messages or self.last >= messages[-1]["seq"]

    def _put(self, shown: Shown) -> None:
        if self.places.setdefault(shown.seq, shown) != shown:
            self.contradictions += 1
        while self.last + 1 in self.places:
            self.last += 1


class Talker:
    """A person behind a page."""

    path = ""
    headers: dict[str, str] = {}

    def __init__(self, talks: Sequence[Talk], ports: Callable[[], list[int]]) -> None:
        self.talks = {talk.conversation: talk for talk in talks}
        self.ports = ports
        self.socket: ClientConnection | None = None
        self.ready = False
        self.heard = self.sent = 0.0
        self.sockets = 0
        self.beaten = 0.0
        # A page sends without waiting; here a new message must not overtake old ones sent again.
        self.line = asyncio.Lock()
        self.troubles: dict[str, int] = {}

    async def live(self) -> None:
        """Keep a socket open, for ever."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                await self._one_socket(random.choice(self.ports()))
            except* (OSError, WebSocketException, TimeoutError) as errors:
                self._trouble(type(errors.exceptions[0]).__name__)
            failures = 0 if time.monotonic() - began > 5 else failures + 1
            shortest, longest = BACKOFF_SECONDS
            await asyncio.sleep(random.uniform(0, min(longest, shortest * 2**failures)))

    async def write(self, conversation: str) -> Letter:
        """Write a message, and send it now if there is a socket; else it goes when there is."""
        async with self.line:
            letter = self.talks[conversation].write()
            if self.ready:
                with contextlib.suppress(WebSocketException, OSError):
                    await self._say(conversation, letter)
        return letter

    async def _one_socket(self, port: int) -> None:
        place = f"127.0.0.1:{port}"
        async with connect(
            f"ws://{place}{self.path}",
            additional_headers={"Origin": f"http://{place}", **self.headers},
            compression=None,
            ping_interval=None,
            open_timeout=DEAD_SECONDS,
            close_timeout=0.2,
            proxy=None,
        ) as socket:
            self.socket, self.sockets = socket, self.sockets + 1
            self.heard = time.monotonic()
            try:
                for frame in self._greeting():
                    await self._put(frame)
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._listen(socket))
                    tasks.create_task(self._tick())
            finally:
                self.socket, self.ready = None, False

    async def _listen(self, socket: ClientConnection) -> None:
        async for text in socket:
            self.heard = time.monotonic()
            await self._read(json.loads(text))
        raise ConnectionError("closed by the server")

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS / 4)
            now = time.monotonic()
            if now - self.heard > DEAD_SECONDS:
                raise TimeoutError("nothing was heard")
            if self.ready and now - self.sent > RESEND_SECONDS:
                await self._send_pending()
            if self.ready and now - self.beaten > BEAT_SECONDS:
                await self._beat()

    async def _beat(self) -> None:
        self.beaten = time.monotonic()
        await self._put({"type": "beat", "seq": min(talk.last for talk in self.talks.values())})

    async def _send_pending(self) -> None:
        """Send all that is not acknowledged again, in the order it was written."""
        async with self.line:
            self.sent = time.monotonic()
            for conversation, talk in self.talks.items():
                for letter in list(talk.pending.values()):
                    await self._say(conversation, letter)

    async def _say(self, conversation: str, letter: Letter) -> None:
        await self._put({"type": "say", "id": letter.client_id, "text": letter.text})

    async def _put(self, frame: dict[str, Any]) -> None:
        if self.socket is not None:
            await self.socket.send(json.dumps(frame))

    async def _read(self, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "welcome":
            await self._send_pending()
            self.ready = True
        elif kind == "ack":
            self.sent = time.monotonic()  # they are being dealt with
            self._talk(frame).ack(frame["id"], frame["seq"])
        elif kind == "messages":
            talk = self._talk(frame)
            if not talk.see(frame["messages"]):
                await self._fetch(talk)
        elif kind == "refused":
            self._trouble(f"refused: {frame['code']}")

    async def _fetch(self, talk: Talk) -> None:
        """Ask for what is missing."""
        await self._beat()

    def _talk(self, frame: dict[str, Any]) -> Talk:
        if "conversation" in frame:
            return self.talks[frame["conversation"]]
        (only,) = self.talks.values()
        return only

    def _greeting(self) -> list[dict[str, Any]]:
        raise NotImplementedError

    def _trouble(self, what: str) -> None:
        self.troubles[what] = self.troubles.get(what, 0) + 1


class Visitor(Talker):
    path = "/ws/chat/"

    def __init__(self, pair: Pair, ports: Callable[[], list[int]]) -> None:
        super().__init__([Talk(pair.conversation, "visitor")], ports)
        self.token = pair.token

    def _greeting(self) -> list[dict[str, Any]]:
        (talk,) = self.talks.values()
        return [{"type": "hello", "v": 1, "token": self.token, "since": talk.last}]


class Counsellor(Talker):
    path = "/ws/console/"

    def __init__(self, pairs: Sequence[Pair], ports: Callable[[], list[int]]) -> None:
        super().__init__([Talk(pair.conversation, "counsellor") for pair in pairs], ports)
        self.headers = {"Cookie": f"staff={pairs[0].session}"}

    def _greeting(self) -> list[dict[str, Any]]:
        return [{"type": "hello", "v": 1}, *(self._open(talk) for talk in self.talks.values())]

    def _open(self, talk: Talk) -> dict[str, Any]:
        return {"type": "open", "conversation": talk.conversation, "since": talk.last}

    async def _say(self, conversation: str, letter: Letter) -> None:
        await self._put(
            {
                "type": "say",
                "id": letter.client_id,
                "text": letter.text,
                "conversation": conversation,
            }
        )

    async def _fetch(self, talk: Talk) -> None:
        await self._put(self._open(talk))

    async def _read(self, frame: dict[str, Any]) -> None:
        if frame["type"] == "shut":  # it is theirs, so this is a mistake; a page would open it anew
            self._trouble("shut")
            await self._put(self._open(self.talks[frame["conversation"]]))
        await super()._read(frame)
