"""What stands on the desk beside a location, and is not removal's own.

Removal knows nothing of reports, nor of who talks with whom. A part of the house that does brings
what it has to show when the site starts; the desk asks each part, and leads there.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from helpline.staff.models import User


@dataclass(frozen=True)
class Tray:
    """A page on which something waits for caseworkers."""

    url: str
    label: str
    waiting: int


@dataclass(frozen=True)
class Beside:
    """A page about one of the reports of a location, and how much is new there."""

    url: str
    label: str
    new: int


class Part(Protocol):
    """What a part of the house brings to the desk."""

    def trays(self, user: User) -> Sequence[Tray]: ...

    def beside(self, statement_ids: Sequence[int]) -> Mapping[int, Sequence[Beside]]: ...

    def reporters(self, statement_ids: Sequence[int]) -> Mapping[int, Hashable]: ...


_parts: list[Part] = []


def bring(part: Part) -> None:
    """Have the desk show a part, from now on."""
    _parts.append(part)


def trays(user: User) -> list[Tray]:
    """The pages on which something may wait for this person."""
    return [tray for part in _parts for tray in part.trays(user)]


def beside(statement_ids: Sequence[int]) -> dict[int, list[Beside]]:
    """What stands beside each statement, by its number."""
    found: dict[int, list[Beside]] = defaultdict(list)
    for part in _parts:
        for statement_id, shown in part.beside(statement_ids).items():
            found[statement_id] += shown
    return dict(found)


def reporters(statement_ids: Sequence[int]) -> dict[int, Hashable]:
    """By whom each statement is, as far as anybody knows: equal for the same reporter, and no more."""
    found: dict[int, Hashable] = {}
    for part in _parts:
        found.update(part.reporters(statement_ids))
    return found
