"""What was said, what waits for a word, and how much stands beside a location."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse

from helpline.privacy.vault.keys import preload
from helpline.staff.models import User
from intake.removal.models import Location, PictureAge
from intake.report.models import Report, ReportedLink
from intake.report.talk.covering import covered
from intake.report.talk.models import Message
from intake.report.talk.states import Sender

PAGE = 50
WAITS = Q(sender=Sender.REPORTER, heeded_at=None)


def talk_of(report: Report) -> list[Message]:
    """All that was said about a report, the oldest first. One query, and one for the key."""
    preload([report.pk])
    return list(report.messages.select_related("by"))


def open_questions(messages: Sequence[Message]) -> list[Message]:
    """The questions about links that nobody answered yet. No query."""
    answered = {message.answers_id for message in messages}
    return [m for m in messages if m.is_question and m.pk not in answered]


def question_of(report: Report, typed: str) -> Message | None:
    """The question of this report with a number as it came in a form."""
    if not typed.isdecimal() or len(typed) > 18:
        return None
    return report.messages.filter(
        pk=int(typed), sender=Sender.CASEWORKER, about__isnull=False
    ).first()


def reports_that_wait() -> QuerySet[Message, uuid.UUID]:
    """The reports, by number, of which a message waits for a caseworker."""
    return Message.objects.filter(WAITS).values_list("report_id", flat=True)


@dataclass(frozen=True)
class LinkOnDesk:
    """One link of a report as staff see it: its number on the status page, and its location."""

    number: int
    link: ReportedLink
    location: Location

    @property
    def account(self) -> str:
        """Whose account it is on, as the reporter said it; of a possible minor's page nothing."""
        return "" if self.location.is_possibly_minor else covered(self.link.account or "")


def links_on_desk(report: Report) -> list[LinkOnDesk]:
    """The links of a report with their locations, and no address. One query."""
    links = report.links.select_related("statement__location").defer(
        "as_typed", "statement__location__url"
    )
    return [LinkOnDesk(link.position + 1, link, link.statement.location) for link in links]


@dataclass(frozen=True)
class Waiting:
    """A report of which messages wait for a caseworker, without what they say."""

    report_id: uuid.UUID
    language: str
    count: int
    since: datetime

    @property
    def short(self) -> str:
        return short_of(self.report_id)


@dataclass(frozen=True)
class Tray:
    """One page of what waits, the longest wait first."""

    rows: list[Waiting]
    page: int
    has_next: bool


def tray(user: User, *, page: int = 1) -> Tray:
    """The reports of a person's services of which messages wait. One query."""
    start = (page - 1) * PAGE
    rows = [
        Waiting(report_id, language, count, since)
        for report_id, language, count, since in _mine(user)
        .values("report_id", "report__language")
        .annotate(count=Count("pk"), since=Min("at"))
        .order_by("since", "report_id")
        .values_list("report_id", "report__language", "count", "since")[start : start + PAGE + 1]
    ]
    return Tray(rows[:PAGE], page, has_next=len(rows) > PAGE)


def count_waiting(user: User) -> int:
    """Of how many reports something waits."""
    return _mine(user).values("report_id").distinct().count()


@dataclass(frozen=True)
class Behind:
    """The report behind a statement, and how many of its messages wait. A dossier of it can be made
    of pages of adults alone."""

    report_id: uuid.UUID
    of_adult: bool
    new: int


def reports_behind(statement_ids: Sequence[int]) -> dict[int, Behind]:
    """The report behind each statement. One query."""
    rows = (
        ReportedLink.objects.filter(statement__in=statement_ids)
        .annotate(
            new=Count(
                "report__messages",
                filter=Q(
                    report__messages__sender=Sender.REPORTER,
                    report__messages__heeded_at=None,
                ),
            )
        )
        .values_list("statement_id", "report_id", "statement__location__picture_age", "new")
    )
    return {
        statement_id: Behind(report_id, age == PictureAge.ADULT, new)
        for statement_id, report_id, age, new in rows
    }


def page_of(report_id: uuid.UUID) -> str:
    """Where staff talk with the reporter of a report."""
    return reverse("talk:talk", args=[report_id])


def short_of(report_id: uuid.UUID) -> str:
    """A name of a report to say aloud on the desk; it tells nothing of who made it."""
    return f"{report_id.hex[:4]}-{report_id.hex[4:8]}".upper()


def _mine(user: User) -> QuerySet[Message]:
    return Message.objects.filter(WAITS, report__service__memberships__user=user)
