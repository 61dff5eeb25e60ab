"""Lines of a file as reported addresses: CSV with a header, or XARF with one report a line.

A line stands alone, so that a broken one takes no other with it and work can be divided. What is
wrong with a line is said by a reason, never with its words.
"""

import csv
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from intake.removal.actions.statements import StatementFacts
from intake.removal.canonical import CanonicalURL, NotAnAddress, canonicalise
from intake.removal.models import AgeInPicture, PageKind, SeenPrecision, Who, YesNo

LONGEST_LINE = 64 * 1024
LINES_A_CHUNK = 2000
WORDS_KEPT = 4096
ADDRESS = "url"
CHOICES: dict[str, type[Any]] = {
    "age_in_picture": AgeInPicture,
    "reported_by": Who,
    "recognisable": YesNo,
    "agreed": YesNo,
    "private_or_secret": YesNo,
    "lives_in_nl": YesNo,
    "page_kind": PageKind,
}
VALUES = {name: frozenset(choices.values) for name, choices in CHOICES.items()}
# Those of a declaration: which text the reporter agreed to, where the file comes from. A mandate
# is given to us, and comes with no file.
COLUMNS = (ADDRESS, *CHOICES, "seen_on", "declaration_version")
LONGEST_VERSION = 20
# Of what XARF can say, what may show somebody; none of it says that they are an adult.
XARF_TYPES = ("csam", "csem", "exposed_data")
UNSAID = StatementFacts(reported_by=Who.FOUND)


class Kind(StrEnum):
    CSV = "csv"
    XARF = "xarf"


class Wrong(StrEnum):
    """What is wrong with a line, beside the reasons for which text is no address."""

    LINE = "line"  # too long, or not CSV or JSON
    VALUE = "value"  # a column holds what it cannot hold
    SUBJECT = "subject"  # a XARF report about something else


class NotOurFileError(Exception):
    """The file as a whole cannot be read; the message says why."""


class NotThisLineError(ValueError):
    """A line cannot be read as a report."""

    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.value)
        self.wrong = wrong


@dataclass(frozen=True)
class Reported:
    """An address that a line reports, and what it says about it."""

    address: CanonicalURL
    facts: StatementFacts


Reader = Callable[[str], Reported]


@dataclass(frozen=True)
class Chunk:
    """Some lines that follow each other, and where in the file they end."""

    number: int
    first_line: int
    lines: list[bytes]
    end: int

    @property
    def last_line(self) -> int:
        return self.first_line + len(self.lines) - 1


def chunks(path: Path, *, after: int = 0) -> Iterator[Chunk]:
    """The lines of a file behind the first ``after``, in parts."""
    with path.open("rb") as file:
        lines = _lines(file)
        for _skipped in islice(lines, after):
            pass
        first, number = after + 1, 0
        while part := list(islice(lines, LINES_A_CHUNK)):
            yield Chunk(number, first, part, file.tell())
            first, number = first + len(part), number + 1


def reader(path: Path, kind: Kind) -> tuple[Reader, int]:
    """What reads one line, and how many lines of heading there are. Raises NotOurFileError."""
    if kind is Kind.XARF:
        return read_xarf, 0
    with path.open("rb") as file:
        heading = next(_lines(file), b"")
    try:
        names = [name.strip() for name in next(csv.reader([_text(heading)]), [])]
    except (csv.Error, NotThisLineError):
        names = []
    unknown = [name for name in names if name not in COLUMNS]
    if ADDRESS not in names or unknown or len(set(names)) != len(names):
        raise NotOurFileError(f"The first line must name columns out of: {', '.join(COLUMNS)}.")
    return _csv_reader(names), 1


def read_line(line: bytes, read: Reader) -> Reported | str:
    """What a line reports, or the reason why it cannot be read."""
    try:
        return read(_text(line))
    except NotThisLineError as error:
        return error.wrong.value
    except NotAnAddress as error:
        return error.reason.value


def read_xarf(line: str) -> Reported:
    """One XARF report. Whoever wrote it, nothing in it says that the person is an adult."""
    try:
        report = json.loads(line)
    except (ValueError, RecursionError):
        raise NotThisLineError(Wrong.LINE) from None
    if not isinstance(report, dict):
        raise NotThisLineError(Wrong.LINE)
    if report.get("category") != "content" or report.get("type") not in XARF_TYPES:
        raise NotThisLineError(Wrong.SUBJECT)
    address = report.get(ADDRESS)
    if not isinstance(address, str):
        raise NotThisLineError(Wrong.VALUE)
    return Reported(canonicalise(address), UNSAID)


def _csv_reader(names: list[str]) -> Reader:
    place = names.index(ADDRESS)
    others = [name for name in names if name != ADDRESS]

    @lru_cache(WORDS_KEPT)  # the same few words, on very many lines
    def facts(values: tuple[str, ...]) -> StatementFacts:
        return _facts(dict(zip(others, values, strict=True)))

    def read(line: str) -> Reported:
        try:
            values = next(csv.reader([line], strict=True), None)
        except csv.Error:
            values = None
        if values is None or len(values) != len(names):
            raise NotThisLineError(Wrong.LINE)
        address = canonicalise(values.pop(place))
        return Reported(address, facts(tuple(values)))

    return read


def _facts(said: dict[str, str]) -> StatementFacts:
    given = {name: value.strip() for name, value in said.items() if value.strip()}
    changes: dict[str, Any] = {}
    seen_on = given.pop("seen_on", "")
    if seen_on:
        changes["seen_on"], changes["seen_precision"] = _day(seen_on)
    version = given.pop("declaration_version", "")
    if len(version) > LONGEST_VERSION:
        raise NotThisLineError(Wrong.VALUE)
    if any(value not in VALUES[name] for name, value in given.items()):
        raise NotThisLineError(Wrong.VALUE)
    changes.update(given, declaration_version=version)
    return replace(UNSAID, **changes)


def _day(text: str) -> tuple[date, SeenPrecision]:
    precision = SeenPrecision.MONTH if len(text) == len("2019-05") else SeenPrecision.DAY
    try:
        day = date.fromisoformat(text + "-01" if precision == SeenPrecision.MONTH else text)
    except ValueError:
        raise NotThisLineError(Wrong.VALUE) from None
    return day, precision


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines, none longer than may be; what is left of one that is goes by unread."""
    while line := file.readline(LONGEST_LINE):
        whole = line
        while not whole.endswith(b"\n") and len(whole) == LONGEST_LINE:
            whole = file.readline(LONGEST_LINE)
            line = b"" if whole else line
        yield line


def _text(line: bytes) -> str:
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError:
        raise NotThisLineError(Wrong.LINE) from None
