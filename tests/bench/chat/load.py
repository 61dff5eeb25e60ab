"""The load client: many pairs that talk, in a process of its own.

It reads one ``Leg`` as JSON from its input and prints one ``Result``. It uses picows on uvloop,
since a slower client would measure itself. A leg is one of

closed  each pair has one message under way; when both sides have it, the other side answers
paced   messages are due at set moments, whoever is late; latency counts from the moment set
idle    nothing is said: what a socket that is only open costs

and says for certain whether a message was lost, doubled, out of order, or a place left empty. As on
a page, a side has one message under way: what is due meanwhile waits for its acknowledgement.
"""

import asyncio
import gc
import itertools
import random
import statistics
import sys
import threading
import time
import uuid
from collections import deque
from dataclasses import dataclass, field
from typing import Any

import orjson
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from tests.bench.chat import proc
from tests.bench.chat.dialects import COUNSELLOR, DIALECTS, OTHER, VISITOR, Dialect

CONNECTING = 40  # sockets opened at a time
GREET_SECONDS = 60.0
DRAIN_SECONDS = 4.0
SETTLE_SECONDS = 1.0


@dataclass(frozen=True)
class Leg:
    """What to do: one server, one kind of load."""

    mode: str
    dialect: str
    port: int
    pid: int  # of the server, whose CPU and memory are read
    pairs: list[dict[str, Any]]
    seconds: float
    warm_seconds: float = 0.8
    rate: float = 0.0
    size: int = 100
    core: int | None = None  # the server's, to see who else was on it


@dataclass
class Result:
    """What came of it. ``latencies`` are seconds until the other side had the message."""

    completed: int = 0
    seconds: float = 0.0
    server_cpu: float = 0.0
    client_cpu: float = 0.0
    foreign_cpu: float = 0.0
    connect_cpu: float = 0.0
    sockets: int = 0  # open when the memory of one was measured
    socket_kib: float = 0.0
    little: float = 0.0
    lost: int = 0
    duplicates: int = 0
    reordered: int = 0
    gaps: int = 0
    trouble: list[str] = field(default_factory=list)
    latencies: list[float] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)


class Sent:
    """A message under way. ``due`` is when it was to be sent."""

    __slots__ = ("acked", "delivered", "due", "side")

    def __init__(self, side: int, due: float) -> None:
        self.side = side
        self.due = due
        self.acked = self.delivered = False


class Socket(WSListener):
    """One side of a pair, and what it has seen."""

    def __init__(self, pair: "Pair", side: int) -> None:
        self.pair = pair
        self.side = side
        self.dialect = pair.dialect
        self.transport: WSTransport | None = None
        self.greeted = asyncio.get_running_loop().create_future()
        self.seen: set[str] = set()
        self.places: set[int] = set()
        self.shown = self.last_seq = pair.seq
        self.last_number = ["", ""]
        self.duplicates = self.reordered = 0
        self.closing = self.ended = False
        self.got = self.told = self.untold_bytes = 0
        self.busy = False
        self.waiting: deque[Sent] = deque()

    def on_ws_connected(self, transport: WSTransport) -> None:
        self.transport = transport
        for frame in self.dialect.hello(self.side):
            self.put(frame)
        if not self.dialect.greets:
            self.ready()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.TEXT:
            text = frame.get_payload_as_bytes()
            self.got += 1
            self.untold_bytes += len(text)
            self.dialect.read(self, text)
            many = self.dialect.got_frames
            if many and (
                self.got - self.told >= many or self.untold_bytes >= self.dialect.got_bytes
            ):
                self.put(self.dialect.got(self))
        elif frame.msg_type == WSMsgType.CLOSE:
            if not self.closing:
                self.pair.run.trouble(f"closed by the server: {frame.get_close_code()}")
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        self.ended = True
        if not self.closing:
            self.pair.run.trouble("a connection ended")
        if not self.greeted.done():
            self.greeted.set_exception(ConnectionError("closed during the greeting"))

    @property
    def open(self) -> bool:
        return self.transport is not None and not self.ended

    def put(self, frame: bytes) -> None:
        """Send a frame. Ours all say what came in."""
        self.told, self.untold_bytes = self.got, 0
        if self.transport is not None:
            self.transport.send(WSMsgType.TEXT, frame)

    def say(self, sent: "Sent") -> None:
        """Send a message now, or when the one before it is acknowledged."""
        if self.busy:
            self.waiting.append(sent)
            return
        self.busy = True
        number = self.pair.run.number()
        self.pair.under_way[number] = sent
        self.put(self.dialect.say(self, number, self.pair.run.text))

    def free(self) -> None:
        """The message under way is acknowledged."""
        self.busy = False
        if self.waiting:
            self.say(self.waiting.popleft())

    def ready(self) -> None:
        if not self.greeted.done():
            self.greeted.set_result(None)

    def acked(self, number: str, seq: int) -> None:
        self.places.add(seq)
        self.pair.settle(number, acked=True)

    def heard(self, side: int, number: str, seq: int) -> None:
        if seq and seq in self.places:
            return  # sent again to be sure: a page shows a place once
        if seq:
            self.places.add(seq)
        if not number.startswith(self.pair.run.prefix):
            return  # left over from a leg before
        if number in self.seen:
            self.duplicates += 1
            return
        self.seen.add(number)
        if seq:
            if seq <= self.last_seq:
                self.reordered += 1
            self.last_seq = seq
        # Numbers of one side rise, so that order shows also where there are no places.
        if number < self.last_number[side]:
            self.reordered += 1
        self.last_number[side] = number
        if side == self.side:
            if self.dialect.echoes:
                self.pair.settle(number, acked=True)
        else:
            self.pair.settle(number, delivered=True)

    def refused(self, why: str) -> None:
        self.pair.run.trouble(f"refused: {why}")

    def beat(self) -> None:
        """Say that this side is there, and up to which place it has everything."""
        while self.shown + 1 in self.places:
            self.shown += 1
        self.put(self.dialect.beat(self, self.shown))

    def gaps(self) -> int:
        """Places between the first and the last that this socket knows of, and never saw."""
        if not self.places:
            return 0
        return max(self.places) - min(self.places) + 1 - len(self.places)


