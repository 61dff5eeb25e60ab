"""Questions about many reports and links."""

import uuid
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from intake.removal.models import PictureAge, Statement, Wish
from intake.removal.queries import Progress, progress_of_many
from intake.removal.states import Work
from intake.report import codes
from intake.report.models import Report, ReportedLink


@dataclass(frozen=True)
class LinkProgress:
    """One link on the status page: how it was typed, and how its removal goes."""

    link: ReportedLink
    statement: Statement
    progress: Progress

    @property
    def with_hotline(self) -> bool:
        """Whether the hotline deals with this page, and nobody else."""
        return self.statement.location.is_possibly_minor

    @property
    def is_waiting(self) -> bool:
        """Whether the reporter chose to wait, and we ask nobody yet."""
        return self.can_withdraw and self.statement.wish != Wish.REMOVE

    @property
    def can_withdraw(self) -> bool:
        return self.statement.mandate_withdrawn_at is None and not self.with_hotline


def find_report(typed: str) -> Report | None:
    """The report behind a code as somebody typed it. One query, whatever was typed.

    Unknown, wrong, expired and erased codes take the same way.
    """
    code = codes.normalised(typed)[:64]
    return Report.objects.filter(code_hash=codes.hash_of(code)).select_related("service").first()


def progress_of_report(report: Report) -> list[LinkProgress]:
    """Every link of a report with what happened since the report was made, and nothing before.

    Three queries, however many links there are.
    """
    links = list(
        report.links.select_related("statement__location").defer("statement__location__url")
    )
    progress = progress_of_many([link.statement for link in links], since=report.created_at)
    return [
        LinkProgress(link, link.statement, how) for link, how in zip(links, progress, strict=True)
    ]


def reports_under_way() -> QuerySet[ReportedLink, uuid.UUID]:
    """The reports, by number, of which a link still waits for somebody: us, a recipient, a check."""
    asked_for = Q(statement__mandate_withdrawn_at=None, statement__wish=Wish.REMOVE) | Q(
        statement__location__picture_age=PictureAge.POSSIBLY_MINOR
    )
    return (
        ReportedLink.objects.filter(asked_for)
        .exclude(statement__location__work=Work.DONE)
        .values_list("report_id", flat=True)
    )
