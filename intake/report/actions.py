"""What visitors, counsellors and the worker do with reports."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.privacy.vault.keys import create_key, destroy_key
from helpline.services.models import Service
from helpline.staff.audit import record
from helpline.staff.models import User
from intake.removal import actions as removal
from intake.removal.actions import StatementFacts
from intake.removal.canonical import CanonicalURL, NotAnAddress, Reason, canonicalise
from intake.removal.models import Wish
from intake.report import codes
from intake.report.declarations import DECLARATION_VERSION, DECLARATIONS, MANDATE_VERSION, MANDATES
from intake.report.links import find_links
from intake.report.models import Report, ReportedLink
from intake.report.permissions import check_can_read
from intake.report.queries import reports_under_way
from intake.report.states import Situation

__all__ = [
    "DECLARATIONS",
    "DECLARATION_VERSION",
    "MANDATES",
    "MANDATE_VERSION",
    "MAX_LINKS",
    "AlreadySent",
    "LinkFacts",
    "ReportFacts",
    "StatementFacts",
    "Submitted",
    "address_in",
    "erase_report",
    "find_links",
    "go_ahead",
    "read_report",
    "settle_reports",
    "submit_report",
    "withdraw_mandates",
]

MAX_LINKS = 200
# A form that arrives again within this time is a double click or a reload, and gets its code again.
SAME_FORM = timedelta(hours=1)


@dataclass(frozen=True)
class LinkFacts:
    """One link as it was typed, with what the reporter says about it.

    Without facts the person in it is possibly a minor. ``address`` is found from ``typed`` when it
    is not given.
    """

    typed: str
    facts: StatementFacts = field(default_factory=StatementFacts)
    address: CanonicalURL | None = None


@dataclass(frozen=True)
class ReportFacts:
    """What a report says beside its links."""

    situation: str = Situation.SKIPPED
    language: str = "nl"


@dataclass(frozen=True)
class Submitted:
    """A report and its code, which is shown once and kept nowhere."""

    report: Report
    code: str

    @property
    def grouped_code(self) -> str:
        return codes.grouped(self.code)


class AlreadySent(Exception):
    """This form was sent longer ago, and its code is not given a second time."""


def submit_report(
    *,
    service: Service,
    links: Sequence[LinkFacts],
    about: ReportFacts,
    by_chat: bool = False,
    submission_key: str = "",
) -> Submitted:
    """Keep a report with all its links, or nothing, and give its code.

    The same ``submission_key`` gives the same report and code again for an hour, and raises
    AlreadySent after that. Raises NotAnAddress for a link that cannot be reported, and ValueError
    for no links or more than MAX_LINKS.
    """
    if not 0 < len(links) <= MAX_LINKS:
        raise ValueError(f"A report has 1 to {MAX_LINKS} links.")
    addressed = _addressed(links)
    submission = submission_key or uuid.uuid4().hex
    code = codes.code_for(submission)
    earlier = _sent_before(submission)
    if earlier is not None:
        return Submitted(earlier, code)
    report = Report(
        service=service,
        code_hash=codes.hash_of(code),
        submission_hash=codes.submission_hash(submission),
        situation=about.situation,
        language=about.language,
        by_chat=by_chat,
        created_at=timezone.now(),
    )
    create_key(report.pk, kind="report")
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            _save_links(report, addressed)
    except IntegrityError:
        destroy_key(report.pk)
        earlier = _sent_before(submission)  # the other click was faster
        if earlier is None:
            raise
        return Submitted(earlier, code)
    return Submitted(report, code)


def go_ahead(*, report: Report, declaration_version: str, mandate_version: str = "") -> int:
    """The visitor waited, and now wants us to ask. Returns how many links that concerned."""
    waiting = 0
    with transaction.atomic():
        for link in report.links.select_related("statement").order_by("statement__location_id"):
            statement = link.statement
            if statement.wish == Wish.REMOVE or statement.mandate_withdrawn_at is not None:
                continue
            removal.change_wish(
                statement,
                Wish.REMOVE,
                declaration_version=declaration_version,
                mandate_version=mandate_version,
            )
            waiting += 1
    return waiting


def withdraw_mandates(*, report: Report) -> int:
    """The visitor no longer wants us to act. Returns how many statements that concerned."""
    withdrawn = 0
    with transaction.atomic():
        for link in report.links.select_related("statement").order_by("statement__location_id"):
            if link.statement.mandate_withdrawn_at is None:
                removal.withdraw_mandate(link.statement)
                withdrawn += 1
    return withdrawn


def erase_report(*, report: Report) -> None:
    """Erase a report for good, at once. What was asked of others cannot be called back; nothing
    more is asked unless somebody else reported the same page.
    """
    with transaction.atomic():
        statements = [
            link.statement
            for link in report.links.select_related("statement").order_by("statement__location_id")
        ]
        report.links.all().delete()
        Report.objects.filter(pk=report.pk).delete()
        for statement in statements:
            removal.release_statement(statement)
        transaction.on_commit(lambda: destroy_key(report.pk))


def read_report(*, report: Report, by: User) -> list[ReportedLink]:
    """Open a report for a member of staff: first on the record, then the words.

    Raises PermissionDenied.
    """
    check_can_read(by, report)
    record(by=by, action="open_report", subject_kind="report", subject_id=str(report.pk))
    return list(report.links.select_related("statement__location"))


def settle_reports() -> int:
    """Note on which reports nothing more happens by itself, and on which it does again.

    From that moment their lifetime counts. Two statements. Returns how many changed.
    """
    settled = Report.objects.filter(settled_at=None).exclude(pk__in=reports_under_way())
    again = Report.objects.filter(settled_at__isnull=False, pk__in=reports_under_way())
    return settled.update(settled_at=timezone.now()) + again.update(settled_at=None)


def _addressed(links: Sequence[LinkFacts]) -> list[tuple[LinkFacts, CanonicalURL]]:
    """Each link with its address, the same address once."""
    found: dict[str, tuple[LinkFacts, CanonicalURL]] = {}
    for link in links:
        address = link.address or address_in(link.typed)
        found.setdefault(address.url, (link, address))
    return list(found.values())


def address_in(typed: str) -> CanonicalURL:
    """The address that a report of this text would be about. Raises NotAnAddress, a ValueError."""
    candidates = find_links(typed)
    if not candidates:
        return canonicalise(typed)
    if candidates[0].address is None:
        raise NotAnAddress(candidates[0].problem or Reason.UNREADABLE)
    return candidates[0].address


def _sent_before(submission: str) -> Report | None:
    earlier = Report.objects.filter(submission_hash=codes.submission_hash(submission)).first()
    if earlier is not None and earlier.created_at < timezone.now() - SAME_FORM:
        raise AlreadySent
    return earlier


def _save_links(report: Report, links: list[tuple[LinkFacts, CanonicalURL]]) -> None:
    statements = {}
    # In one order for everybody: two reports of the same pages lock them one after the other.
    for link, address in sorted(links, key=lambda pair: pair[1].url):
        statements[address.url] = removal.register_statement(
            service=report.service,
            url=address,
            facts=link.facts,
        )
    for position, (link, address) in enumerate(links):
        row = ReportedLink(report=report, position=position, statement=statements[address.url])
        row.as_typed = link.typed
        row.save(force_insert=True)