class Pair:
    """Two sides of one conversation."""

    def __init__(self, run: "Run", given: dict[str, Any]) -> None:
        self.run = run
        self.seq = int(given.get("seq", 0))
        self.dialect: Dialect = DIALECTS[run.leg.dialect](given)
        self.under_way: dict[str, Sent] = {}
        self.sockets: list[Socket] = []

    async def connect(self, gate: asyncio.Semaphore) -> None:
        for side in (VISITOR, COUNSELLOR):
            async with gate:
                origin = f"127.0.0.1:{self.run.leg.port}"
                _, socket = await ws_connect(
                    lambda side=side: Socket(self, side),
                    f"ws://{origin}{self.dialect.path(side)}",
                    extra_headers={"Origin": f"http://{origin}", **self.dialect.headers(side)},
                    websocket_handshake_timeout=GREET_SECONDS,
                )
                if not isinstance(socket, Socket):
                    raise ConnectionError("closed while it was opened")
                self.sockets.append(socket)
                await asyncio.wait_for(socket.greeted, GREET_SECONDS)

    def say(self, side: int, due: float) -> None:
        self.sockets[side].say(Sent(side, due))

    def settle(self, number: str, *, acked: bool = False, delivered: bool = False) -> None:
        sent = self.under_way.get(number)
        if sent is None:
            return  # of an earlier leg, or doubled, which was counted
        if acked and not sent.acked:
            sent.acked = True
            self.sockets[sent.side].free()
        if delivered:
            sent.delivered = True
            self.run.delivered(sent)
        if sent.acked and sent.delivered:
            del self.under_way[number]
            self.run.finished(self, sent)

    @property
    def unfinished(self) -> int:
        """Messages that one side does not have yet, or that still wait to be sent."""
        return len(self.under_way) + sum(len(socket.waiting) for socket in self.sockets)

    async def close(self) -> None:
        for socket in self.sockets:
            socket.closing = True
            if socket.transport is not None:
                socket.transport.send_close()
        for socket in self.sockets:
            if socket.transport is not None:
                try:
                    await asyncio.wait_for(socket.transport.wait_disconnected(), 5)
                except TimeoutError:
                    socket.transport.disconnect(graceful=False)


