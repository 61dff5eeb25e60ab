"""A site under way: web servers behind roads that can break, a worker, and people who talk."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import redis.asyncio

from tests import people, services
from tests.faults.oracle import Row, Verdict, judge
from tests.faults.proxy import Proxy, Road
from tests.faults.talkers import Counsellor, Talk, Talker, Visitor
from tests.people import Pair
from tests.processes import Process, Site

SETTLE_SECONDS = 90.0
PAUSE_SECONDS = (0.2, 2.5)  # between two messages of one author


@dataclass
class Scene:
    """What faults are done to. A part that is being repaired is held by its lock."""

    site: Site
    pairs: Sequence[Pair]
    proxies: list[Proxy] = field(default_factory=list)
    talkers: list[Talker] = field(default_factory=list)
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    talking: bool = True
    remarks: list[str] = field(default_factory=list)  # no word is lost by it, but look at it

    @property
    def ports(self) -> list[int]:
        return [proxy.port for proxy in self.proxies]

    @property
    def roads(self) -> list[Road]:
        return [road for proxy in self.proxies for road in proxy.roads]

    @property
    def talks(self) -> list[Talk]:
        return [talk for talker in self.talkers for talk in talker.talks.values()]

    @property
    def acked(self) -> int:
        """Messages acknowledged so far."""
        return sum(len(talk.acked) for talk in self.talks)

    def held(self, part: str) -> asyncio.Lock:
        return self.locks.setdefault(part, asyncio.Lock())

    async def open(self) -> None:
        """Build the roads, and let everybody in."""
        self.proxies = [Proxy(port) for port in self.site.ports]
        for proxy in self.proxies:
            await proxy.start()
        by_session: dict[str, list[Pair]] = {}
        for pair in self.pairs:
            by_session.setdefault(pair.session, []).append(pair)
            self.talkers.append(Visitor(pair, lambda: self.ports))
        for served in by_session.values():
            self.talkers.append(Counsellor(served, lambda: self.ports))

    async def talk(self, talker: Talker, conversation: str) -> None:
        """One author, who writes now and then."""
        while self.talking:
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
            async with talker.talks[conversation].pen:
                await talker.write(conversation)

    async def restart(self, process: Process) -> None:
        await asyncio.to_thread(self.site.restart, process)

    async def tell(self, *words: str) -> None:
        """Stop or start a database server."""
        async with self.held("keeper"):
            await asyncio.to_thread(services.tell, *words)

    async def flush_valkey(self) -> None:
        async with redis.asyncio.from_url(self.site.valkey_url) as valkey:
            await valkey.flushall()

    async def settle(self) -> bool:
        """Let everybody finish and catch up. False when they did not in a minute."""
        self.talking = False
        deadline = time.monotonic() + SETTLE_SECONDS
        last = await asyncio.to_thread(self.last_seqs)
        while time.monotonic() < deadline:
            await asyncio.sleep(0.5)
            last = await asyncio.to_thread(self.last_seqs)
            if any(talk.pending for talk in self.talks):
                continue
            if all(talk.last == last[talk.conversation] for talk in self.talks):
                return True
        for talker in self.talkers:
            for talk in talker.talks.values():
                if talk.pending or talk.last < last[talk.conversation]:
                    self.remarks.append(
                        f"{talk.conversation} {talk.sender}: {len(talk.pending)} pending,"
                        f" at {talk.last} of {last[talk.conversation]},"
                        f" {'connected' if talker.ready else 'not connected'}"
                    )
        return False

    def last_seqs(self) -> dict[str, int]:
        rows = self.site.rows("SELECT id::text, last_seq FROM chat_conversation")
        wanted = {pair.conversation for pair in self.pairs}
        return {key: seq for key, seq in rows if key in wanted}

    def judge(self) -> Verdict:
        query = "SELECT conversation_id::text, seq, sender, client_id::text FROM chat_message"
        last = self.last_seqs()
        rows = [Row(*row) for row in self.site.rows(query) if row[0] in last]
        return judge(self.talks, rows, last)

    def troubles(self) -> Counter[str]:
        """What the talkers met, and what the servers wrote: to understand a run by."""
        found: Counter[str] = Counter()
        for talker in self.talkers:
            found.update(talker.troubles)
        for line in self.log.splitlines():
            with contextlib.suppress(ValueError):
                wrote = json.loads(line)
                found[f"{wrote.get('logger')}: {wrote.get('error') or wrote['message']}"] += 1
        return found

    @property
    def log(self) -> str:
        return self.site.log_text()

    async def close(self) -> None:
        for proxy in self.proxies:
            await proxy.stop()


def make_people(site: Site, *, conversations: int, staff: int) -> list[Pair]:
    return people.make(site.environment(), conversations=conversations, staff=staff)
