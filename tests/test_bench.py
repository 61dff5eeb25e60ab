"""The bench measures what it says."""

import random
import statistics
import time

from tests.bench.measure import bootstrap, ratio
from tests.bench.timing import ks_p


def test_ratio_of_a_thing_to_itself_is_about_one() -> None:
    found = ratio("same", lambda: sum(range(3000)), lambda: sum(range(3000)), times=5, rounds=9)
    assert found.low <= found.median <= found.high
    assert 0.5 < found.median < 2


def test_ratio_sees_a_difference() -> None:
    found = ratio("slower", lambda: time.sleep(0.003), lambda: time.sleep(0.001), times=2, rounds=9)
    assert found.low > 1.3
    assert str(found).startswith("bench slower ")


def test_bounds_hold_the_median() -> None:
    low, high = bootstrap([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], statistics.median)
    assert 1.0 <= low < 5.0 < high <= 9.0


def test_times_of_one_source_cannot_be_told_apart_and_others_can() -> None:
    chance = random.Random(1)
    one, two = ([chance.gauss(1.0, 0.1) for _ in range(2000)] for _ in range(2))
    assert ks_p(one, two) > 0.05
    assert ks_p(one, [each + 0.02 for each in two]) < 0.001


def test_p_is_what_a_worked_example_says() -> None:
    # Of D = 0.2 with two times 100, the asymptotic distribution gives 0.0311 by Stephens.
    one = [float(each) for each in range(100)]
    assert 0.02 < ks_p(one, [each + 20.0 for each in one]) < 0.04
