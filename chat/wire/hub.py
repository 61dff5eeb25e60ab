"""Who follows what in this process, and the bells that say that something happened.

The database is the truth. What was said over a socket of this process goes straight to the others
that follow here; for everything else there is a bell, which says where to look and never what was
said. A lost bell is made good by the watch, so ringing may fail and never undoes what was
committed.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, Protocol

from chat.states import Sender
from chat.wire import bells, rows
from chat.wire.append import Refused, Result, Saying, Written
from chat.wire.bus import Bell, Bus
from chat.wire.writer import Outcome, Writers, store_of_this_site

log = logging.getLogger(__name__)


class Said(NamedTuple):
    """A message that was just committed by this process."""

    conversation_id: uuid.UUID
    seq: int
    sender: Sender
    client_id: uuid.UUID
    text: str
    at: datetime


class Follower(Protocol):
    """Somebody's view of one conversation."""

    conversation_id: uuid.UUID
    side: Sender

    def answered(self, saying: Saying, result: Result) -> None:
        """What became of a message of theirs."""

    def said(self, said: Said) -> None:
        """Somebody else said something."""

    def look(self) -> None:
        """Something may have happened: look."""

    def passed(self, last_seq: int | None) -> None:
        """The watch saw this place in the database; None when the conversation is not open."""

    def hinted(self, kind: str, who: Sender, value: int) -> None:
        """Somebody types, has read up to a place, or is there. Never stored, may be lost."""


class Waiter(Protocol):
    """Somebody who may have a place in a queue."""

    def queue_moved(self) -> None:
        """Somebody left the queue or joined it."""


class Page(Protocol):
    """A page that is connected, whichever way."""

    def tick(self, now: float) -> None:
        """A second or so has passed."""


class Console(Page, Protocol):
    """A page of staff."""

    def desk_changed(self) -> None:
        """The list of conversations looks different."""

    def news(self, conversation_id: uuid.UUID, seq: int) -> None:
        """A visitor of theirs said something."""