class Run:
    """One leg."""

    def __init__(self, leg: Leg) -> None:
        self.leg = leg
        self.result = Result()
        self.text = "".join(random.choices("abcdefghijklmnop qrstuvwxyz", k=leg.size))
        self.prefix = str(uuid.uuid4())[:24]
        self.numbers = (f"{self.prefix}{n:012x}" for n in itertools.count())
        self.measuring = self.talking = False
        self.cycles: list[float] = []
        self.pairs: list[Pair] = []

    def number(self) -> str:
        return next(self.numbers)

    def trouble(self, what: str) -> None:
        if len(self.result.trouble) < 5:
            self.result.trouble.append(what)

    def delivered(self, sent: Sent) -> None:
        if self.measuring:
            self.result.latencies.append(time.perf_counter() - sent.due)

    def finished(self, pair: Pair, sent: Sent) -> None:
        if self.measuring:
            self.result.completed += 1
            self.cycles.append(time.perf_counter() - sent.due)
        if self.talking:
            pair.say(OTHER[sent.side], time.perf_counter())

    async def run(self) -> Result:
        leg, result = self.leg, self.result
        before = proc.memory_kib(leg.pid)
        cpu = proc.cpu_seconds(leg.pid)
        gate = asyncio.Semaphore(CONNECTING)
        self.pairs = [Pair(self, given) for given in leg.pairs]
        await asyncio.gather(*(pair.connect(gate) for pair in self.pairs))
        result.connect_cpu = (proc.cpu_seconds(leg.pid) - cpu) / (2 * len(self.pairs))
        if leg.mode != "closed":
            await asyncio.sleep(SETTLE_SECONDS)
        result.sockets = sum(socket.open for pair in self.pairs for socket in pair.sockets)
        result.socket_kib = (proc.memory_kib(leg.pid) - before) / max(result.sockets, 1)
        gc.collect()
        gc.freeze()
        gc.disable()
        beats = asyncio.create_task(self.beats())
        if leg.mode == "closed":
            await self.closed()
        elif leg.mode == "paced":
            await self.paced()
        beats.cancel()
        await self.drain()
        self.check()
        await asyncio.gather(*(pair.close() for pair in self.pairs))
        return result

    async def measure(self) -> None:
        """Count and time what happens during the leg's seconds."""
        leg, result = self.leg, self.result
        cpu, own, began = proc.cpu_seconds(leg.pid), time.process_time(), time.perf_counter()
        busy = proc.core_seconds(leg.core)
        self.measuring = True
        await asyncio.sleep(leg.seconds)
        self.measuring = False
        result.seconds = time.perf_counter() - began
        result.server_cpu = proc.cpu_seconds(leg.pid) - cpu
        result.client_cpu = (time.process_time() - own) / result.seconds
        foreign = proc.core_seconds(leg.core) - busy - result.server_cpu
        result.foreign_cpu = max(0.0, foreign) / result.seconds

    async def closed(self) -> None:
        self.talking = True
        for number, pair in enumerate(self.pairs):
            pair.say(number % 2, time.perf_counter())
        await asyncio.sleep(self.leg.warm_seconds)
        await self.measure()
        self.talking = False
        if self.cycles:
            rate = self.result.completed / self.result.seconds
            self.result.little = statistics.mean(self.cycles) * rate / len(self.pairs)

    async def paced(self) -> None:
        """A thread keeps the time: the timers of an event loop are a millisecond coarse."""
        loop = asyncio.get_running_loop()
        order = list(range(len(self.pairs)))
        random.shuffle(order)
        count = int(self.leg.rate * (self.leg.warm_seconds + self.leg.seconds))
        start = time.perf_counter() + 0.2

        def say(number: int, due: float) -> None:
            pair = self.pairs[order[number % len(order)]]
            pair.say((number // len(order) + number) % 2, due)

        def keep_time() -> None:
            for number in range(count):
                due = start + number / self.leg.rate
                time.sleep(max(0.0, due - time.perf_counter()))
                loop.call_soon_threadsafe(say, number, due)

        timer = threading.Thread(target=keep_time)
        timer.start()
        await asyncio.sleep(start + self.leg.warm_seconds - time.perf_counter())
        await self.measure()
        await asyncio.to_thread(timer.join)

    async def beats(self) -> None:
        """Every socket says that it is there, as often as a page does."""
        every = DIALECTS[self.leg.dialect].beat_seconds
        if not every:
            return
        sockets = [socket for pair in self.pairs for socket in pair.sockets]
        random.shuffle(sockets)
        for socket in itertools.cycle(sockets):
            await asyncio.sleep(every / len(sockets))
            socket.beat()

    async def drain(self) -> None:
        deadline = time.perf_counter() + DRAIN_SECONDS
        while time.perf_counter() < deadline:
            await asyncio.sleep(0.02)
            if not any(pair.unfinished for pair in self.pairs):
                break
        await asyncio.sleep(0.1)  # a doubled message comes after the first

    def check(self) -> None:
        result = self.result
        sockets = [socket for pair in self.pairs for socket in pair.sockets]
        result.lost = sum(pair.unfinished for pair in self.pairs)
        result.duplicates = sum(socket.duplicates for socket in sockets)
        result.reordered = sum(socket.reordered for socket in sockets)
        result.gaps = sum(socket.gaps() for socket in sockets)
        for pair in self.pairs:
            known = [max(socket.places, default=0) for socket in pair.sockets]
            result.seqs.append(max(pair.seq, *known))


def main() -> None:
    leg = Leg(**orjson.loads(sys.stdin.buffer.read()))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(Run(leg).run())
    sys.stdout.buffer.write(orjson.dumps(result))


if __name__ == "__main__":
    main()
