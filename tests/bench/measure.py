"""How a ratio is measured so that it can be believed on a busy machine.

Two identical servers measured once against each other differed by a factor of two. So each round
runs A, B, B, A, which cancels a drift; there are many rounds; and what is said is their median with
the bounds between which 95 % of resampled medians lie.
"""

import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

ROUNDS = 15
RESAMPLES = 4000
Round = TypeVar("Round")


@dataclass(frozen=True)
class Figure:
    """What was measured, with the bounds it lies between: a ratio for the most part."""

    name: str
    median: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"bench {self.name} {self.median:.3f} {self.low:.3f} {self.high:.3f}"


def seconds(run: Callable[[], object], times: int) -> float:
    started = time.perf_counter()
    for _ in range(times):
        run()
    return time.perf_counter() - started


def ratio(
    name: str,
    a: Callable[[], object],
    b: Callable[[], object],
    *,
    times: int = 20,
    rounds: int = ROUNDS,
) -> Figure:
    """How many times as long A takes as B, measured in ABBA order."""
    seconds(a, times)  # caches fill, templates are read
    seconds(b, times)
    found = []
    for _ in range(rounds):
        first, second, third, fourth = (seconds(each, times) for each in (a, b, b, a))
        found.append((first + fourth) / (second + third))
    low, high = bootstrap(found, statistics.median)
    return Figure(name, statistics.median(found), low, high)


def bootstrap(
    values: Sequence[Round],
    figure: Callable[[Sequence[Round]], float],
    resamples: int = RESAMPLES,
) -> tuple[float, float]:
    """The 2.5th and 97.5th percentile of a figure of resampled rounds."""
    chance = random.Random(1)
    found = sorted(figure(chance.choices(values, k=len(values))) for _ in range(resamples))
    return found[int(resamples * 0.025)], found[int(resamples * 0.975)]
