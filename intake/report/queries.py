"""Questions about many reports and links."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery

from helpline.staff.models import User
from intake.removal.models import (
    ON_BEHALF,
    AgeInPicture,
    PictureAge,
    RemovalEvent,
    Seen,
    Sighting,
    Statement,
    Wish,
)
from intake.removal.queries import Progress, progress_of_many
from intake.removal.states import Work
from intake.report import codes
from intake.report.declarations import MANDATE_FOR_OTHERS, MANDATE_VERSION
from intake.report.models import DossierAgreement, Lead, NewsByMail, Report, ReportedLink
from intake.report.talk.models import Message
from intake.report.talk.states import Sender

# Longer than the status page takes to show what it shows later than it was (decision 21).
SHOWN_LATER = timedelta(days=2)


@dataclass(frozen=True)
class LinkProgress:
    """One link on the status page: how it was typed, and how its removal goes."""

    link: ReportedLink
    statement: Statement
    progress: Progress

    @property
    def number(self) -> int:
        """What the link is called on the page."""
        return self.link.position + 1

    @property
    def with_hotline(self) -> bool:
        """Whether the hotline deals with this page, and nobody else."""
        return self.progress.with_hotline

    @property
    def is_waiting(self) -> bool:
        """Whether the reporter chose to wait, and we ask nobody yet."""
        return self.can_withdraw and self.statement.wish != Wish.REMOVE

    @property
    def can_withdraw(self) -> bool:
        """Whether the reporter can stop us: there is a mandate, and something to stop."""
        is_gone = self.progress.state == "gone"
        return self.statement.mandate_withdrawn_at is None and not (self.with_hotline or is_gone)

    @property
    def can_ask(self) -> bool:
        """Whether we ask nobody because the reporter chose so, and they may choose again."""
        return not (self.statement.is_live or self.with_hotline)

    @property
    def is_open(self) -> bool:
        """Whether erasing the report would stop something."""
        return not (self.progress.settled or self.progress.state == "waiting")

    @property
    def sayings(self) -> list[Seen]:
        """What the reporter may tell us about the page."""
        return self.progress.sayings

    @property
    def has_choices(self) -> bool:
        return bool(self.sayings) or self.can_withdraw or self.can_ask


def mandate_to_ask(report: Report, position: int | None = None) -> str:
    """The version of the mandate that who reports can give, or nothing when they can give none.

    For the link at ``position``, or for all.
    """
    statements = Statement.objects.filter(
        reported_link__report=report, age_in_picture=AgeInPicture.ADULT
    )
    if position is not None:
        statements = statements.filter(reported_link__position=position)
    able = [statement for statement in statements if statement.may_allow_us]
    if not able:
        return ""
    on_behalf = any(statement.reported_by in ON_BEHALF for statement in able)
    return MANDATE_FOR_OTHERS if on_behalf else MANDATE_VERSION


def find_report(typed: str) -> Report | None:
    """The report behind a code as somebody typed it. One query, whatever was typed.

    Unknown, wrong, expired and erased codes take the same way.
    """
    code = codes.normalised(typed)[:64]
    return Report.objects.filter(code_hash=codes.hash_of(code)).select_related("service").first()


def is_sent(submission: str) -> bool:
    """Whether this very form came in before."""
    return Report.objects.filter(submission_hash=codes.submission_hash(submission)).exists()


def progress_of_report(report: Report) -> list[LinkProgress]:
    """Every link of a report with what happened since the report was made, and nothing before.

    Six queries at most, however many links there are.
    """
    links = list(
        report.links.select_related("statement__location").defer("statement__location__url")
    )
    progress = progress_of_many([link.statement for link in links], since=report.created_at)
    return [
        LinkProgress(link, link.statement, how) for link, how in zip(links, progress, strict=True)
    ]


def leads_of_report(report: Report) -> list[Lead]:
    """What was told without a link, in order. One query."""
    return list(report.leads.select_related("link"))


def open_leads(user: User) -> QuerySet[Lead]:
    """The leads that still wait, of the services a person works for, oldest first."""
    return (
        Lead.objects.filter(settled_at=None, report__service__memberships__user=user)
        .select_related("report__service")
        .defer("place", "name", "facts_json")
        .order_by("created_at", "pk")
    )


def agreements_in_force(user: User) -> QuerySet[DossierAgreement]:
    """To which dossiers was agreed, of the services a person works for, the newest word first."""
    return DossierAgreement.objects.filter(
        withdrawn_at=None, report__service__memberships__user=user
    ).order_by("-given_at", "pk")


def count_waiting(user: User) -> tuple[int, int]:
    """How many leads wait for a caseworker, and how many agreements of which no document was made
    since. One query."""
    not_made = agreements_in_force(user).filter(Q(made_at=None) | Q(made_at__lt=F("given_at")))
    counts = User.objects.filter(pk=user.pk).values_list(
        _counted(open_leads(user)), _counted(not_made)
    )
    leads, agreements = counts.get()
    return leads or 0, agreements or 0


def _counted(rows: QuerySet[Any]) -> Subquery:
    """How many rows there are, as a part of another query."""
    count = Func(F("pk"), function="COUNT", output_field=IntegerField())
    return Subquery(rows.order_by().values(n=count))


def reports_with_open_leads() -> QuerySet[Lead, uuid.UUID]:
    """The reports, by number, of which an account or search still waits for a caseworker."""
    return Lead.objects.filter(settled_at=None).values_list("report_id", flat=True)


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


def latest_news(entries: Sequence[LinkProgress], since: datetime) -> datetime | None:
    """When the last thing happened that the status page shows, if anything did after ``since``."""
    moments = [step.at for entry in entries for step in entry.progress.steps if step.at > since]
    return max(moments, default=None)


def latest_word(report: Report, since: datetime) -> datetime | None:
    """When a caseworker last wrote what its reader has not had before them, after ``since``."""
    unread = report.messages.filter(sender=Sender.CASEWORKER, seen_at=None, at__gt=since)
    said: datetime | None = unread.aggregate(last=Max("at"))["last"]
    return said


def news_to_mail(now: datetime) -> QuerySet[NewsByMail]:
    """Who may get a mail now, and for whom there may be something that they were not told of.

    ``happened_at`` says when the last thing happened on their links. Whether the status page shows
    it is to be seen; of a possible minor it shows some things later than they were, so the mail
    does not look at when they were, or its absence would tell of an earlier report.
    """
    happened = RemovalEvent.objects.filter(
        location__statements__reported_link__report_id=OuterRef("report_id"),
        request__isnull=False,
        at__gt=OuterRef("known_until"),
    ).order_by("-at")
    read = Sighting.objects.filter(
        statement__reported_link__report_id=OuterRef("report_id"),
        read_at__gt=OuterRef("known_until"),
    )
    said = Message.objects.filter(
        report_id=OuterRef("report_id"),
        sender=Sender.CASEWORKER,
        seen_at=None,
        at__gt=OuterRef("known_until"),
    )
    shown_later = ReportedLink.objects.filter(
        report_id=OuterRef("report_id"),
        statement__created_at__gt=now - SHOWN_LATER,
        statement__location__picture_age=PictureAge.POSSIBLY_MINOR,
    )
    return (
        NewsByMail.objects.filter(next_mail_at__lte=now)
        .annotate(happened_at=Subquery(happened.values("at")[:1]))
        .filter(Q(happened_at__isnull=False) | Exists(read) | Exists(said) | Exists(shown_later))
        .select_related("report")
        .order_by("next_mail_at")
    )
