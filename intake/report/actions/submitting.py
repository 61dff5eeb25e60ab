"""A report comes in: all its links, or nothing."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.privacy.vault.keys import create_key, destroy_key
from helpline.services.models import Service
from intake.removal import actions as removal
from intake.removal.actions import StatementFacts
from intake.removal.canonical import CanonicalURL, NotAnAddress, Reason, canonicalise
from intake.report import codes
from intake.report.actions.leads import LeadFacts, save_leads
from intake.report.leads import MAX_LEADS
from intake.report.links import find_links
from intake.report.models import Report, ReportedLink
from intake.report.states import Situation

MAX_LINKS = 200
# A form that arrives again within this time is a double click or a reload, and gets its code again.
SAME_FORM = timedelta(hours=1)


@dataclass(frozen=True)
class LinkFacts:
    """One link as it was typed, with what the reporter says about it.

    Without facts the person in it is possibly a minor. ``address`` is found from ``typed`` when it
    is not given. ``account`` is the name of the account it is on, when somebody knows.
    """

    typed: str
    facts: StatementFacts = field(default_factory=StatementFacts)
    address: CanonicalURL | None = None
    account: str = ""


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
    leads: Sequence[LeadFacts] = (),
    by_chat: bool = False,
    submission_key: str = "",
) -> Submitted:
    """Keep a report with all its links and leads, or nothing, and give its code.

    The same ``submission_key`` gives the same report and code again for an hour, and raises
    AlreadySent after that. Raises NotAnAddress for a link that cannot be reported, and ValueError
    for nothing at all, more than MAX_LINKS links or more than MAX_LEADS leads.
    """
    submission = submission_key or uuid.uuid4().hex
    code = codes.code_for(submission)
    report = Report(
        service=service,
        code_hash=codes.hash_of(code),
        situation=about.situation,
        language=about.language,
        by_chat=by_chat,
    )
    return Submitted(keep_report(report, links, leads, submission=submission), code)


def keep_report(
    report: Report,
    links: Sequence[LinkFacts],
    leads: Sequence[LeadFacts] = (),
    *,
    submission: str,
    also: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Keep a new report with all its links, leads and what ``also`` adds, or nothing.

    Returns the report that the same submission made before, if it did. Raises as ``submit_report``.
    """
    if not (links or leads) or len(links) > MAX_LINKS or len(leads) > MAX_LEADS:
        raise ValueError(f"A report has 1 to {MAX_LINKS} links.")
    addressed = addressed_once(links)
    earlier = _sent_before(submission)
    if earlier is not None:
        return earlier
    report.submission_hash = codes.submission_hash(submission)
    report.created_at = timezone.now()
    create_key(report.pk, kind="report")
    try:
        with transaction.atomic():
            report.save(force_insert=True)
            save_links(report, addressed)
            save_leads(report, leads)
            also(report)
    except IntegrityError:
        destroy_key(report.pk)
        earlier = _sent_before(submission)  # the other click was faster
        if earlier is None:
            raise
        return earlier
    return report


def address_in(typed: str) -> CanonicalURL:
    """The address that a report of this text would be about. Raises NotAnAddress, a ValueError."""
    candidates = find_links(typed)
    if not candidates:
        return canonicalise(typed)
    if candidates[0].address is None:
        raise NotAnAddress(candidates[0].problem or Reason.UNREADABLE)
    return candidates[0].address


def addressed_once(links: Sequence[LinkFacts]) -> list[tuple[LinkFacts, CanonicalURL]]:
    """Each link with its address, the same address once."""
    found: dict[str, tuple[LinkFacts, CanonicalURL]] = {}
    for link in links:
        address = link.address or address_in(link.typed)
        found.setdefault(address.url, (link, address))
    return list(found.values())


def _sent_before(submission: str) -> Report | None:
    earlier = Report.objects.filter(submission_hash=codes.submission_hash(submission)).first()
    if earlier is not None and earlier.created_at < timezone.now() - SAME_FORM:
        raise AlreadySent
    return earlier


def save_links(
    report: Report, links: list[tuple[LinkFacts, CanonicalURL]], *, start: int = 0
) -> None:
    """Keep links with their statements, from a position on. The caller's transaction holds."""
    statements = {}
    # In one order for everybody: two reports of the same pages lock them one after the other.
    for link, address in sorted(links, key=lambda pair: pair[1].url):
        statements[address.url] = removal.register_statement(
            service=report.service,
            url=address,
            facts=link.facts,
        )
        if report.situation == Situation.PRESSURE:
            removal.heed_pressure(statements[address.url].location)
    for position, (link, address) in enumerate(links, start):
        row = ReportedLink(report=report, position=position, statement=statements[address.url])
        row.as_typed = link.typed
        row.account = link.account or None
        row.save(force_insert=True)
