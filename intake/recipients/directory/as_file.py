"""The directory as a file: TOML as it is shipped, or CSV for a spreadsheet. Both can be loaded again."""

import csv
import io
import json
import tomllib
from collections.abc import Iterable, Iterator
from datetime import date, time
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_time
from django.utils.text import slugify

from intake.recipients.directory import Entry, entry
from intake.recipients.models import Recipient

# In the order in which somebody reads them; the file's own names.
NAMES = (
    *("slug", "name", "kind", "service", "channel", "address", "form_url", "deep_link"),
    *("connection", "domains", "language", "languages", "country", "time_zone", "office_days"),
    *("opens_at", "closes_at", "trusted_flagger", "deadline_hours", "needs"),
    *(
        "answers_200_when_gone",
        "xarf",
        "hostile",
        "notes",
        "source",
        "source_date",
        "read",
        "in_use",
    ),
)
THEIRS = {"source": "source_url", "read": "source_read_on", "in_use": "active"}
YES_NO = frozenset({"answers_200_when_gone", "xarf", "hostile", "in_use"})
DATES = frozenset({"source_date", "read"})
TIMES = frozenset({"opens_at", "closes_at"})
# A spreadsheet takes a cell that begins so for something to work out.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
HEAD = """\
# The directory of recipients. `manage.py load_directory FILE` adds what another site lacks; every
# entry is off there until an administrator has looked, whatever in_use says here.

"""


class UnreadableError(ValueError):
    """A file that is not a directory; says where."""


def as_toml(recipients: Iterable[Recipient]) -> str:
    """The entries as they are shipped, those without a value left out."""
    return HEAD + "\n".join(
        "[[recipient]]\n"
        + "".join(f"{name} = {_toml(value)}\n" for name, value in raw.items() if value != "")
        for raw in _raw(recipients)
    )


def as_csv(recipients: Iterable[Recipient]) -> str:
    """The entries as rows for a spreadsheet."""
    written = io.StringIO()
    rows = csv.writer(written)
    rows.writerow(NAMES)
    for raw in _raw(recipients):
        rows.writerow([_cell(raw[name]) for name in NAMES])
    return written.getvalue()


def read(text: str, *, kind: str) -> list[Entry]:
    """The entries of a file of ours. Raises UnreadableError."""
    try:
        raws = tomllib.loads(text)["recipient"] if kind == "toml" else list(_from_csv(text))
        today = timezone.localdate()
        return [entry(raw, today) for raw in raws]
    except KeyError as missing:
        raise UnreadableError(f"{missing.args[0]} is missing") from None
    except (TypeError, AttributeError):
        raise UnreadableError("its entries are not those of a directory") from None
    except (ValueError, csv.Error) as error:
        raise UnreadableError(str(error)) from None


def _raw(recipients: Iterable[Recipient]) -> Iterator[dict[str, Any]]:
    named = set(Recipient.objects.exclude(slug=None).values_list("slug", flat=True))
    for recipient in recipients:
        raw: dict[str, Any] = {}
        for name in NAMES:
            if name == "domains":
                value: Any = sorted(domain.suffix for domain in recipient.domains.all())
            elif name == "service":
                value = recipient.service.slug if recipient.service else ""
            elif name == "slug":
                value = recipient.slug or _new_slug(recipient.name, named)
            else:
                value = getattr(recipient, THEIRS.get(name, name))
            raw[name] = "" if value is None else value
        yield raw


def _new_slug(name: str, named: set[str | None]) -> str:
    """A slug that no entry has yet, for one that was never shipped."""
    base = slugify(name)[:50] or "recipient"
    slug, number = base, 2
    while slug in named:
        slug, number = f"{base}-{number}", number + 1
    named.add(slug)
    return slug


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date | time):
        return value.isoformat()
    # A JSON string is a TOML string, but for one sign.
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = " ".join(value) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def _from_csv(text: str) -> Iterator[dict[str, Any]]:
    rows = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    if set(rows.fieldnames or ()) != set(NAMES):
        raise UnreadableError("the first line does not name the columns of a directory")
    for row in rows:
        raw: dict[str, Any] = {}
        for name in NAMES:
            cell = row[name] or ""
            if cell.startswith("'") and cell[1:].startswith(FORMULA):
                cell = cell[1:]
            if cell:
                raw[name] = _value(name, cell)
        yield raw


def _value(name: str, cell: str) -> Any:
    if name in YES_NO:
        return cell == "yes"
    if name == "domains":
        return cell.split()
    if name == "deadline_hours":
        return int(cell)
    value: Any = cell
    if name in DATES:
        value = parse_date(cell)
    elif name in TIMES:
        value = parse_time(cell)
    if value is None:
        raise UnreadableError(f"{name}: {cell}")
    return value
