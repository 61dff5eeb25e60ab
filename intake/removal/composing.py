"""The words of a notice: plain-text files, and an allowlist of what may be put into them.

``Ingredients`` is that allowlist. Nothing about a reporter or a victim is a field of it, so nothing
of the kind can get into a notice, whatever a template says. Addresses stand in the stored text as
slots and are filled in when it is shown or sent.
"""

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

FOLDER = Path(__file__).parent / "templates" / "removal" / "notices"
SECTION = re.compile(r"(?m)^\[([a-z_]+)\]\n")
SLOT = re.compile("\x1a([0-9]+)\x1a")
# The words of a reminder stand where those of a later round stand.
REMINDER = "parts/reminder"  # no answer was seen
AFTER_A_PROMISE = "parts/promise"  # they would do it by a day that is over


class UnknownIngredientError(ValueError):
    """A template asks for something that is not on the allowlist."""


@dataclass(frozen=True)
class Ingredients:
    """All that a notice is made from, besides the template and the addresses."""

    reference: str
    law: str
    organisation: str
    contact: str
    answer_url: str
    round: int
    # Who was asked before, in words of ours: see intake.removal.tried.
    tried_before: str = ""
    # Of a reminder: its words, and what we wrote before and when.
    reminder: str = ""
    earlier: str = ""
    asked_on: str = ""


# Sections that a notice has only when there is something to say.
ONLY_IF: Mapping[str, Callable[[Ingredients], bool]] = {
    "again": lambda ingredients: ingredients.round > 1,
    "tried_before": lambda ingredients: bool(ingredients.tried_before),
}


@dataclass(frozen=True)
class Composed:
    """A notice as text, with slots for addresses, and its parts by name for the linter."""

    subject: str
    text: str
    parts: Mapping[str, str]


def compose(template: str, language: str, ingredients: Ingredients, *, addresses: int) -> Composed:
    """Make the text of a notice about a number of addresses.

    Raises UnknownIngredientError for a template that asks for more than the allowlist.
    """
    subject, sections = _read(template, language)
    if ingredients.reminder:
        reminds, words = _read(ingredients.reminder, language)
        subject, sections = f"{reminds}: {subject}", {**sections, **words}
    allowed = {name: str(value) for name, value in asdict(ingredients).items()}
    allowed["urls"] = "\n".join(slot(position) for position in range(1, addresses + 1))
    parts = {
        name: _put(body, allowed)
        for name, body in sections.items()
        if name not in ONLY_IF or ONLY_IF[name](ingredients)
    }
    return Composed(
        subject=_put(subject, allowed), text="\n\n".join(parts.values()) + "\n", parts=parts
    )


def slot(position: int) -> str:
    """What stands in the stored text where an address goes."""
    return f"\x1a{position}\x1a"


def fill(text: str, urls: Mapping[int, str]) -> str:
    """The text with its addresses."""
    return SLOT.sub(lambda found: urls[int(found[1])], text)


def as_csv(reference: str, urls: Sequence[str]) -> str:
    """The addresses as a table, for a recipient that reads many at once."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["reference", "url"])
    writer.writerows([reference, url] for url in urls)
    return out.getvalue()


def with_slots(report: Mapping[str, Any], urls: Sequence[str]) -> str:
    """A machine-readable report as JSON text in which addresses are slots again."""
    return json.dumps(_swap(report, {url: slot(i) for i, url in enumerate(urls, 1)}))


def filled_json(text: str, urls: Mapping[int, str]) -> dict[str, Any]:
    """The report of ``with_slots`` with its addresses."""
    report: dict[str, Any] = _swap(json.loads(text), {slot(i): url for i, url in urls.items()})
    return report


def _swap(value: Any, words: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {key: _swap(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [_swap(inner, words) for inner in value]
    return words.get(value, value) if isinstance(value, str) else value


def _put(body: str, allowed: Mapping[str, str]) -> str:
    template = Template(body)
    unknown = set(template.get_identifiers()) - allowed.keys()
    if unknown or not template.is_valid():
        raise UnknownIngredientError(", ".join(sorted(unknown)) or body[:40])
    return template.substitute(allowed)


@cache
def _read(template: str, language: str) -> tuple[str, dict[str, str]]:
    head, *rest = SECTION.split((FOLDER / f"{template}.{language}.txt").read_text("utf-8"))
    sections = {name: body.strip() for name, body in zip(rest[::2], rest[1::2], strict=True)}
    return head.strip().removeprefix("subject: "), sections
