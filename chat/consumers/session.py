"""What the two kinds of page share: frames in and out, errors that never close, and silence.

A session does not know what carries its frames. It hands a message to the process's writers and
goes on; the answer comes back through the hub.
"""

import logging
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Coroutine
from typing import Any, Protocol

from django.db import Error

from chat import actions, protocol
from chat.consumers import watch
from chat.errors import ChatError, Code
from chat.protocol import Close, Do, Frame, Hello, Say
from chat.states import Sender
from chat.wire import hub
from chat.wire.append import Refused, Result, Saying
from chat.wire.credit import Credit
from chat.wire.hub import Said
from chat.wire.pace import Buckets, Rate
from helpline.privacy.vault.errors import VaultError

log = logging.getLogger(__name__)

HELLO_SECONDS = 10
SILENT_SECONDS = 60
LAG_SECONDS = 6.0  # a database that does not answer for longer is told to the page

# Generous for a fast typist and for a school behind one address: it slows, it never refuses.
SAY_RATE = Rate(40, 60.0)
DOOR_RATE = Rate(600, 60.0)
SLOW_SECONDS = 5
LATER_SECONDS = 3
UNDER_WAY = 8  # messages of one page in one conversation that wait for their commit
HINT_SECONDS = 1.0
FRAMES_A_SECOND = 1000  # no page needs a tenth; who sends more would hold up the others
BEHIND_SECONDS = 60  # a page that reads says with every beat what it has had

# Kept by conversation and by network, since a session lasts only as long as its socket or poll.
_conversations = Buckets(10_000)
_door = Buckets(10_000)


class Line(Protocol):
    """What carries frames to a page."""

    asks_again: bool  # a poll: the page comes back by itself and tells what it has

    def put(self, frame: bytes, *, news: bool) -> None:
        """Send a frame. ``news`` is worth an answer to somebody who polls."""

    def close(self, code: int) -> None: ...


