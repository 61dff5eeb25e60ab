"""What the pages about links show beside them: whose site it is, and which are one page."""

from dataclasses import dataclass

from django.utils.translation import ngettext

from intake.recipients.queries import KnownSite, known_sites
from intake.removal.models import PageKind
from intake.report.answers import Answers
from intake.report.fields import mark_of
from intake.report.links import FoundLink
from intake.report.wording import REASONS


@dataclass(frozen=True)
class ShownLink:
    """A link as the page of found links shows it."""

    mark: str
    link: FoundLink
    site: str  # the name of a known platform, or empty


def found_context(answers: Answers) -> dict[str, object]:
    """The links that were found, those taken out, those that cannot be used, and why."""
    known = known_sites({link.address.host for link in answers.found if link.address})

    def shown(links: list[FoundLink]) -> list[ShownLink]:
        return [ShownLink(mark_of(link), link, _name(link, known)) for link in links]

    return {
        "links": shown(answers.links),
        "left_out": shown(answers.left_out),
        "problems": [
            (link.typed, REASONS[link.problem]) for link in answers.problems if link.problem
        ],
        "own_forms": own_forms(answers, known),
    }


def own_forms(answers: Answers, known: dict[str, KnownSite] | None = None) -> list[KnownSite]:
    """The sites behind the reported links that take a complaint themselves, each once, by name."""
    hosts = {link.address.host for link in answers.links if link.address}
    if known is None:
        known = known_sites(hosts)
    found = {known[host] for host in hosts if host in known and known[host].form_url}
    return sorted(found, key=lambda site: site.name.casefold())


def _name(link: FoundLink, known: dict[str, KnownSite]) -> str:
    site = known.get(link.address.host) if link.address else None
    return site.name if site else ""


def details_in_words(answers: Answers) -> str:
    """What was said about the links of their own, on one line; empty when nothing was."""
    details = answers.details
    said = [details.of(mark_of(link)) for link in answers.links]
    told = [detail for detail in said if detail]
    if len(said) == 1 and told:
        kind = dict(PageKind.choices).get(told[0].kind, "")
        return ", ".join(str(part) for part in (kind, told[0].seen, told[0].account) if part)
    words = [details.seen] if details.seen else []
    if told:
        words.append(
            ngettext("something about %(count)d link", "something about %(count)d links", len(told))
            % {"count": len(told)}
        )
    return ", ".join(words)
