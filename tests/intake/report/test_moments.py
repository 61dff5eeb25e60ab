"""When somebody saw something, however they write it."""

from datetime import date

import pytest

from intake.report.moments import Moment, NotAMoment, read_moment

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("3-11-2026", date(2026, 11, 3)),
        ("03/11/26", date(2026, 11, 3)),
        ("3.11.2026", date(2026, 11, 3)),
        ("3 11 2026", date(2026, 11, 3)),
        ("2026-11-03", date(2026, 11, 3)),
        ("11/20/2026", date(2026, 11, 20)),  # as an American writes it
        ("3 nov 2026", date(2026, 11, 3)),
        ("3 November", date(2026, 11, 3)),
        ("24 november", date(2025, 11, 24)),
        ("November 3, 2026", date(2026, 11, 3)),
        ("1e maart 2024", date(2024, 3, 1)),
        ("29-2-2024", date(2024, 2, 29)),
        ("vandaag", TODAY),
        ("Yesterday", date(2026, 11, 22)),
        ("eergisteren", date(2026, 11, 21)),
        ("24-11-2026", date(2026, 11, 24)),  # already tomorrow there
    ],
)
def test_a_day_is_read(typed: str, day: date) -> None:
    assert read_moment(typed, today=TODAY) == Moment("day", day)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("11-2026", date(2026, 11, 1)),
        ("11/26", date(2026, 11, 1)),
        ("2026-11", date(2026, 11, 1)),
        ("nov 2026", date(2026, 11, 1)),
        ("mei", date(2026, 5, 1)),
        ("december", date(2025, 12, 1)),
        ("  Maart   2023 ", date(2023, 3, 1)),
    ],
)
def test_a_month_is_read_and_stays_a_month(typed: str, month: date) -> None:
    assert read_moment(typed, today=TODAY) == Moment("month", month)


@pytest.mark.parametrize(
    "typed", ["?", "??", "-", "weet ik niet", "Ik weet het niet meer", "I don't know", "idk"]
)
def test_not_knowing_is_an_answer(typed: str) -> None:
    assert read_moment(typed, today=TODAY) == Moment("unknown")


@pytest.mark.parametrize("typed", ["", "   "])
def test_left_open_is_not_answered(typed: str) -> None:
    assert read_moment(typed, today=TODAY) == Moment("skipped")


@pytest.mark.parametrize(
    "typed",
    [
        "25-11-2026",  # still to come
        "12-2026",
        "31-2-2026",
        "29-2-2025",
        "0-11-2026",
        "13-13-2026",
        "2026",
        "99-99-9999",
        "0000-01-01",
        "3-11-1890",
        "vorige week ergens",
        "31 februari",
        "\x00",
        "٣-١١-٢٠٢٦x",
    ],
)
def test_what_cannot_be_a_moment_is_refused(typed: str) -> None:
    with pytest.raises(NotAMoment):
        read_moment(typed, today=TODAY)
