"""The bench measures what it says."""

import statistics
import time

from tests.bench.measure import bootstrap, ratio


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
