"""Registration data: which network an address belongs to, who sold a name, and their abuse desk.

whoisit knows which register to ask and reads contact cards. Its own parser refuses an answer
without a handle, and its own requests have no bound on size, so both are done here.
"""

import json
import re
import threading
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.utils import timezone

from intake.recipients.channels.base import ADDRESS
from intake.recipients.hosts import normalise_host
from intake.recipients.lookups.dns import Address
from intake.recipients.lookups.findings import Budget, Contact, Finding, NoAnswerError
from intake.recipients.lookups.http import fetch_json
from intake.recipients.states import Confidence, EvidenceKind, Kind, Reason, Source

SECONDS = 6.0
LONGEST_TEXT = 120
DEEPEST = 5
MOST_ENTITIES = 200
MOST_CONTACTS = 5
ABUSE_IN_TEXT = re.compile(r"[\w.+-]*abuse[\w.+-]*@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE | re.ASCII)

WHICH_REGISTER = "recipients:rdap-registers"
MOST_BOOTSTRAP_BYTES = 2 * 1024 * 1024
BOOTSTRAP_DAYS = 7
_bootstrap_lock = threading.Lock()


def network_of(address: Address, *, budget: Budget) -> Finding:
    """Who runs the network that an address is in."""
    asked = f"ip {address}"
    try:
        return read_network(asked, _ask("ip", str(address), budget))
    except NoAnswerError as error:
        return Finding(EvidenceKind.RDAP, asked, reason=error.reason)


def registrar_of(domain: str, *, budget: Budget) -> Finding:
    """Who sold a domain name. About its holder, who may be a person, nothing is kept."""
    asked = f"domain {domain}"
    try:
        answer = _ask("domain", domain, budget)
        finding = read_domain(asked, answer)
        if finding.reason is Reason.NO_CONTACT:
            elsewhere = _related(answer)
            if elsewhere:
                # A thin register knows the name only; the seller's own register knows the rest.
                further = fetch_json(elsewhere, seconds=budget.at_most(SECONDS))
                finding = read_domain(asked, further)
    except NoAnswerError as error:
        return Finding(EvidenceKind.RDAP, asked, reason=error.reason)
    return finding


def read_network(asked: str, answer: Any) -> Finding:
    """What a register's answer about an address says. Raises NoAnswerError on rubbish."""
    raw = _object(answer)
    facts = _texts(
        raw,
        name="name",
        handle="handle",
        country="country",
        start="startAddress",
        end="endAddress",
        register="port43",
    )
    entities = [(_card(entity), roles) for entity, roles in _entities(raw)]
    # An abuse desk's card is often called no more than "Abuse": visitors are told who is asked.
    holder = next(
        (
            card["name"]
            for card, roles in entities
            if "registrant" in roles and card.get("kind") != "individual" and card.get("name")
        ),
        _text(raw.get("name")),
    )
    abuse: list[Contact] = []
    others: list[Contact] = []
    for card, roles in entities:
        name = card.get("organisation") or holder or card.get("name", "")
        if "abuse" in roles:
            abuse += _contacts(Kind.NETWORK, Source.RDAP_IP, Confidence.HIGH, name, card)
        elif roles & {"administrative", "technical", "noc"} and card.get("kind") != "individual":
            # A person's own address is not for us, however public.
            others += _contacts(Kind.NETWORK, Source.RDAP_IP, Confidence.LOW, name, card)
    named_in_text = [
        Contact(Kind.NETWORK, Source.RDAP_IP, Confidence.LOW, holder or address, address)
        for address in _addresses_in_remarks(raw)
    ]
    return _finding(asked, facts, abuse or named_in_text or others)


def read_domain(asked: str, answer: Any) -> Finding:
    """What a register's answer about a name says. Raises NoAnswerError on rubbish."""
    raw = _object(answer)
    facts = _texts(raw, name="ldhName", register="port43")
    contacts: list[Contact] = []
    fallback: list[Contact] = []
    for entity in _list(raw.get("entities")):
        if "registrar" not in _roles(entity):
            if "abuse" in _roles(entity):
                card = _card(entity)
                fallback += _contacts(
                    Kind.REGISTRAR, Source.RDAP_DOMAIN, Confidence.LOW, card.get("name", ""), card
                )
            continue
        card = _card(entity)
        registrar = card.get("organisation") or card.get("name") or _text(entity.get("handle"))
        facts["registrar"] = registrar
        for nested, roles in _entities(entity):
            if "abuse" in roles:
                contacts += _contacts(
                    Kind.REGISTRAR, Source.RDAP_DOMAIN, Confidence.HIGH, registrar, _card(nested)
                )
        fallback += _contacts(Kind.REGISTRAR, Source.RDAP_DOMAIN, Confidence.LOW, registrar, card)
    return _finding(asked, facts, contacts or fallback)


def _finding(asked: str, facts: dict[str, Any], contacts: list[Contact]) -> Finding:
    unique = {contact.address: contact for contact in reversed(contacts)}
    found = tuple(reversed(unique.values()))[:MOST_CONTACTS]
    return Finding(
        EvidenceKind.RDAP,
        asked,
        facts,
        Reason.FOUND if found else Reason.NO_CONTACT,
        found,
    )


def _ask(what: str, value: str, budget: Budget) -> Any:
    return fetch_json(_url(what, value, budget), seconds=budget.at_most(SECONDS))


def _url(what: str, value: str, budget: Budget) -> str:
    if settings.HELPLINE_RDAP_BASE:
        return f"{settings.HELPLINE_RDAP_BASE.rstrip('/')}/{what}/{value}"
    # Imported here: it takes half a second, and a site that never looks a host up never waits.
    import whoisit  # noqa: PLC0415 -- see above
    from whoisit.errors import WhoisItError  # noqa: PLC0415 -- see above

    with _bootstrap_lock:
        _know_registers(budget)
        try:
            _, url, _ = whoisit.build_query(query_type=what, query_value=value)
        except WhoisItError:
            raise NoAnswerError(Reason.NO_SERVER) from None
    return str(url)


def _know_registers(budget: Budget) -> None:
    """Have IANA's lists of registers in memory: a week old at most, or the last there are."""
    import whoisit  # noqa: PLC0415 -- as above
    from whoisit.bootstrap import Bootstrap  # noqa: PLC0415 -- as above

    if not whoisit.is_bootstrapped():
        _load_registers(cache.get(WHICH_REGISTER))
    if whoisit.is_bootstrapped() and not whoisit.bootstrap_is_older_than(BOOTSTRAP_DAYS):
        return
    try:
        lists = {
            name: fetch_json(url, seconds=budget.at_most(SECONDS), most_bytes=MOST_BOOTSTRAP_BYTES)
            for name, url in Bootstrap.BOOTSTRAP_URLS.items()
        }
    except NoAnswerError:
        if whoisit.is_bootstrapped():
            return  # old lists are better than none
        raise
    fresh = json.dumps({"timestamp": int(timezone.now().timestamp()), **lists})
    if _load_registers(fresh):
        cache.set(WHICH_REGISTER, fresh, timeout=None)
    elif not _load_registers(cache.get(WHICH_REGISTER)):
        raise NoAnswerError(Reason.NO_SERVER)


def _load_registers(lists: str | None) -> bool:
    """Load lists of registers. Returns False, with none loaded, when they cannot be read."""
    import whoisit  # noqa: PLC0415 -- as above
    from whoisit.errors import WhoisItError  # noqa: PLC0415 -- as above

    if lists is None:
        return False
    try:
        return bool(whoisit.load_bootstrap_data(lists, overrides=True))
    except (WhoisItError, ValueError, TypeError, AttributeError):
        whoisit.clear_bootstrapping()  # it counts as loaded although it could not be read
        return False


def _related(answer: Any) -> str:
    """Where a thin register says that more is known."""
    for link in _list(_object(answer).get("links")):
        if link.get("rel") == "related" and "rdap" in str(link.get("type", "")):
            return _text(link.get("href"), longest=500)
    return ""


def _object(answer: Any) -> dict[str, Any]:
    if not isinstance(answer, dict) or "errorCode" in answer:
        raise NoAnswerError(Reason.RUBBISH)
    return answer


def _entities(raw: dict[str, Any], depth: int = 0) -> Iterator[tuple[dict[str, Any], set[str]]]:
    """Every entity of an answer, however deep, with its roles."""
    for entity in _list(raw.get("entities"))[:MOST_ENTITIES]:
        yield entity, _roles(entity)
        if depth < DEEPEST:
            yield from _entities(entity, depth + 1)


def _roles(entity: dict[str, Any]) -> set[str]:
    roles = entity.get("roles")
    return {str(role).lower() for role in roles} if isinstance(roles, list) else set()


def _list(value: Any) -> list[dict[str, Any]]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _card(entity: dict[str, Any]) -> dict[str, Any]:
    """An entity's contact card, with its texts cut to size."""
    from whoisit.parser import parse_vcard  # noqa: PLC0415 -- as above

    try:
        card = parse_vcard(entity.get("vcardArray")) or {}
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        return {}
    return {
        "name": _text(card.get("name")),
        "organisation": _text(card.get("organisation")),
        "kind": _text(card.get("kind")),
        "emails": [_text(mail, longest=254) for mail in card.get("emails", [])],
    }


def _contacts(
    kind: Kind, source: Source, confidence: Confidence, name: str, card: dict[str, Any]
) -> list[Contact]:
    return [
        Contact(kind, source, confidence, name or address, address)
        for address in map(_address, card.get("emails", []))
        if address
    ]


def _address(text: str) -> str:
    """A mail address that can be written to, or nothing."""
    local, _, domain = text.rpartition("@")
    host = normalise_host(domain) or ""
    address = f"{local}@{host}"
    return address if ADDRESS.fullmatch(address) and "." in host else ""


def _addresses_in_remarks(raw: dict[str, Any]) -> list[str]:
    lines = [
        str(line)
        for remark in _list(raw.get("remarks"))
        for line in (remark["description"] if isinstance(remark.get("description"), list) else [])
    ]
    found = ABUSE_IN_TEXT.findall(" ".join(lines)[:20_000])
    return [address for address in map(_address, found) if address]


def _texts(raw: dict[str, Any], **names: str) -> dict[str, Any]:
    found = {ours: _text(raw.get(theirs)) for ours, theirs in names.items()}
    return {name: text for name, text in found.items() if text}


def _text(value: Any, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        return ""
    return "".join(c if c.isprintable() else " " for c in value[: 4 * longest]).strip()[:longest]