class Session(ABC):
    """One page that is connected. ``rate_key`` is the door's number for who is behind it."""

    __slots__ = (
        *("closed", "counted", "credit", "door", "got", "got_at", "greeted", "heard", "hub"),
        *("late", "line", "opened"),
    )

    def __init__(self, line: Line, rate_key: str) -> None:
        self.line = line
        self.hub = hub.here(watch.keep)
        self.credit = None if line.asks_again else Credit()
        self.door = _door.of(rate_key, DOOR_RATE)
        self.opened = self.heard = self.got_at = time.monotonic()
        self.got = self.counted = 0
        self.greeted = self.closed = self.late = False
        self.hub.pages.add(self)

    # In

    def hear(self, text: str | None) -> Coroutine[Any, Any, None] | None:
        """Take one frame as it came: at once, or what is left to do. Raises nothing."""
        self.counted += 1
        if self.counted > FRAMES_A_SECOND:
            self.close(Close.BEHIND)
            return None
        frame: protocol.Incoming | None = None
        try:
            frame = self.take(protocol.load(text))
            if not isinstance(frame, Say):
                return self._handle(frame)
            self.say(frame)
        except ChatError as error:
            self.refuse(error, frame)
        except Exception as error:  # noqa: BLE001 -- one frame's trouble ends with its page
            self._fail(error)
        return None

    async def _handle(self, frame: protocol.Incoming) -> None:
        try:
            await self.handle(frame)
        except ChatError as error:
            self.refuse(error, frame)
        except VaultError:
            self.refuse(ChatError(Code.UNKNOWN), frame)  # erased while it was open
        except Error as error:
            self.lose_database(error)
        except Exception as error:  # noqa: BLE001 -- as above
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        log.error("a frame was not understood", extra={"error": type(error).__name__})
        self.close(Close.LATER)

    def take(self, raw: Frame) -> protocol.Incoming:
        """Read a frame, and what it acknowledges."""
        self.heard = time.monotonic()
        if "got" in raw and self.credit is not None:
            self.credit.acknowledge(protocol.number(raw, "got"))
            if not self.credit.low:
                self.go_on()
        frame = self.parse(raw)
        if not self.greeted and not isinstance(frame, Hello):
            raise ChatError(Code.MALFORMED)
        return frame

    def refuse(self, error: ChatError, frame: protocol.Incoming | None) -> None:
        """Tell what was refused; only what cannot get better by itself closes the socket."""
        self.put(
            protocol.refused(
                error,
                about=protocol.act_of(frame),
                client_id=frame.client_id if isinstance(frame, Say | Do) else None,
                conversation=frame.conversation if isinstance(frame, Say | Do) else None,
                after=SLOW_SECONDS if error.code == Code.SLOW else 0,
            )
        )
        if error.code == Code.VERSION:
            self.close(Close.VERSION)
        elif error.code == Code.SIGN_IN:
            self.close(Close.SIGN_IN)

    def lose_database(self, error: Error) -> None:
        """Nothing is shown or taken without it: the page comes back and says since when."""
        log.warning("a page is closed for later", extra={"error": type(error).__name__})
        self.close(Close.LATER)

    # Out

    def put(self, frame: Frame, *, news: bool = True) -> None:
        """Send a frame, while the page acknowledges what it gets."""
        if self.closed:
            return
        data = protocol.dump(frame)
        if len(data) > protocol.SENT_BYTES:  # the server would drop it, and nobody would know
            log.error("a frame is too long to send", extra={"count": len(data)})
            self.close(Close.LATER)
            return
        if self.credit is not None and not self.credit.spend(len(data)):
            self.close(Close.BEHIND)
            return
        self.line.put(data, news=news)

    def close(self, code: int) -> None:
        """Close once: a bell may ring while the socket is on its way out."""
        if not self.closed:
            self.closed = True
            self.line.close(code)

    def leave(self) -> None:
        """The connection is gone."""
        self.closed = True
        self.hub.pages.discard(self)

    def tick(self, now: float) -> None:
        """Close what says nothing, and what reads nothing however much it says."""
        self.counted = 0
        late = not self.greeted and now - self.opened > HELLO_SECONDS
        if late or now - self.heard > SILENT_SECONDS:
            self.close(Close.SILENT)
        lagging = self.lag() > 0
        if lagging != self.late:  # told at once, and not at the page's next beat
            self.late = lagging
            self.put_pulse()
        credit = self.credit
        if credit is None:
            return
        if credit.settled or credit.got != self.got:
            self.got, self.got_at = credit.got, now
        elif now - self.got_at > BEHIND_SECONDS:
            self.close(Close.BEHIND)

    def put_pulse(self) -> None:
        """Say that the server is there, and up to where it knows."""
        if self.greeted:
            self.put(self.pulse(), news=False)

    def lag(self) -> int:
        """Seconds for which the page is not up to date, when they are worth telling."""
        lag = self.hub.lag
        return int(lag) if lag > LAG_SECONDS else 0

    # Each kind's own

    async def admit(self) -> bool:
        """Whether this page may connect at all."""
        return True

    @property
    @abstractmethod
    def busy(self) -> bool:
        """Whether an answer is on its way: a poll waits for it."""

    @abstractmethod
    def parse(self, raw: Frame) -> protocol.Incoming: ...

    @abstractmethod
    def say(self, frame: Say) -> None: ...

    @abstractmethod
    async def handle(self, frame: protocol.Incoming) -> None: ...

    @abstractmethod
    def go_on(self) -> None:
        """Go on with replays that waited for the page to acknowledge."""

    @abstractmethod
    def pulse(self) -> Frame:
        """The frame of a beat."""


