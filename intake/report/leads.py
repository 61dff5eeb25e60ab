"""What somebody knows without an address: an account in an app, or words that lead to a search result.

The name of an account becomes the address of its profile where a public source tells how. Words of a
search never become an address: they are often somebody's name, and an address goes into notices.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from intake.report.states import LeadKind

MAX_LEADS = 20
LONGEST_PLACE = 60
LONGEST_NAME = 150
BETWEEN = "|"


@dataclass(frozen=True)
class Told:
    """An account in an app, or words in a search engine, as it was typed."""

    kind: str
    place: str
    name: str

    @property
    def packed(self) -> str:
        """How it travels in one hidden field."""
        return BETWEEN.join((self.kind, self.place, self.name))

    @property
    def is_account(self) -> bool:
        return self.kind == LeadKind.ACCOUNT


def told(kind: str, place: str, name: str) -> Told | None:
    """What was told, tidied and bounded; None when a part of it is missing."""
    place = " ".join(place.replace(BETWEEN, " ").split())[:LONGEST_PLACE]
    name = " ".join(name.split())[:LONGEST_NAME]
    if kind not in LeadKind.values or not place or not name:
        return None
    return Told(kind, place, name)


def unpacked(values: Iterable[str]) -> list[Told]:
    """What hidden fields carry, each once."""
    found = []
    for value in values:
        parts = value.split(BETWEEN, 2)
        lead = told(*parts) if len(parts) == 3 else None
        if lead is not None:
            found.append(lead)
    return list(dict.fromkeys(found))[:MAX_LEADS]
