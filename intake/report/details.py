"""What somebody may say about each link of its own: what it leads to, when it was seen, whose account.

Nobody has to. It travels with the page as it was typed, and is read when it is sent.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from intake.removal.models import PageKind
from intake.report.moments import LONGEST, Moment, NotAMoment, read_moment

LONGEST_ACCOUNT = 150
KINDS = frozenset(PageKind.values) - {PageKind.SKIPPED}
SEEN = "seen_when"  # of all links for which nothing else is said
PREFIXES = ("kind", "seen", "account")


@dataclass(frozen=True)
class Detail:
    """What was said about one link, as it was typed."""

    kind: str = ""
    seen: str = ""
    account: str = ""

    def __bool__(self) -> bool:
        return bool(self.kind or self.seen or self.account)


class Details:
    """What was said about the links of a report, by their marks."""

    def __init__(self, data: QueryDict) -> None:
        self.seen = data.get(SEEN, "")[:LONGEST]
        self._of: dict[str, Detail] = {}
        for key in data:
            prefix, _dash, mark = key.partition("-")
            if mark and prefix in PREFIXES:
                self._of[mark] = replace(
                    self.of(mark), **{prefix: _bounded(prefix, data.get(key, ""))}
                )

    def of(self, mark: str) -> Detail:
        return self._of.get(mark, Detail())

    def set(self, mark: str, detail: Detail) -> None:
        self._of[mark] = detail

    def moment_of(self, mark: str, *, today: date) -> Moment:
        """When this link was seen: what is said of it, else what is said of all."""
        try:
            return read_moment(self.of(mark).seen or self.seen, today=today)
        except NotAMoment:  # from hidden fields that no page of ours wrote
            return Moment()

    def facts_of(self, mark: str) -> dict[str, Any]:
        """What the link leads to and when it was seen, as a statement keeps it."""
        moment = self.moment_of(mark, today=timezone.localdate())
        return {
            "page_kind": self.of(mark).kind or PageKind.SKIPPED,
            "seen_on": moment.on,
            "seen_precision": moment.precision,
        }

    def fields(self) -> Iterator[tuple[str, str]]:
        """Name and value of each field that holds something."""
        if self.seen:
            yield SEEN, self.seen
        for mark, detail in sorted(self._of.items()):
            for prefix in PREFIXES:
                if value := getattr(detail, prefix):
                    yield f"{prefix}-{mark}", value


def _bounded(prefix: str, value: str) -> str:
    if prefix == "kind":
        return value if value in KINDS else ""
    return " ".join(value.split())[: LONGEST if prefix == "seen" else LONGEST_ACCOUNT]
