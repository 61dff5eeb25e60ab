"""The proof of reporting: what was reported when, what was done since and what was answered, as a PDF.

It is made in memory for who holds the return code, and kept nowhere. It names nobody, and the
addresses of the pages are in it only when its holder wants them there.
"""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from reportlab.platypus import Flowable

from intake.paper import beginning, drawn, moment, pairs, part
from intake.report.links import find_links
from intake.report.models import Lead, Report
from intake.report.queries import LinkProgress, leads_of_report, progress_of_report
from intake.report.states import LeadOutcome

# What the status page says to the reporter, for who else reads the document.
STEPS: dict[str, Promise] = {
    "said_still_there": gettext_lazy("The reporter told us that it is still there."),
    "said_gone": gettext_lazy("The reporter told us that it is gone."),
    "said_back": gettext_lazy("The reporter told us that it is there again."),
    "read": gettext_lazy("A colleague read what the reporter told us."),
}
STATES: dict[str, Promise] = {
    "told_there": gettext_lazy("The reporter told us that it is there. A colleague looks at it."),
    "told_gone": gettext_lazy("The reporter told us that it is gone."),
    "waiting": gettext_lazy("We wait, as the reporter chose. Nobody is asked."),
}
LEADS: dict[str, Promise] = {
    "": gettext_lazy("A colleague looks what can be done with it."),
    LeadOutcome.FOUND: gettext_lazy("A page was found with it. It stands among the links."),
    LeadOutcome.NOT_FOUND: gettext_lazy("No page was found with it."),
    LeadOutcome.HOTLINE: gettext_lazy(
        "It was given to the hotline for images of people under 18. Nobody else is asked."
    ),
}


@dataclass(frozen=True)
class ProvenStep:
    """One thing that happened, with its moment in words."""

    when: str
    what: str


@dataclass(frozen=True)
class Proven:
    """One thing that was reported: where it stands now, and everything that happened since."""

    title: str
    address: str
    now: str
    steps: list[ProvenStep]


def proof_of(report: Report, *, with_addresses: bool) -> bytes:
    """The PDF for who holds the code of this report, in the language of now. Keeps nothing.

    It asks no more than the status page, however many links there are.
    """
    entries = progress_of_report(report)
    links = [_link(entry, with_addresses=with_addresses) for entry in entries]
    leads = [
        _lead(number, lead, with_addresses=with_addresses)
        for number, lead in enumerate(leads_of_report(report), 1)
    ]
    story = _opening(report, len(links), with_addresses=with_addresses)
    for reported in [*links, *leads]:
        story += _story_of(reported)
    return drawn(story)


def _link(entry: LinkProgress, *, with_addresses: bool) -> Proven:
    now = [stands(entry)]
    if entry.progress.hotline_reference:
        now.append(_("Number at the hotline:") + f" {entry.progress.hotline_reference}")
    return Proven(
        title=_("Link %(number)s") % {"number": entry.number},
        address=address_of(entry.link.as_typed) if with_addresses else "",
        now=" ".join(now),
        steps=[ProvenStep(moment(at), what) for at, what in happened(entry)],
    )


def stands(entry: LinkProgress) -> str:
    """How it is now with a link, for who reads a document."""
    return str(STATES.get(entry.progress.state, entry.progress.now))


def happened(entry: LinkProgress) -> list[tuple[datetime, str]]:
    """All that happened to a link since its report, in order, for who reads a document."""
    statement = entry.statement
    told = [(statement.created_at, _("Reported to us."))]
    for step in entry.progress.steps:
        words = [str(STEPS.get(step.key, step.text)), step.more]
        told.append((step.at, " ".join(filter(None, words))))
    if statement.mandate_withdrawn_at is not None:
        told.append((statement.mandate_withdrawn_at, _("The reporter asked us to stop.")))
    return sorted(told, key=lambda one: one[0])


def _lead(number: int, lead: Lead, *, with_addresses: bool) -> Proven:
    """An account or a search that was told without a link. Its words may lead to the page too."""
    steps = [ProvenStep(moment(lead.created_at), _("Reported to us."))]
    now = str(LEADS[lead.outcome])
    if lead.settled_at is not None:
        steps.append(ProvenStep(moment(lead.settled_at), now))
    if lead.hotline_reference:
        now += " " + _("Number at the hotline:") + f" {lead.hotline_reference}"
    return Proven(
        title=_("Without a link %(number)s") % {"number": number},
        address=f"{lead.place}: {lead.name}" if with_addresses else "",
        now=now,
        steps=steps,
    )


def address_of(typed: str) -> str:
    """The address as a browser reads it, which is in letters that every machine has."""
    for link in find_links(typed):
        if link.address is not None:
            return link.address.url
    return typed


# What stands in it.


def _opening(report: Report, links: int, *, with_addresses: bool) -> list[Flowable]:
    organisation = settings.HELPLINE_ORGANISATION
    reported = {"when": moment(report.created_at), "organisation": organisation, "count": links}
    lead = (
        ngettext(
            "On %(when)s %(count)d link was reported to %(organisation)s.",
            "On %(when)s %(count)d links were reported to %(organisation)s.",
            links,
        )
        if links
        else _("On %(when)s a report was made to %(organisation)s.")
    )
    about = [
        _(
            "This document says what was reported and when, what was done since and what others "
            "answered. “We” is %(organisation)s."
        )
        % {"organisation": organisation},
        _("It does not say who reported. Reporting is anonymous: we do not know it ourselves."),
        _(
            "An answer of a company is what they say. “Checked” means that we found it so ourselves."
        ),
    ]
    if not with_addresses:
        about.append(
            _("The addresses of the pages are not in it, because who made it left them out.")
        )
    return beginning(_("Proof of reporting"), lead % reported, about)


def _story_of(proven: Proven) -> list[Flowable]:
    return [
        *part(proven.title, (proven.address, "address"), (proven.now, "now")),
        pairs([(step.when, step.what) for step in proven.steps]),
    ]
