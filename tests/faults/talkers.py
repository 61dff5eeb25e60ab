"""Visitors and counsellors that never give up, and write down all that they see.

They keep the rules of the protocol as a page does: each message has a name of its own and is sent
again until it is acknowledged, and only then the next one goes; a reader shows a place once; who
hears nothing for a while, or hears twice of words that do not come, takes the line for dead, and
opens another, anywhere.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

from websockets.exceptions import WebSocketException

from tests.faults import lines
from tests.faults.journal import Letter, Talk
from tests.faults.lines import Closed, Frame, Line
from tests.people import Pair

# A page waits longer; here minutes count.
BEAT_SECONDS = 2.5
DEAD_SECONDS = 8.0
RESEND_SECONDS = 4.0
BACKOFF_SECONDS = (0.05, 1.0)
# As a page's.
GOT_FRAMES, GOT_BYTES = 16, 48 * 1024
VERSION = 3
HINT_SECONDS = 3.0  # between two times that it says what was read, and that somebody types


@dataclass
class Outbox:
    """What is on its way in one conversation, and what the server said of its places."""

    under_way: str = ""
    sent: float = 0.0
    not_before: float = 0.0
    hinted: float = 0.0
    named: int = 0  # the place that the beat before named
    tag: str = ""

    def forget_line(self) -> None:
        self.under_way, self.named = "", 0


class Talker:
    """A person behind a page. ``polls`` says that WebSockets are blocked where they are."""

    socket_path = poll_path = ""
    headers: dict[str, str] = {}

    def __init__(self, talks: Sequence[Talk], ports: Sequence[int], *, polls: bool = False) -> None:
        self.talks = {talk.conversation: talk for talk in talks}
        self.outboxes = {talk.conversation: Outbox() for talk in talks}
        self.ports = ports
        self.polls = polls
        self.line: Line | None = None
        self.ready = False
        self.tag = ""
        self.heard = self.beaten = 0.0
        self.got = self.told = self.untold_bytes = 0
        self.lines = 0
        self.troubles: dict[str, int] = {}

    async def live(self) -> None:
        """Keep a line open, for ever."""
        failures = 0
        while True:
            began = time.monotonic()
            try:
                await self._one_line(random.choice(self.ports))
            except* (OSError, WebSocketException, TimeoutError) as errors:
                self._trouble(_first(errors))
            failures = 0 if time.monotonic() - began > 5 else failures + 1
            shortest, longest = BACKOFF_SECONDS
            await asyncio.sleep(random.uniform(0, min(longest, shortest * 2**failures)))

    async def write(self, conversation: str) -> Letter:
        """Write a message. It goes now, or when what is before it was acknowledged."""
        letter = self.talks[conversation].write()
        with contextlib.suppress(WebSocketException, OSError):  # who listens finds out too
            await self._send(conversation)
        return letter

    def _reach(self, port: int) -> AbstractAsyncContextManager[Line]:
        if self.polls:
            return lines.poll(port, self.poll_path, self.headers, self.hello)
        return lines.socket(port, self.socket_path, self.headers)

    async def _one_line(self, port: int) -> None:
        async with self._reach(port) as line:
            self.line, self.lines = line, self.lines + 1
            self.heard = self.beaten = time.monotonic()
            self.got = self.told = self.untold_bytes = 0
            for outbox in self.outboxes.values():
                outbox.forget_line()
            try:
                await line.put(self.hello())
                # In a task of its own: in Python 3.11.2 a group that failed leaves its task half
                # cancelled, and every time limit in it then ends in CancelledError.
                await asyncio.create_task(self._listen_and_tick(line))
            finally:
                self.line, self.ready = None, False

    async def _listen_and_tick(self, line: Line) -> None:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._listen(line))
            tasks.create_task(self._tick())

    async def _listen(self, line: Line) -> None:
        while True:
            frame, size = await line.next()
            self.heard = time.monotonic()
            self.got += 1
            self.untold_bytes += size
            await self._read(frame)
            if self.got - self.told >= GOT_FRAMES or self.untold_bytes >= GOT_BYTES:
                await self._put({"type": "got"})

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS / 5)
            now = time.monotonic()
            if now - self.heard > DEAD_SECONDS:
                raise TimeoutError("nothing was heard")
            for conversation, outbox in self.outboxes.items():
                if outbox.under_way and now - outbox.sent > RESEND_SECONDS:
                    outbox.under_way = ""
                await self._send(conversation)
                if self.ready and now - outbox.hinted > HINT_SECONDS:
                    outbox.hinted = now
                    await self._hint(conversation)
            if self.ready and now - self.beaten > BEAT_SECONDS:
                self.beaten = now
                await self._put(self._beat())

    async def _send(self, conversation: str) -> None:
        """Send the first message that is not acknowledged, when it is not under way."""
        pending, outbox = self.talks[conversation].pending, self.outboxes[conversation]
        now = time.monotonic()
        if not self.ready or not pending or outbox.under_way or now < outbox.not_before:
            return
        letter = next(iter(pending.values()))
        outbox.under_way, outbox.sent = letter.client_id, now
        say = {"type": "say", "id": letter.client_id, "text": letter.text}
        await self._put(self._about(say, conversation))

    async def _put(self, frame: Frame) -> None:
        if self.line is not None:
            self.told, self.untold_bytes = self.got, 0
            await self.line.put({**frame, "got": self.got})

    async def _read(self, frame: Frame) -> None:
        match frame["type"]:
            case "welcome":
                if frame["v"] != VERSION:
                    raise ConnectionError("another version")
                self._note_state(frame.get("state"))
                self.ready = True
                for conversation in self.talks:
                    await self._send(conversation)
            case "ack":
                await self._acked(self._talk(frame), frame["id"], frame["seq"])
            case "messages":
                talk = self._talk(frame)
                talk.see(frame["messages"])
                await self._send_next(talk)
            case "refused":
                self._trouble(f"refused: {frame['code']}")
                self._refused(frame)
            case "beat":
                self._check_places(frame)
            case "state":
                self._note_state(frame)

    async def _acked(self, talk: Talk, client_id: str, seq: int) -> None:
        talk.ack(client_id, seq)
        await self._send_next(talk)

    async def _send_next(self, talk: Talk) -> None:
        outbox = self.outboxes[talk.conversation]
        if outbox.under_way not in talk.pending:
            outbox.under_way = ""
            await self._send(talk.conversation)

    def _refused(self, frame: Frame) -> None:
        """What was refused goes again: after the time that was said, or as by one tap."""
        if "id" not in frame:
            return
        outbox = self.outboxes[self._talk(frame).conversation]
        if outbox.under_way == frame["id"]:
            outbox.under_way = ""
            outbox.not_before = time.monotonic() + min(frame.get("after", 1), RESEND_SECONDS)

    async def _hint(self, conversation: str) -> None:
        """Say what a page says beside its words; nothing of it counts here."""
        read = {"type": "read", "seq": self.talks[conversation].last}
        for hint in (read, {"type": "typing"}):
            await self._put(self._about(hint, conversation))

    def _check_places(self, beat: Frame) -> None:
        """What two beats name and nothing brings does not come any more on this line."""
        for conversation, seq in self._places(beat).items():
            talk, outbox = self.talks[conversation], self.outboxes[conversation]
            if talk.last < outbox.named:
                raise ConnectionError("words that beats name do not come")
            outbox.named = seq

    def _note_state(self, state: Frame | None) -> None:
        if state is not None:
            self.tag = state.get("tag", "")

    def _talk(self, frame: Frame) -> Talk:
        if "conversation" in frame:
            return self.talks[frame["conversation"]]
        (only,) = self.talks.values()
        return only

    def hello(self) -> Frame:
        """The first frame on a line."""
        raise NotImplementedError

    def _beat(self) -> Frame:
        raise NotImplementedError

    def _places(self, beat: Frame) -> dict[str, int]:
        """The latest place of each conversation that a beat names."""
        raise NotImplementedError

    def _about(self, frame: Frame, conversation: str) -> Frame:
        """A frame that says which conversation it is about, where it has to."""
        return frame

    def _trouble(self, what: str) -> None:
        self.troubles[what] = self.troubles.get(what, 0) + 1


class Visitor(Talker):
    socket_path, poll_path = "/ws/chat/", "/wire/chat/"

    def __init__(self, pair: Pair, ports: Sequence[int], *, polls: bool = False) -> None:
        super().__init__([Talk(pair.conversation, "visitor")], ports, polls=polls)
        self.token = pair.token

    @property
    def talk(self) -> Talk:
        (only,) = self.talks.values()
        return only

    def hello(self) -> Frame:
        hello = {"type": "hello", "v": VERSION, "token": self.token, "since": self.talk.last}
        return {**hello, "tag": self.tag} if self.tag else hello

    def _beat(self) -> Frame:
        return {"type": "beat", "seq": self.talk.last}

    def _places(self, beat: Frame) -> dict[str, int]:
        return {self.talk.conversation: beat["seq"]}


class Counsellor(Talker):
    socket_path, poll_path = "/ws/console/", "/wire/console/"

    def __init__(self, pairs: Sequence[Pair], ports: Sequence[int], *, polls: bool = False) -> None:
        talks = [Talk(pair.conversation, "counsellor") for pair in pairs]
        super().__init__(talks, ports, polls=polls)
        self.headers = {"Cookie": f"staff={pairs[0].session}"}

    def hello(self) -> Frame:
        opened = [self._opening(talk) for talk in self.talks.values()]
        hello = {"type": "hello", "v": VERSION, "open": opened}
        return {**hello, "tag": self.tag} if self.tag else hello

    def _opening(self, talk: Talk) -> Frame:
        opening = {"conversation": talk.conversation, "since": talk.last}
        tag = self.outboxes[talk.conversation].tag
        return {**opening, "tag": tag} if tag else opening

    def _beat(self) -> Frame:
        seqs = {conversation: talk.last for conversation, talk in self.talks.items()}
        return {"type": "beat", "seqs": seqs}

    def _places(self, beat: Frame) -> dict[str, int]:
        return dict(beat["seqs"])

    def _about(self, frame: Frame, conversation: str) -> Frame:
        return {**frame, "conversation": conversation}

    async def _read(self, frame: Frame) -> None:
        match frame["type"]:
            case "desk":
                self.tag = frame.get("tag", "")
            case "opened":
                self.outboxes[frame["conversation"]["id"]].tag = frame.get("tag", "")
            case "shut":  # it is theirs, so this is a mistake; a page would open it anew
                self._trouble("shut")
                await self._put({"type": "open", **self._opening(self._talk(frame))})
        await super()._read(frame)


def _first(errors: BaseExceptionGroup[Any]) -> str:
    """What a line ended with, for people to read."""
    error = errors.exceptions[0]
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Closed):
        return f"closed: {error.code}"
    named = type(error) is ConnectionError
    return str(error) if named else type(error).__name__