class Hub:
    """Followers and pages of one process, the writers of what they say, and its bus."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.writers = Writers(store_of_this_site, self.deliver)
        self.bus = Bus(self.hear)
        self.followers: dict[uuid.UUID, list[Follower]] = {}
        self.pages: set[Page] = set()
        self.desks: dict[uuid.UUID, set[Console]] = {}
        self.queues: dict[uuid.UUID, set[Waiter]] = {}
        self.staff: dict[int, set[Console]] = {}
        self.marks: dict[tuple[uuid.UUID, Sender], int] = {}
        self.seen: set[uuid.UUID] = set()  # whose page was heard since the watch noted it
        self.looked = time.monotonic()  # when the watch last reached the database
        self._tasks: set[asyncio.Task[None]] = set()
        self.bus.start(self.run)

    def run(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something beside; the loop itself would forget it."""
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work of the wire failed", extra={"error": type(error).__name__})

    async def close(self) -> None:
        """Keep what waits to be kept, and let go of every connection."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.writers.close()
        await rows.settle()

    @property
    def lag(self) -> float:
        """Seconds since the database last answered."""
        return time.monotonic() - max(self.looked, self.writers.last_good)

    # Coming and going

    def follow(self, follower: Follower) -> None:
        self.followers.setdefault(follower.conversation_id, []).append(follower)

    def unfollow(self, follower: Follower) -> None:
        held = self.followers.get(follower.conversation_id, [])
        if follower in held:
            held.remove(follower)
        if not held:
            self.followers.pop(follower.conversation_id, None)

    def present(self, conversation_id: uuid.UUID) -> bool:
        """Whether a page of the visitor is connected to this process."""
        return any(f.side == Sender.VISITOR for f in self.followers.get(conversation_id, ()))

    # What was said

    def deliver(self, outcomes: Sequence[Outcome]) -> None:
        """Tell everybody here what the writer committed, and ring elsewhere."""
        rung: list[Bell] = []
        for saying, result, origin in outcomes:
            origin.answered(saying, result)
            if isinstance(result, Refused):
                continue
            rung.append(said_bell(saying, result))
            number = saying.conversation_id
            if not result.new:  # whoever kept it may have been killed before it rang
                for follower in tuple(self.followers.get(number, ())):
                    follower.passed(result.seq)
                continue
            said = Said(
                number, result.seq, saying.sender, result.client_id, saying.text, result.sent_at
            )
            for follower in self.followers.get(number, ()):
                if follower is not origin:
                    follower.said(said)
            if result.owner_id is not None and saying.sender == Sender.VISITOR:
                self._news(number, result.owner_id, result.seq)
        self.bus.publish(rung)

    def hint(self, conversation_id: uuid.UUID, kind: str, who: Sender, value: int = 0) -> None:
        """Tell the other side, here and elsewhere."""
        self.everywhere([("hint", conversation_id.hex, kind, who.value, value)])

    def note_read(self, conversation_id: uuid.UUID, who: Sender, seq: int) -> None:
        """A side has read up to a place. The watch stores and tells it within a second or so, so
        that who reads much at once is told of once.
        """
        mark = (conversation_id, who)
        self.marks[mark] = max(seq, self.marks.get(mark, 0))

    # Bells

    def everywhere(self, rung: Sequence[Bell]) -> None:
        """Ring here and elsewhere."""
        self.ring(rung)
        self.bus.publish(rung)

    def hear(self, rung: Iterable[Bell]) -> None:
        """Bells of another process. What it cannot read is of a newer version."""
        try:
            self.ring(rung)
        except (ValueError, TypeError, IndexError) as error:
            log.warning("a bell was not understood", extra={"error": type(error).__name__})

    def ring(self, rung: Iterable[Bell]) -> None:
        """Let everybody look who follows what a bell names."""
        for bell in rung:
            kind, number = bell[0], uuid.UUID(bell[1])
            if kind == "queue":
                self.ring_queue(number)
                continue
            followers = tuple(self.followers.get(number, ()))
            if kind == "hint":
                for follower in followers:
                    follower.hinted(bell[2], Sender(bell[3]), bell[4])
                continue
            for follower in followers:
                follower.look()
            _, _, service, seq, only_for = bell
            if kind == "said" and only_for is not None:
                self._news(number, only_for, seq)
            elif kind == "changed":
                self.ring_desks(uuid.UUID(service))

    def ring_desks(self, service_id: uuid.UUID) -> None:
        """The consoles of a service look anew."""
        for page in tuple(self.desks.get(service_id, ())):
            page.desk_changed()

    def ring_queue(self, service_id: uuid.UUID) -> None:
        """Who waits for a service looks at their place."""
        for follower in tuple(self.queues.get(service_id, ())):
            follower.queue_moved()

    def _news(self, conversation_id: uuid.UUID, owner_id: int, seq: int) -> None:
        for page in tuple(self.staff.get(owner_id, ())):
            page.news(conversation_id, seq)


def said_bell(saying: Saying, written: Written) -> Bell:
    """The bell of a message: rings for whoever follows, and at the desk of the owner alone."""
    only_for = written.owner_id if saying.sender == Sender.VISITOR else None
    number, service = saying.conversation_id.hex, written.service_id.hex
    return ("said", number, service, written.seq, only_for)


def here(keep: Callable[[Hub], Coroutine[Any, Any, None]]) -> Hub:
    """The hub of the running event loop. Made, with the watch that keeps it, for the first page."""
    hub = bells.local
    if not isinstance(hub, Hub) or hub.loop is not asyncio.get_running_loop():
        hub = bells.local = Hub()
        hub.run(keep(hub))
    return hub


async def close_local() -> None:
    """Close the hub of the running event loop, before the loop itself."""
    hub = bells.local
    bells.local = None
    if isinstance(hub, Hub):
        await hub.close()
