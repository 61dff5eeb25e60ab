"""Whether the time an answer takes tells what the answer was about."""

import bisect
import math
import random
import statistics
import time
from collections.abc import Callable, Sequence

from tests.bench.measure import Figure

ROUNDS = 5


def ks_p(first: Sequence[float], second: Sequence[float]) -> float:
    """How likely two samples that lie so far apart come from one source: the two-sample
    Kolmogorov-Smirnov test, by its asymptotic distribution (Smirnov, 1948).
    """
    one, two = sorted(first), sorted(second)
    apart = max(
        abs(bisect.bisect_right(one, each) / len(one) - bisect.bisect_right(two, each) / len(two))
        for each in (*one, *two)
    )
    size = math.sqrt(len(one) * len(two) / (len(one) + len(two)))
    far = (size + 0.12 + 0.11 / size) * apart  # Stephens' correction of 1970
    if far < 0.2:
        return 1.0  # where the series below no longer settles
    terms = (2.0 * math.pow(-1.0, k - 1) * math.exp(-2 * (k * far) ** 2) for k in range(1, 101))
    return min(1.0, max(0.0, sum(terms)))


def alike(
    name: str, first: Callable[[int], object], second: Callable[[int], object], *, samples: int
) -> Figure:
    """How alike the times of two calls are: the p of five rounds, each call in random order."""
    found = []
    for number in range(ROUNDS):
        taken: dict[bool, list[float]] = {True: [], False: []}
        order = [True, False] * (samples // ROUNDS)
        random.Random(number).shuffle(order)
        for place, which in enumerate(order):
            began = time.perf_counter()
            (first if which else second)(place)
            taken[which].append(time.perf_counter() - began)
        found.append(ks_p(taken[True], taken[False]))
    return Figure(name, statistics.median(found), min(found), max(found))
