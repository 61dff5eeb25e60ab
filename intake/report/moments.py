"""Reads when somebody saw something, in the way people write that: a day, a month, or not known."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from intake.removal.models import SeenPrecision

LONGEST = 40
# Before this there was no site that somebody could mean.
EARLIEST = date(1995, 1, 1)
MONTHS = (
    ("january", "januari", "jan"),
    ("february", "februari", "feb"),
    ("march", "maart", "mar", "mrt"),
    ("april", "apr"),
    ("may", "mei"),
    ("june", "juni", "jun"),
    ("july", "juli", "jul"),
    ("august", "augustus", "aug"),
    ("september", "sept", "sep"),
    ("october", "oktober", "oct", "okt"),
    ("november", "nov"),
    ("december", "dec"),
)
MONTH_OF = {name: number for number, names in enumerate(MONTHS, start=1) for name in names}
DAYS_AGO = {"today": 0, "vandaag": 0, "yesterday": 1, "gisteren": 1, "eergisteren": 2}
NOT_KNOWN = re.compile(
    r"\?+|-+|(?:i )?do(?:n['’]?t| not) know|dunno|no idea|unknown|weet (?:ik )?(?:het )?niet"
    r"|(?:ik )?weet (?:ik )?(?:het )?niet(?: meer)?|geen idee|onbekend|idk"
)
NUMBERS = re.compile(r"(\d{1,4})(?:[-/. ]+(\d{1,4}))(?:[-/. ]+(\d{1,4}))?")
WITH_NAME = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|e)?\.? )?([a-z]+)\.?(?: (\d{1,2}),)?(?: (\d{4}))?"
)


@dataclass(frozen=True)
class Moment:
    """When something was seen. Of a month the date is its first day."""

    precision: str = SeenPrecision.SKIPPED
    on: date | None = None


class NotAMoment(ValueError):
    """This cannot be read as a day or a month that has been."""


def read_moment(text: str, *, today: date) -> Moment:
    """The day or month that somebody means. Raises NotAMoment."""
    said = " ".join(text.lower().split())
    if not said:
        return Moment()
    if NOT_KNOWN.fullmatch(said):
        return Moment(SeenPrecision.UNKNOWN)
    if said in DAYS_AGO:
        return Moment(SeenPrecision.DAY, today - timedelta(days=DAYS_AGO[said]))
    year, month, day = _numbers(said) or _names(said, today) or (0, 0, 0)
    if not 1 <= month <= 12 or not 0 <= day <= 31:
        raise NotAMoment
    if year and day > monthrange(year, month)[1]:
        raise NotAMoment
    precision = SeenPrecision.DAY if day else SeenPrecision.MONTH
    try:
        on = date(year, month, day or 1)
    except ValueError:
        raise NotAMoment from None
    # A clock on the other side of the world may be a day ahead of ours.
    if not EARLIEST <= on <= today + timedelta(days=1):
        raise NotAMoment
    return Moment(precision, on)


def _numbers(said: str) -> tuple[int, int, int] | None:
    """Year, month and day of "3-11-2026", "11-2026", "2026-11-03" or "2026-11"; day 0 for a month."""
    match = NUMBERS.fullmatch(said)
    if match is None:
        return None
    parts = [int(part) for part in match.groups() if part is not None]
    if len(match[1]) == 4:
        year, month, day = (*parts, 0)[:3]
        return (year, month, day) if year and (day or len(parts) == 2) else None
    if len(parts) == 2:
        month, year, day = (*parts, 0)
    else:
        day, month, year = parts
        if month > 12 >= day:
            day, month = month, day
    if len(parts) == 3 and day == 0:
        return None
    return _whole(year), month, day


def _names(said: str, today: date) -> tuple[int, int, int] | None:
    """Year, month and day of "3 nov 2026", "november 3, 2026", "november 2026" or "november"."""
    match = WITH_NAME.fullmatch(said)
    month = MONTH_OF.get(match[2]) if match else None
    if match is None or month is None:
        return None
    day = int(match[1] or match[3] or 0)
    if match[4]:
        return int(match[4]), month, day
    # The last time it was that month, and no later than today.
    return today.year - ((month, day) > (today.month, today.day)), month, day


def _whole(year: int) -> int:
    """The year, also of somebody who writes two figures."""
    return year + 2000 if year < 100 else year
