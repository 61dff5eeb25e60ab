"""The figures: what each is made of, and which loads must be sound for a round to count for it."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.bench.chat.rounds import Both, Round
from tests.bench.measure import Figure, bootstrap

RESAMPLES = 1000


@dataclass(frozen=True)
class Wanted:
    """A figure of some rounds. ``needs`` names the load and the server of each run it uses."""

    name: str
    needs: Sequence[tuple[str, str]]
    of: Callable[[Sequence[Round]], float]

    def sound(self, rounds: Sequence[Round]) -> list[Round]:
        """The rounds that count."""
        return [
            each
            for each in rounds
            if not any(each.runs[load][server].void for load, server in self.needs)
        ]

    def figure(self, rounds: Sequence[Round]) -> Figure:
        sound = self.sound(rounds)
        return Figure(self.name, self.of(sound), *bootstrap(sound, self.of, RESAMPLES))


def beside(name: str, server: str, other: str, of: Callable[[Both], float]) -> Wanted:
    """The median over rounds of what one server does beside another at full load."""
    return Wanted(
        name,
        [("closed", server), ("closed", other)],
        lambda rounds: statistics.median(
            of(each.runs["closed"][server]) / of(each.runs["closed"][other]) for each in rounds
        ),
    )


def late(rounds: Sequence[Round], server: str, share: float) -> float:
    """Milliseconds within which this share of deliveries was made, in all rounds together."""
    pooled = sorted(value for each in rounds for value in each.runs["paced"][server].latencies)
    return 1000 * pooled[int(len(pooled) * share)]


def per_cpu(both: Both) -> float:
    return both.per_cpu


def per_second(both: Both) -> float:
    return both.per_second


DAPHNE = (
    beside("chat_cpu_ratio", "chat", "relay", per_cpu),
    beside("chat_wall_ratio", "chat", "relay", per_second),
    Wanted(
        "chat_p99_ratio",
        [("paced", "chat"), ("paced", "relay")],
        lambda rounds: late(rounds, "chat", 0.99) / late(rounds, "relay", 0.99),
    ),
    Wanted("chat_p99_ms", [("paced", "chat")], lambda rounds: late(rounds, "chat", 0.99)),
    Wanted("chat_p50_ms", [("paced", "chat")], lambda rounds: late(rounds, "chat", 0.5)),
    Wanted(
        "chat_idle_kib",
        [("paced", "chat")],
        # The first run of a fresh process: later ones fill memory that was let go.
        lambda rounds: statistics.median(
            each.runs["paced"]["chat"].results[0].socket_kib for each in rounds
        ),
    ),
    beside("chat_vs_idiomatic", "chat", "idiomatic", per_cpu),
    beside("chat_vs_tutorial", "chat", "tutorial", per_cpu),
)
UVICORN = (
    beside("chat_cpu_ratio_uvicorn", "chat-uvicorn", "relay-uvicorn", per_cpu),
    beside("chat_wall_ratio_uvicorn", "chat-uvicorn", "relay-uvicorn", per_second),
    beside("chat_uvicorn_gain", "chat-uvicorn", "chat", per_cpu),
)