class Following(ABC):
    """One page's view of one conversation: up to where it was shown, and what is on its way."""

    __slots__ = (
        *("again", "bucket", "conversation_id", "held", "hinted_at", "looking", "named", "read"),
        *("session", "shown", "side", "tag", "told_at", "under_way"),
    )

    def __init__(self, session: Session, conversation_id: uuid.UUID, side: Sender) -> None:
        self.session = session
        self.conversation_id = conversation_id
        self.side = side
        # Where a frame has to name it: a visitor has only one.
        self.named = conversation_id if side == Sender.COUNSELLOR else None
        self.shown = 0
        self.tag = ""
        self.looking = self.again = self.held = False
        self.under_way = self.read = 0
        self.hinted_at = 0.0
        self.told_at: dict[str, float] = {}
        self.bucket = _conversations.of((conversation_id, side), SAY_RATE)

    @property
    def busy(self) -> bool:
        return self.looking or self.under_way > 0

    def say(self, saying: Saying) -> None:
        """Hand a message to the writer. Raises ChatError when it cannot be taken now."""
        actions.check_text(saying.text)
        if (
            self.under_way >= UNDER_WAY
            or not self.bucket.take(SAY_RATE)
            or not self.session.door.take(DOOR_RATE)
        ):
            raise ChatError(Code.SLOW)
        self.under_way += 1
        self.session.hub.writers.put(saying, self)

    def answered(self, saying: Saying, result: Result) -> None:
        self.under_way -= 1
        if isinstance(result, Refused):
            later = LATER_SECONDS if result.code == Code.LATER else 0
            self.session.put(
                protocol.refused(
                    ChatError(result.code),
                    client_id=result.client_id,
                    conversation=self.named,
                    after=later,
                )
            )
            return
        self.session.put(protocol.ack(result, self.named))
        if self.live and result.seq == self.shown + 1:
            self.shown = result.seq
        elif result.seq > self.shown:
            self.look()

    def said(self, said: Said) -> None:
        if self.live and said.seq == self.shown + 1:
            self.session.put(protocol.said(said, self.named))
            self.shown = said.seq
        elif said.seq > self.shown:
            self.look()

    @property
    def live(self) -> bool:
        """Whether what is said now comes right after what was shown."""
        return not (self.looking or self.held)

    def passed(self, last_seq: int | None) -> None:
        if last_seq is None or last_seq > self.shown:
            self.look()

    def look(self) -> None:
        """Fetch what is new, in pages; soon again when something happens meanwhile."""
        if self.looking:
            self.again = True
        elif not self.session.closed:
            self.looking = True
            self.session.hub.run(self._look())

    async def _look(self) -> None:
        try:
            more = True
            while more and not self.session.closed:
                self.again = False
                more = await self.fetch(self.has_room) or self.again
                if more and not self.has_room:
                    self.held = True
                    return
        except ChatError as error:
            self.lose(error)
        except VaultError:
            self.lose(ChatError(Code.UNKNOWN))
        except Error as error:
            self.session.lose_database(error)
        finally:
            self.looking = False

    @property
    def has_room(self) -> bool:
        """Whether the page acknowledged enough for another page of a replay."""
        credit = self.session.credit
        return credit is None or not credit.low

    def go_on(self) -> None:
        """The page acknowledged: a replay that waited goes on."""
        if self.held:
            self.held = False
            self.look()

    def rewind(self, seq: int) -> None:
        """The page has shown less than it was sent, and nothing is under way: send it again."""
        credit = self.session.credit
        if seq < self.shown and credit is not None and credit.settled and self.live:
            self.shown = seq
            self.look()

    def may_hint(self) -> bool:
        """Whether a hint of this page goes on; more often than every second says no more."""
        now = time.monotonic()
        if now - self.hinted_at < HINT_SECONDS:
            return False
        self.hinted_at = now
        return True

    def note_read(self, seq: int) -> None:
        """The page was looked at, and shows up to ``seq``."""
        if self.read < seq <= self.shown:
            self.read = seq
            self.session.hub.note_read(self.conversation_id, self.side, seq)

    def may_be_told(self, kind: str, seconds: float) -> bool:
        """Whether a hint of this kind may come again: no number of tabs floods the other side."""
        now = time.monotonic()
        if now - self.told_at.get(kind, 0.0) < seconds:
            return False
        self.told_at[kind] = now
        return True

    @abstractmethod
    async def fetch(self, room: bool) -> bool:
        """Show how it stands, and if there is ``room`` one page of what is new; whether more
        follows. Raises ChatError when it is not theirs to see any more.
        """

    @abstractmethod
    def lose(self, error: ChatError) -> None:
        """It is not theirs to see any more."""
