"""When an office works: its days and hours in its own time zone, without its holidays.

Holidays are computed by a library from a country's law; nobody is asked. An office of which
nothing is known is always open, so that nothing waits for what we do not know.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

from intake.recipients.models import Recipient

A_DAY = timedelta(days=1)
WEEKDAYS = frozenset({1, 2, 3, 4, 5})
EVERY_DAY = frozenset({1, 2, 3, 4, 5, 6, 7})
# Further ahead nobody works at all: then an office is taken to be open.
FARTHEST_DAYS = 60


@dataclass(frozen=True)
class Office:
    """When somebody works. Days as ISO counts them: 1 is Monday.

    Without ``opens`` and ``closes`` a working day is whole. ``closes`` at midnight is the end of
    that day.
    """

    zone: ZoneInfo
    days: frozenset[int] = WEEKDAYS
    opens: time | None = None
    closes: time | None = None
    country: str = ""

    def works_on(self, day: date) -> bool:
        """Whether a day is one of its working days and no holiday there."""
        return day.isoweekday() in self.days and day not in _holidays(self.country, day.year)

    def hours_on(self, day: date) -> tuple[datetime, datetime]:
        """From when until when it works on a working day, in UTC."""
        begins = self.opens or time.min
        ends = self.closes or time.min
        last = day if ends > begins else day + A_DAY
        return self._moment(day, begins), self._moment(last, ends)

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self.zone).astimezone(UTC)


def office_of(recipient: Recipient) -> Office | None:
    """When a recipient works, as far as the directory says. None: nothing is known."""
    if not recipient.time_zone or not (recipient.office_days or recipient.opens_at):
        return None
    return Office(
        zone=ZoneInfo(recipient.time_zone),
        days=frozenset(int(day) for day in recipient.office_days) or EVERY_DAY,
        opens=recipient.opens_at,
        closes=recipient.closes_at,
        country=recipient.country,
    )


def next_open(office: Office | None, at: datetime) -> datetime:
    """The moment itself while the office works, else when it opens next."""
    if office is None:
        return at
    # From the day before: a night shift goes on after midnight.
    first = at.astimezone(office.zone).date() - A_DAY
    for ahead in range(FARTHEST_DAYS):
        day = first + ahead * A_DAY
        if not office.works_on(day):
            continue
        opens, closes = office.hours_on(day)
        if at < closes:
            return max(at, opens)
    return at


def working_time(office: Office | None, at: datetime, length: timedelta) -> datetime:
    """The moment at which so much time has passed, of which days off do not count.

    A working day counts whole, from midnight to midnight there: "three working days" is three
    times 24 hours that are not of a weekend or a holiday.
    """
    if office is None:
        return at + length
    left, now = length, at.astimezone(UTC)
    for _ahead in range(FARTHEST_DAYS + length.days * 7):
        day = now.astimezone(office.zone).date()
        midnight = office._moment(day + A_DAY, time.min)
        if office.works_on(day):
            if now + left <= midnight:
                return now + left
            left -= midnight - now
        now = midnight
    return at + length


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[date]:
    """The holidays of a country in a year. The library's own object is not for several threads."""
    try:
        return frozenset(country_holidays(country, years=year)) if country else frozenset()
    except NotImplementedError:
        return frozenset()  # a country that the library does not know
