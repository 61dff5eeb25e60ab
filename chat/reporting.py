"""From a chat to a report: the only place where chat meets intake, and only its report's actions."""

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from chat.errors import ChatError, Code
from chat.models import Conversation, ReportOffer
from helpline.privacy.vault.errors import VaultError
from intake.report.actions import (
    DECLARATION_VERSION,
    DECLARATIONS,
    MANDATE_VERSION,
    AlreadySent,
    LinkFacts,
    ReportFacts,
    StatementFacts,
    address_in,
    find_links,
    submit_report,
)

LINKS = 200
LINKS_BYTES = 24 * 1024


@dataclass(frozen=True)
class Facts:
    """What the visitor answered about all the links of an offer. Empty is "not answered"."""

    who: str = ""
    age: str = ""
    recognisable: str = ""
    agreed: str = ""
    declares: bool = False
    may_act: bool = False


class Links:
    """Addresses named in a conversation, each once, as they will be reported. Nobody opens them.

    As many as one question to the visitor may hold, and as fit in one frame.
    """

    def __init__(self) -> None:
        self.upto = 0  # the place up to which was looked
        self._found: dict[str, dict[str, str]] = {}
        self._left = LINKS_BYTES

    def add(self, seq: int, said: str) -> None:
        self.upto = seq
        for link in find_links(said):
            if link.address is None or link.address.url in self._found:
                continue
            one = {"url": link.address.url, "typed": link.typed}
            self._left -= sum(len(text.encode()) for text in one.values())
            if self._left < 0 or len(self._found) >= LINKS:
                return
            self._found[link.address.url] = one

    def shown(self) -> list[dict[str, str]]:
        return list(self._found.values())


def check_links(links: Sequence[str]) -> None:
    """Raise ChatError(MALFORMED) unless a report can be made of each."""
    try:
        for link in links:
            address_in(link)
    except ValueError:
        raise ChatError(Code.MALFORMED) from None


def send_in(conversation: Conversation, offer: ReportOffer, *, facts: Facts, key: uuid.UUID) -> str:
    """Make the report of an offer; returns the visitor's return code as it is shown.

    The same ``key`` gives the same report and code. Raises ChatError(ANSWERED) when that was too long
    ago for the code to be given again.
    """
    statement = StatementFacts(
        reported_by=facts.who or "skipped",
        age_in_picture=facts.age or "skipped",
        recognisable=facts.recognisable or "skipped",
        agreed=facts.agreed or "skipped",
        declaration_version=DECLARATION_VERSION if facts.declares else "",
        mandate_version=MANDATE_VERSION if facts.may_act else "",
    )
    try:
        submitted = submit_report(
            service=conversation.service,
            links=[LinkFacts(typed=link, facts=statement) for link in links_of(offer)],
            about=ReportFacts(language=conversation.language),
            by_chat=True,
            submission_key=key.hex,
        )
    except AlreadySent:
        raise ChatError(Code.ANSWERED) from None
    return submitted.grouped_code


def links_of(offer: ReportOffer) -> list[str]:
    """The addresses that the visitor is asked about. Raises ChatError(UNKNOWN) when the chat was
    erased.
    """
    try:
        links: list[str] = json.loads(offer.links)
    except VaultError:
        raise ChatError(Code.UNKNOWN) from None
    return links


def declaration() -> str:
    """The text that the visitor declares, in the reader's language."""
    return str(DECLARATIONS[DECLARATION_VERSION])
