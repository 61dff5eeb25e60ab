"""What the figures of the floor are made of."""

import pytest

from tests.bench.floor.__main__ import Round, p95, ratio


def test_p95_is_of_the_full_floor_over_all_rounds() -> None:
    rounds = [Round([float(n)] * 10, [1.0]) for n in range(1, 11)]
    assert p95(rounds) == 10.0
    assert p95([Round([1.0] * 99 + [50.0], [1000.0])]) == 1.0


def test_ratio_is_the_middle_of_full_beside_the_middle_of_empty() -> None:
    rounds = [Round([30.0, 10.0, 20.0], [10.0, 10.0]), Round([40.0], [10.0]), Round([10.0], [10.0])]
    assert ratio(rounds) == pytest.approx(2.0)
