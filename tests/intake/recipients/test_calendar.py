"""Office hours, working days and holidays, where the recipient is."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.recipients.calendar import EVERY_DAY, WEEKDAYS, Office, next_open, working_time

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NL = Office(AMSTERDAM, opens=time(9), closes=time(17), country="NL")
NEW_YORK = Office(ZoneInfo("America/New_York"), opens=time(9), closes=time(17), country="US")


def at(text: str, zone: ZoneInfo = AMSTERDAM) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("asked", "opens"),
    [
        ("2026-11-23 10:00", "2026-11-23 10:00"),  # a Monday
        ("2026-11-23 08:59", "2026-11-23 09:00"),
        ("2026-11-23 17:00", "2026-11-24 09:00"),
        ("2026-11-27 17:30", "2026-11-30 09:00"),  # a Friday
        ("2026-12-24 18:00", "2026-12-28 09:00"),  # Christmas on Friday and Saturday
        ("2027-04-26 18:00", "2027-04-28 09:00"),  # King's Day
        ("2026-03-27 18:00", "2026-03-30 09:00"),  # over the night in which the clock goes on
    ],
)
def test_next_open_of_a_dutch_office(asked: str, opens: str) -> None:
    assert next_open(NL, at(asked)) == at(opens)


def test_next_open_goes_by_the_clock_and_the_holidays_of_the_recipient() -> None:
    # Ten in the morning in Amsterdam is four at night in New York.
    assert next_open(NEW_YORK, at("2026-11-23 10:00")) == at(
        "2026-11-23 09:00", ZoneInfo("America/New_York")
    )
    # Thanksgiving there, an ordinary Thursday here.
    thursday = at("2026-11-26 16:00")
    assert next_open(NL, thursday) == thursday
    assert next_open(NEW_YORK, thursday) == at("2026-11-27 09:00", ZoneInfo("America/New_York"))


def test_next_open_of_a_night_shift_goes_past_midnight() -> None:
    night = Office(AMSTERDAM, opens=time(22), closes=time(6))
    assert next_open(night, at("2026-11-24 03:00")) == at("2026-11-24 03:00")
    assert next_open(night, at("2026-11-28 03:00")) == at("2026-11-28 03:00")  # of Friday
    assert next_open(night, at("2026-11-28 07:00")) == at("2026-11-30 22:00")


def test_office_that_never_works_holds_nothing_up() -> None:
    never = Office(AMSTERDAM, days=frozenset())
    now = at("2026-11-23 10:00")
    assert next_open(never, now) == now
    assert working_time(never, now, timedelta(hours=72)) == now + timedelta(hours=72)


def test_country_that_nobody_knows_has_no_holidays() -> None:
    assert Office(AMSTERDAM, country="XX").works_on(at("2026-12-25 12:00").date())


@pytest.mark.parametrize(
    ("begins", "hours", "ends"),
    [
        ("2026-11-23 10:00", 24, "2026-11-24 10:00"),
        ("2026-11-26 10:00", 72, "2026-12-01 10:00"),  # a Thursday, over a weekend
        ("2026-11-28 10:00", 24, "2026-12-01 00:00"),  # on a Saturday it has not begun
        ("2026-12-24 12:00", 24, "2026-12-28 12:00"),  # over Christmas
        ("2026-03-27 12:00", 24, "2026-03-30 12:00"),  # over the night of 23 hours
    ],
)
def test_working_time_leaves_days_off_out(begins: str, hours: int, ends: str) -> None:
    assert working_time(NL, at(begins), timedelta(hours=hours)) == at(ends)


moments = st.datetimes(datetime(2025, 1, 1), datetime(2029, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 -- the zone comes with it
offices = st.builds(
    Office,
    st.sampled_from([AMSTERDAM, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")]),
    st.sampled_from([WEEKDAYS, EVERY_DAY, frozenset({7, 1, 2})]),
    st.sampled_from([None, time(9), time(22)]),
    st.sampled_from([None, time(17), time(6)]),
    st.sampled_from(["", "NL", "US", "IN"]),
)


@given(offices, moments)
def test_next_open_is_never_before_and_settles(office: Office, now: datetime) -> None:
    opens = next_open(office, now)
    assert opens >= now
    assert next_open(office, opens) == opens
    assert opens - now <= timedelta(days=12)


@given(offices, moments, st.integers(1, 200), st.integers(1, 200))
def test_working_time_only_grows(office: Office, now: datetime, one: int, more: int) -> None:
    first = working_time(office, now, timedelta(hours=one))
    assert first - now >= timedelta(hours=one)
    assert working_time(office, now, timedelta(hours=one + more)) > first
    assert office.works_on((first - timedelta(microseconds=1)).astimezone(office.zone).date())
