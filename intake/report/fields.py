"""What a form of the report may hold: its fields, their values, and the pages they stand on."""

import hashlib
import uuid

from django.http import QueryDict

from intake.removal.models import AgeInPicture, Who, Wish, YesNo
from intake.report.declarations import DECLARATION_VERSION, MANDATE_FOR_OTHERS, MANDATE_VERSION
from intake.report.links import FoundLink
from intake.report.states import Situation

MAX_TEXT = 200_000  # characters; 200 links of 1,000 each
DIFFERENT = "different"
CHOICES: dict[str, frozenset[str]] = {
    "situation": frozenset(Situation.values) - {Situation.SKIPPED},
    "who": frozenset(Who.values) - {Who.SKIPPED},
    "age": frozenset(AgeInPicture.values) - {AgeInPicture.SKIPPED},
    "recognisable": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "agreed": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "private_or_secret": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "lives_in_nl": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "knows": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "authority": frozenset(YesNo.values) - {YesNo.SKIPPED},
    "wish": frozenset(Wish.values),
    "declared": frozenset({DECLARATION_VERSION}),
    "mandate": frozenset({MANDATE_VERSION, MANDATE_FOR_OTHERS, "no"}),
}
# What a notice leans on: each a page of its own.
ABOUT = ("recognisable", "agreed", "private_or_secret", "lives_in_nl")
PER_LINK = ("who", "age", *ABOUT)
ALL_STEPS = (
    "start",
    "situation",
    "help",
    "links",
    "found",
    "details",
    "who",
    "age",
    "behalf",
    "careful",
    *ABOUT,
    "wish",
    "agree",
    "mandate",
    "check",
)


def mark_of(link: FoundLink) -> str:
    """A short name for a link within one form."""
    return hashlib.sha256(link.shown.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def field_of(mark: str, name: str) -> str:
    """The name of the field with what is said about one link alone."""
    return f"{DIFFERENT}-{mark}-{name}"


def key_in(text: str) -> uuid.UUID:
    """The key of a form, or a new one."""
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid4()


def answers_by_link(data: QueryDict) -> dict[str, dict[str, str]]:
    """What a form says about single links, by the mark of the link."""
    found: dict[str, dict[str, str]] = {}
    for key in data:
        parts = key.split("-")
        if len(parts) != 3 or parts[0] != DIFFERENT or parts[2] not in PER_LINK:
            continue
        value = data.get(key, "")
        if value in CHOICES[parts[2]]:
            found.setdefault(parts[1], {})[parts[2]] = value
    return found
