"""All that happened to a location, whoever reported it: one line for each thing, newest first.

For caseworkers only. A reporter's own page shows what their own report set going, and nothing else
(docs/decisions/0021); here a reporter is "a reporter", since which of them it was changes nothing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from intake.removal.models import (
    Deed,
    DeskEvent,
    Location,
    RemovalEvent,
    Statement,
    WhyCopy,
    WhyUrgent,
)

MOST_LINES = 200


@dataclass(frozen=True)
class Line:
    """One thing that happened: when, what, the choice that says why, and which colleague did it."""

    at: datetime
    what: str
    why: str = ""
    who: str = ""


def history_of(
    location: Location, statements: Sequence[Statement], events: Sequence[RemovalEvent]
) -> list[Line]:
    """The history of a location, from what is at hand and one query for what colleagues did."""
    deeds = location.deeds.select_related("by", "to").order_by("-at", "-id")[:MOST_LINES]
    lines = [
        Line(location.created_at, _("Reported")),
        *(line for statement in statements for line in _of_a_reporter(statement, location)),
        *(_of_a_request(event) for event in events),
        *(_of_a_colleague(deed) for deed in deeds),
    ]
    return sorted(lines, key=lambda line: line.at, reverse=True)[:MOST_LINES]


def _of_a_reporter(statement: Statement, location: Location) -> Iterator[Line]:
    if statement.created_at > location.created_at:
        yield Line(statement.created_at, _("Reported again"))
    if statement.mandate_withdrawn_at is not None:
        yield Line(statement.mandate_withdrawn_at, _("A reporter no longer wants us to ask"))
    if statement.left_at is not None:
        yield Line(
            statement.left_at, _("A reporter erased their report, and wants the removal to go on")
        )
    for sighting in statement.sightings.all():
        said = _("A reporter says: %(what)s") % {"what": sighting.get_seen_display()}
        yield Line(sighting.at, said)
        if sighting.read_at is not None:
            read_by = sighting.read_by.called if sighting.read_by else ""
            yield Line(sighting.read_at, _("What a reporter says was read"), who=read_by)


def _of_a_request(event: RemovalEvent) -> Line:
    whose = f"{event.request.recipient.name}: " if event.request else ""
    return Line(
        event.at,
        whose + event.became_label,
        why=event.get_because_display() if event.because else "",
        who=event.by.called if event.by else "",
    )


def _of_a_colleague(deed: DeskEvent) -> Line:
    why = str({**dict(WhyUrgent.choices), **dict(WhyCopy.choices)}.get(deed.why, ""))
    if deed.what == Deed.GIVEN and deed.to is not None:
        what = _("Given to %(name)s") % {"name": deed.to.called}
    elif deed.what == Deed.URGENT and deed.by is None:
        what = _("A reporter is under pressure right now")
    else:
        what = deed.get_what_display()
    return Line(deed.at, what, why=why, who=deed.by.called if deed.by else "")
