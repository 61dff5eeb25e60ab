"""The holder of a code adds links to a report they made before."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from intake.removal import actions as removal
from intake.removal.canonical import CanonicalURL
from intake.removal.models import AgeInPicture, Statement
from intake.removal.queries import url_index_of
from intake.report.actions.leads import LeadFacts, save_leads
from intake.report.actions.submitting import MAX_LINKS, LinkFacts, addressed_once, save_links
from intake.report.models import Report


@dataclass(frozen=True)
class Added:
    """How many links are new in a report, and how many stood in it already."""

    new: int
    known: int
    told: int = 0  # without a link


class TooManyLinks(Exception):
    """The report would hold more links than fit in one."""


@transaction.atomic
def add_links(
    *, report: Report, links: Sequence[LinkFacts], leads: Sequence[LeadFacts] = ()
) -> Added:
    """Put links and leads in a report behind those that stand in it, or none of them.

    A link that stands in it already is not told of twice, but the most careful word about the age
    in it counts. Raises TooManyLinks, and Report.DoesNotExist when it was erased meanwhile.
    """
    # A form that arrives twice waits here, and then finds its links in the report.
    Report.objects.select_for_update().get(pk=report.pk)
    rows = list(
        report.links.select_related("statement__location")
        .defer("statement__location__url")
        .order_by("position")
    )
    statements = {bytes(row.statement.location.url_index or b""): row.statement for row in rows}
    new: list[tuple[LinkFacts, CanonicalURL]] = []
    known = 0
    for link, address in addressed_once(links):
        statement = statements.get(url_index_of(address.url))
        if statement is None:
            new.append((link, address))
        else:
            known += 1
            _be_careful(statement, link)
    if len(rows) + len(new) > MAX_LINKS:
        raise TooManyLinks
    save_links(report, new, start=rows[-1].position + 1 if rows else 0)
    save_leads(report, leads)
    if new or leads:
        Report.objects.filter(pk=report.pk).update(settled_at=None)
    return Added(len(new), known, len(leads))


def _be_careful(statement: Statement, link: LinkFacts) -> None:
    age = AgeInPicture(link.facts.age_in_picture)
    if statement.age_in_picture == AgeInPicture.ADULT and age != AgeInPicture.ADULT:
        removal.correct_age(statement, age)
