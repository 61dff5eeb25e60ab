"""What makes a round void, and what the figures are made of."""

import pytest

from tests.bench.chat.figures import DAPHNE, UVICORN
from tests.bench.chat.load import Result
from tests.bench.chat.rounds import Both, Round, reasons


def sound(completed: int = 1000, cpu: float = 1.0) -> Result:
    return Result(
        completed=completed,
        seconds=1.0,
        server_cpu=cpu,
        little=1.0,
        socket_kib=20.0,
        latencies=[0.001] * 99 + [0.004],
    )


def a_round(**chat: Result) -> Round:
    runs: dict[str, dict[str, Both]] = {}
    for mode in ("paced", "closed"):
        names = [name for wanted in (*DAPHNE, *UVICORN) for load, name in wanted.needs]
        runs[mode] = {name: Both([sound(), sound()]) for name in names}
    runs["closed"]["chat"] = Both([sound(cpu=2.0), sound(cpu=2.0)])
    for mode, result in chat.items():
        runs[mode]["chat"] = Both([sound(), result])
    return Round(runs)


def test_sound_leg_has_no_reason_to_be_void() -> None:
    assert reasons(sound()) == []


@pytest.mark.parametrize(
    ("flaw", "reason"),
    [
        ({"lost": 1}, "1 lost"),
        ({"duplicates": 2}, "2 duplicates"),
        ({"reordered": 3}, "3 reordered"),
        ({"gaps": 4}, "4 gaps"),
        ({"little": 5.0}, "Little's law: 5.00"),
        ({"little": 0.5}, "Little's law: 0.50"),
        ({"completed": 0}, "nothing arrived"),
        ({"trouble": ["a connection ended"]}, "a connection ended"),
    ],
)
def test_flaw_makes_a_leg_void(flaw: dict[str, object], reason: str) -> None:
    result = sound()
    for name, value in flaw.items():
        setattr(result, name, value)
    assert reasons(result) == [reason]


def test_ratio_is_ours_beside_theirs() -> None:
    figures = {wanted.name: wanted.figure([a_round()] * 3) for wanted in DAPHNE}
    assert figures["chat_cpu_ratio"].median == pytest.approx(0.5)
    assert figures["chat_wall_ratio"].median == pytest.approx(1.0)
    assert figures["chat_p99_ms"].median == pytest.approx(4.0)
    assert figures["chat_p99_ratio"].median == pytest.approx(1.0)
    assert figures["chat_idle_kib"].median == pytest.approx(20.0)


def test_void_load_counts_for_no_figure_that_needs_it() -> None:
    lossy = sound()
    lossy.lost = 1
    rounds = [a_round(), a_round(closed=lossy), a_round(paced=lossy)]
    counted = {wanted.name: len(wanted.sound(rounds)) for wanted in DAPHNE}
    assert counted["chat_cpu_ratio"] == 2
    assert counted["chat_p99_ms"] == 2
    assert {len(wanted.sound(rounds)) for wanted in UVICORN[:2]} == {3}
