"""What caseworkers do with an account or search words for which nobody had an address."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from helpline.staff.audit import record
from helpline.staff.models import User
from intake.removal import actions as removal
from intake.removal.actions import StatementFacts
from intake.removal.canonical import CanonicalURL
from intake.removal.models import AgeInPicture, Wish
from intake.report.leads import Told
from intake.report.models import Lead, Report, ReportedLink
from intake.report.permissions import check_can_read
from intake.report.states import LeadKind, LeadOutcome


class NotThisLead(Exception):
    """Somebody was faster, or this cannot be done with this lead."""


@dataclass(frozen=True)
class LeadFacts:
    """A lead with what the reporter says about the images."""

    told: Told
    facts: StatementFacts = field(default_factory=StatementFacts)


def save_leads(report: Report, leads: Sequence[LeadFacts]) -> None:
    """Keep leads of a report behind those that stand in it, the same one once."""
    there = list(report.leads.all())
    told = {(lead.kind, lead.place, lead.name) for lead in there}
    new = [one for one in leads if (one.told.kind, one.told.place, one.told.name) not in told]
    for position, lead in enumerate(new, len(there)):
        row = Lead(
            report=report,
            position=position,
            kind=lead.told.kind,
            possibly_minor=lead.facts.age_in_picture != AgeInPicture.ADULT,
            created_at=timezone.now(),
        )
        row.place, row.name = lead.told.place, lead.told.name
        row.facts_json = json.dumps(asdict(lead.facts), default=str)
        row.save(force_insert=True)


def open_lead(*, lead: Lead, by: User) -> None:
    """Put on the record that somebody reads a lead. Raises PermissionDenied."""
    check_can_read(by, lead.report)
    record(by=by, action="open_lead", subject_kind="report", subject_id=str(lead.report_id))


def address_found(*, lead: Lead, address: CanonicalURL, by: User) -> ReportedLink:
    """A caseworker found the address. Nobody is asked before the reporter says it is the right one.

    Raises PermissionDenied, and NotThisLead when it was settled or may be about a minor: nobody
    here looks for such images.
    """
    check_can_read(by, lead.report)
    if lead.possibly_minor:
        raise NotThisLead
    with transaction.atomic():
        _settle(lead, LeadOutcome.FOUND, by=by)
        # Two leads of one report would take one position.
        report = Report.objects.select_for_update().get(pk=lead.report_id)
        link = _link_to(report, address) or _new_link(report, lead, address)
        Lead.objects.filter(pk=lead.pk).update(link=link)
    lead.link = link
    return link


def nothing_found(*, lead: Lead, by: User) -> None:
    """A caseworker could not find an address. Raises PermissionDenied, NotThisLead."""
    check_can_read(by, lead.report)
    if lead.possibly_minor:
        raise NotThisLead
    with transaction.atomic():
        _settle(lead, LeadOutcome.NOT_FOUND, by=by)


def given_to_hotline(*, lead: Lead, by: User, reference: str = "") -> None:
    """A caseworker gave the lead to the hotline, who may have a number for it.

    Raises PermissionDenied, NotThisLead.
    """
    check_can_read(by, lead.report)
    if not lead.possibly_minor:
        raise NotThisLead
    with transaction.atomic():
        _settle(lead, LeadOutcome.HOTLINE, by=by, hotline_reference=reference)


def _settle(lead: Lead, outcome: LeadOutcome, *, by: User, hotline_reference: str = "") -> None:
    lead.outcome, lead.settled_at = outcome, timezone.now()
    lead.hotline_reference = hotline_reference
    changed = Lead.objects.filter(pk=lead.pk, settled_at=None).update(
        outcome=outcome, settled_at=lead.settled_at, hotline_reference=hotline_reference
    )
    if changed != 1:
        raise NotThisLead
    record(by=by, action=f"lead_{outcome}", subject_kind="report", subject_id=str(lead.report_id))


def _link_to(report: Report, address: CanonicalURL) -> ReportedLink | None:
    """The link of the report that leads to this address already."""
    links = report.links.select_related("statement__location")
    return next((link for link in links if link.statement.location.url == address.url), None)


def _new_link(report: Report, lead: Lead, address: CanonicalURL) -> ReportedLink:
    last = report.links.aggregate(last=Max("position"))["last"]
    link = ReportedLink(report=report, position=0 if last is None else last + 1)
    link.statement = removal.register_statement(
        service=report.service, url=address, facts=_facts_of(lead)
    )
    link.as_typed = address.url
    link.account = lead.name if lead.kind == LeadKind.ACCOUNT else None
    link.save(force_insert=True)
    return link


def _facts_of(lead: Lead) -> StatementFacts:
    """What was said, without what was declared: that was not about this address yet."""
    said = json.loads(lead.facts_json)
    said.pop("seen_on")
    facts = StatementFacts(**said, seen_on=None)
    return replace(
        facts,
        seen_precision="unknown" if facts.seen_precision == "unknown" else "skipped",
        wish=Wish.WAIT if facts.wish == Wish.REMOVE else facts.wish,
        declaration_version="",
        mandate_version="",
    )
