"""Rounds, and the figures that are made of them.

In a round every server runs each kind of load twice, the second time in the opposite order, so that
a drift of the machine cancels out. Each round has fresh processes. A load is void when anything was
lost, doubled, out of order or left a gap, or when Little's law does not hold: then the round does
not count for the figures that need it, and another is run.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field

import orjson

from tests.bench.chat.load import Leg, Result
from tests.bench.chat.serving import Server

LEG_SECONDS = 180.0
# Mean time of a message by messages a second is messages under way: one a pair.
LITTLE = (0.7, 1.4)


@dataclass(frozen=True)
class Plan:
    """How much of each load."""

    rounds: int
    uvicorn_rounds: int
    spare_rounds: int
    closed_pairs: int
    closed_seconds: float
    paced_pairs: int
    paced_rate: float
    paced_seconds: float


# The figures the issue asks for are of 100 pairs, and of 500 conversations at 100 messages a second.
FULL = Plan(9, 5, 3, 100, 3.0, 500, 100.0, 5.0)
SHORT = Plan(1, 1, 0, 50, 1.0, 100, 50.0, 2.0)


@dataclass
class Both:
    """The two runs of one load on one server in a round."""

    results: list[Result] = field(default_factory=list)

    @property
    def void(self) -> list[str]:
        """Why this does not count; nothing when it does."""
        return [reason for result in self.results for reason in reasons(result)]

    @property
    def per_cpu(self) -> float:
        """Messages per second of the server's CPU."""
        return self.completed / max(sum(result.server_cpu for result in self.results), 0.01)

    @property
    def per_second(self) -> float:
        return self.completed / sum(result.seconds for result in self.results)

    @property
    def completed(self) -> int:
        return sum(result.completed for result in self.results)

    @property
    def latencies(self) -> list[float]:
        return [value for result in self.results for value in result.latencies]


def reasons(result: Result) -> list[str]:
    """Why a leg is void."""
    found = [
        f"{count} {name}"
        for name in ("lost", "duplicates", "reordered", "gaps")
        if (count := getattr(result, name))
    ]
    if result.little and not LITTLE[0] < result.little < LITTLE[1]:
        found.append(f"Little's law: {result.little:.2f}")
    if not result.completed:
        found.append("nothing arrived")
    return found + result.trouble


@dataclass
class Round:
    """What one round found: by load, by server."""

    runs: dict[str, dict[str, Both]] = field(default_factory=lambda: {"paced": {}, "closed": {}})


def run_leg(server: Server, mode: str, *, pairs: int, seconds: float, rate: float = 0.0) -> Result:
    """One load on one server, by a load client of its own."""
    leg = Leg(
        mode,
        server.dialect,
        server.port,
        server.pid,
        server.pairs[:pairs],
        seconds,
        rate=rate,
        core=server.core,
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.chat.load"],
        input=orjson.dumps(asdict(leg)),
        capture_output=True,
        check=False,
        timeout=LEG_SECONDS,
    )
    if done.returncode:
        return Result(trouble=[done.stderr.decode(errors="replace").strip().splitlines()[-1]])
    result = Result(**orjson.loads(done.stdout))
    for pair, seq in zip(server.pairs, result.seqs, strict=False):
        pair["seq"] = seq
    return result


def run_round(
    servers: Sequence[Server], plan: Plan, *, paced: Sequence[str], say: Callable[[str], None]
) -> Round:
    """Fresh processes of all servers, and every load on them, there and back again.

    ``paced`` names the servers whose latency is asked for.
    """
    found = Round()
    try:
        for server in servers:
            server.start()
        for server in servers:
            server.wait()
        for server in servers:  # imports, pools and threads are part of no figure
            run_leg(server, "closed", pairs=8, seconds=0.5)
        for mode in ("paced", "closed"):
            there = [server for server in servers if mode == "closed" or server.name in paced]
            for server in [*there, *reversed(there)]:
                began = time.monotonic()
                if mode == "paced":
                    result = run_leg(
                        server,
                        mode,
                        pairs=plan.paced_pairs,
                        seconds=plan.paced_seconds,
                        rate=plan.paced_rate,
                    )
                else:
                    result = run_leg(
                        server, mode, pairs=plan.closed_pairs, seconds=plan.closed_seconds
                    )
                found.runs[mode].setdefault(server.name, Both()).results.append(result)
                say(told(server.name, mode, result, time.monotonic() - began))
    finally:
        for server in servers:
            server.stop()
    return found


def told(name: str, mode: str, result: Result, took: float) -> str:
    """A leg in one line, for whoever watches."""
    per_cpu = result.completed / max(result.server_cpu, 0.01)
    late = sorted(result.latencies) or [0.0]
    line = (
        f"{name:18} {mode:7} {result.completed / max(result.seconds, 0.01):7.0f}/s"
        f" {per_cpu:7.0f}/cpu-s  p50 {1000 * late[len(late) // 2]:7.2f} ms"
        f"  p99 {1000 * late[int(len(late) * 0.99)]:7.2f} ms"
        f"  {result.socket_kib:5.1f} KiB of {result.sockets} sockets  client {result.client_cpu:4.0%}"
        f"  others {result.foreign_cpu:4.0%}  {took:4.1f} s"
    )
    why = reasons(result)
    return f"{line}  VOID: {', '.join(why)}" if why else line
