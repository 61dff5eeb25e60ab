"""From a chat to a report: the only place where chat meets intake, and only its report's actions."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from chat.models import Conversation, ReportOffer
from intake.report.actions import (
    DECLARATION_VERSION,
    DECLARATIONS,
    MANDATE_VERSION,
    LinkFacts,
    ReportFacts,
    StatementFacts,
    find_links,
    submit_report,
)


@dataclass(frozen=True)
class Facts:
    """What the visitor answered about all the links of an offer. Empty is "not answered"."""

    who: str = ""
    age: str = ""
    recognisable: str = ""
    agreed: str = ""
    declares: bool = False
    may_act: bool = False


def links_in(said: Iterable[str]) -> list[dict[str, str]]:
    """Addresses named in what was said, each once: as they will be reported. Nobody opens them."""
    found: dict[str, dict[str, str]] = {}
    for text in said:
        for link in find_links(text):
            if link.address is not None:
                found.setdefault(link.address.url, {"url": link.address.url, "typed": link.typed})
    return list(found.values())


def send_in(conversation: Conversation, offer: ReportOffer, *, facts: Facts, key: uuid.UUID) -> str:
    """Make the report of an offer; returns the visitor's return code as it is shown.

    The same ``key`` gives the same report and code.
    """
    statement = StatementFacts(
        reported_by=facts.who or "skipped",
        age_in_picture=facts.age or "skipped",
        recognisable=facts.recognisable or "skipped",
        agreed=facts.agreed or "skipped",
        declaration_version=DECLARATION_VERSION if facts.declares else "",
        mandate_version=MANDATE_VERSION if facts.may_act else "",
    )
    submitted = submit_report(
        service=conversation.service,
        links=[LinkFacts(typed=link, facts=statement) for link in links_of(offer)],
        about=ReportFacts(language=conversation.language),
        by_chat=True,
        submission_key=key.hex,
    )
    return submitted.grouped_code


def links_of(offer: ReportOffer) -> list[str]:
    """The addresses that the visitor is asked about."""
    links: list[str] = json.loads(offer.links)
    return links


def declaration() -> str:
    """The text that the visitor declares, in the reader's language."""
    return str(DECLARATIONS[DECLARATION_VERSION])
