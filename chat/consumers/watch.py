"""One clock per process: who went silent, who was signed out, and what a lost bell hid.

Whatever the number of pages and chats, each look asks the database the same few questions.
"""

import asyncio
import logging
import time
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING, cast

from django.db import Error

from chat import actions, queries, queries_handover
from chat.states import Sender, Status
from chat.wire.hub import Hub
from chat.wire.rows import ask
from helpline.staff.permissions import unchanged

if TYPE_CHECKING:
    from chat.consumers.signed_in import SignedInSession

log = logging.getLogger(__name__)

TICK_SECONDS = 1.0
LOOK_SECONDS = 3.0  # for what a lost bell hid; every tick while no bells come at all
PROOF_SECONDS = 3.0  # for who was signed out: their pages close within five
HERE_SECONDS = 15.0  # for telling that a visitor's page is there


Prints = dict[uuid.UUID, int]  # how the list of each service looked


async def keep(hub: Hub) -> None:
    """Keep a hub until its loop ends. A database that hangs holds up no clock."""
    watch = Watch(hub)
    while True:
        now = time.monotonic()
        for page in tuple(hub.pages):
            page.tick(now)
        if not watch.busy:
            watch.busy = True
            hub.run(watch.tick(now))
        await asyncio.sleep(TICK_SECONDS)


class Watch:
    """When what was last looked at, and what was there."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.busy = False
        self.proof_at = self.here_at = time.monotonic()
        self.floor_at = -LOOK_SECONDS  # at once: what changes from now on is seen
        self.was_up = hub.bus.up
        self.desks: Prints | None = None
        self.queues: Prints | None = None

    async def tick(self, now: float) -> None:
        """Do what it is time for; without the database, what can be done."""
        try:
            await self._tick(now)
        except Error as error:
            log.warning("the watch saw nothing", extra={"error": type(error).__name__})
        finally:
            self.busy = False

    async def _tick(self, now: float) -> None:
        hub = self.hub
        if not hub.pages:
            hub.looked = now  # nobody is shown anything that could be late
            return
        if now - self.here_at >= HERE_SECONDS:
            self.here_at = now
            self._tell_who_is_here()
            if hub.staff:
                await ask(actions.note_staff_seen, tuple(hub.staff))
        if hub.marks or hub.seen:
            await self._store()
        if now - self.proof_at >= PROOF_SECONDS:
            self.proof_at = now
            await self._check_staff()
        # Bells that rang while the bus was down are made good by the look after it.
        blind = not (hub.bus.up and self.was_up)
        self.was_up = hub.bus.up
        if blind or now - self.floor_at >= LOOK_SECONDS:
            self.floor_at = now
            await self._look()

    def _tell_who_is_here(self) -> None:
        for number in tuple(self.hub.followers):
            if self.hub.present(number):
                self.hub.seen.add(number)
                self.hub.hint(number, "present", Sender.VISITOR, 1)

    async def _store(self) -> None:
        """Read marks and who was seen: one statement each, whatever their number."""
        hub = self.hub
        marks, hub.marks = hub.marks, {}
        seen, hub.seen = hub.seen, set()
        try:
            if marks:
                await ask(actions.note_read, marks)
                for (number, who), seq in marks.items():
                    hub.hint(number, "read", who, seq)
                marks = {}
            if seen:
                await ask(actions.note_seen, seen)
        except Error:
            hub.marks = {**marks, **hub.marks}
            hub.seen |= seen
            raise

    async def _check_staff(self) -> None:
        pages = cast(
            "list[SignedInSession]", [page for held in self.hub.staff.values() for page in held]
        )
        proofs = [page.proof for page in pages if page.proof is not None]
        if not proofs:
            return
        holding = await ask(unchanged, proofs)
        for page in pages:
            if page.proof not in holding:
                await page.recheck()

    async def _look(self) -> None:
        """Compare what is shown here with every open conversation and handover of the site."""
        hub = self.hub
        rows, handovers = await ask(_standing)
        hub.looked = time.monotonic()
        places = {row.id: row.last_seq for row in rows}
        for number, followers in tuple(hub.followers.items()):
            for follower in tuple(followers):
                follower.passed(places.get(number))
        desks: dict[uuid.UUID, list[object]] = {}
        queues: dict[uuid.UUID, list[object]] = {}
        for row in rows:
            desks.setdefault(row.service_id, []).append(
                (
                    row.id,
                    row.status,
                    row.owner_id,
                    row.queue_from,
                    row.danger_at,
                    row.acknowledged_at,
                )
            )
            if row.status == Status.WAITING:
                queues.setdefault(row.service_id, []).append(row.id)
        for handover in handovers:
            desks.setdefault(handover.service_id, []).append(handover)
        self.desks = _rung(self.desks, desks, hub.ring_desks)
        self.queues = _rung(self.queues, queues, hub.ring_queue)


def _standing() -> tuple[list[queries.Standing], list[queries_handover.Standing]]:
    return queries.floor(), queries_handover.standing()


def _rung(
    before: Prints | None,
    lists: dict[uuid.UUID, list[object]],
    ring: Callable[[uuid.UUID], None],
) -> Prints:
    """Ring for each service whose list is not as it was at the look before; how they are now."""
    now = {service: hash(tuple(rows)) for service, rows in lists.items()}
    if before is not None:
        for service in before.keys() | now.keys():
            if before.get(service) != now.get(service):
                ring(service)
    return now
