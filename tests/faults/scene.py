"""A site under way: web servers behind roads that can break, a worker, and people who talk."""

import asyncio
import contextlib
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import redis.asyncio

from tests import people, services
from tests.faults.journal import Talk
from tests.faults.oracle import Row, Verdict, judge
from tests.faults.proxy import Proxy, Road
from tests.faults.talkers import Counsellor, Talker, Visitor
from tests.people import Pair
from tests.processes import Process, Site

STILL_SECONDS = 60.0  # without anything going on: then nobody catches up any more
SETTLE_SECONDS = 300.0  # in any case; a page that polls on a busy machine sends a word a second
PAUSE_SECONDS = (0.2, 2.5)  # between two messages of one author
TELL_SECONDS = 5.0  # how often it is told who keeps everybody waiting
PATIENCE_SECONDS = 20.0  # for what has to happen while a part is away, and nothing else is broken
LONGEST_SECONDS = 120.0  # or in any case: what else is broken may be waiting for this
EVERY = 4  # of so many visitors, and counsellors, one is where WebSockets are blocked
TURNED_AWAY = ("refused: later", "closed: 4503", "poll: closed: 4503")


@dataclass
class Scene:
    """What faults are done to. A part that is being repaired is held by its lock."""

    site: Site
    pairs: Sequence[Pair]
    proxies: list[Proxy] = field(default_factory=list)
    talkers: list[Talker] = field(default_factory=list)
    locks: dict[str, asyncio.Lock] = field(default_factory=dict)
    talking: bool = True
    broken: int = 0  # faults under way
    changed: float = 0.0  # when one began or ended last
    remarks: list[str] = field(default_factory=list)
    flaws: list[str] = field(default_factory=list)  # no word is lost by it, and still it is wrong

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
    def turned_away(self) -> int:
        """How often somebody was told that nothing can be kept just now."""
        return sum(talker.troubles.get(name, 0) for talker in self.talkers for name in TURNED_AWAY)

    @property
    def witnesses(self) -> tuple[Talk, Talk]:
        """Both sides of the conversation whose people are on two different servers."""
        visitor, counsellor = (
            talk for talk in self.talks if talk.conversation == self.pairs[0].conversation
        )
        return visitor, counsellor

    def crossed(self, since: float) -> bool:
        """Whether each of two people on two servers has read what the other wrote since then."""
        one, other = self.witnesses
        return _has_read(one, other, since) and _has_read(other, one, since)

    @contextlib.contextmanager
    def breaking(self) -> Iterator[None]:
        """A fault is under way."""
        self.broken, self.changed = self.broken + 1, time.monotonic()
        try:
            yield
        finally:
            self.broken, self.changed = self.broken - 1, time.monotonic()

    async def comes(self, happened: Callable[[], bool]) -> bool:
        """Wait for something. False when it does not come while nothing else is broken."""
        began = time.monotonic()
        while not happened():
            alone = max(began, self.changed)
            now = time.monotonic()
            if self.broken == 1 and now - alone > PATIENCE_SECONDS:
                return False
            if now - began > LONGEST_SECONDS:
                return False
            await asyncio.sleep(0.1)
        return True

    def held(self, part: str) -> asyncio.Lock:
        return self.locks.setdefault(part, asyncio.Lock())

    async def open(self) -> None:
        """Build the roads, and let everybody in."""
        self.proxies = [Proxy(port) for port in self.site.ports]
        for proxy in self.proxies:
            await proxy.start()
        by_session: dict[str, list[Pair]] = {}
        first, second = self.ports[:1], self.ports[-1:]
        for number, pair in enumerate(self.pairs):
            by_session.setdefault(pair.session, []).append(pair)
            ports = first if number == 0 else self.ports
            polls = number % EVERY == EVERY - 1
            self.talkers.append(Visitor(pair, ports, polls=polls))
        for number, served in enumerate(by_session.values()):
            ports = second if number == 0 else self.ports
            polls = number % EVERY == 1
            self.talkers.append(Counsellor(served, ports, polls=polls))

    async def talk(self, talker: Talker, conversation: str) -> None:
        """One author, who writes now and then."""
        while self.talking:
            await asyncio.sleep(random.uniform(*PAUSE_SECONDS))
            async with talker.talks[conversation].pen:
                if self.talking:  # it may have become quiet meanwhile
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
        """Let everybody catch up, now that nobody writes. False when they do not any more."""
        began = moved = time.monotonic()
        told = 0
        left: int | None = None
        while (took := time.monotonic() - began) < SETTLE_SECONDS:
            await asyncio.sleep(0.5)
            last = await asyncio.to_thread(self.last_seqs)
            late = self.late(last)
            if not late:
                return True
            to_do = self.to_do(last)
            if left is None or to_do < left:
                left, moved = to_do, time.monotonic()
            elif time.monotonic() - moved > STILL_SECONDS:
                break
            if took > (told + 1) * TELL_SECONDS:
                told += 1
                self.remarks.extend(f"{words} after {took:.0f} s" for words in late[:3])
        return False

    def late(self, last: Mapping[str, int]) -> list[str]:
        """Who has not sent or seen everything."""
        return [
            f"{talk.conversation} {talk.sender}: {len(talk.pending)} pending, at {talk.last} of"
            f" {last[talk.conversation]}, {'polls' if talker.polls else 'socket'},"
            f" {'connected' if talker.ready else 'not connected'} ({talker.lines})"
            for talker in self.talkers
            for talk in talker.talks.values()
            if talk.pending or talk.last != last[talk.conversation]
        ]

    def to_do(self, last: Mapping[str, int]) -> int:
        """How many messages are still to be sent and to be seen, by everybody together.

        One that is sent has then to be seen by two: it counts for three.
        """
        talks = [talk for talker in self.talkers for talk in talker.talks.values()]
        behind = sum(last[talk.conversation] - talk.last for talk in talks)
        return 3 * sum(len(talk.pending) for talk in talks) + behind

    def last_seqs(self) -> dict[str, int]:
        rows = self.site.rows("SELECT id::text, last_seq FROM chat_conversation")
        wanted = {pair.conversation for pair in self.pairs}
        return {key: seq for key, seq in rows if key in wanted}

    def judge(self) -> Verdict:
        query = "SELECT conversation_id::text, seq, sender, client_id::text FROM chat_message"
        last = self.last_seqs()
        rows = [Row(*row) for row in self.site.rows(query) if row[0] in last]
        verdict = judge(self.talks, rows, last)
        verdict.words.extend(self.flaws)
        return verdict

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


def _has_read(reader: Talk, writer: Talk, since: float) -> bool:
    read = {shown.client_id for shown in reader.places.values()}
    return any(each.moment > since and each.client_id in read for each in writer.written[-50:])


def make_people(site: Site, *, conversations: int, staff: int) -> list[Pair]:
    return people.make(site.environment(), conversations=conversations, staff=staff)
