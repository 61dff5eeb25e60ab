"""The domain name system: where a name leads, and who keeps it."""

import ipaddress
from typing import Any

import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver
from django.conf import settings

from intake.recipients.lookups.findings import Budget, Finding, NoAnswerError
from intake.recipients.states import EvidenceKind, Reason

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

SECONDS = 3.0
MOST_RECORDS = 20
# Written in books and used by tests; no register knows them, no packet reaches them.
BOOK_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32")
)
# IPv4 addresses behind a translator, written as IPv6.
TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


def trace(host: str, domain: str | None, *, budget: Budget) -> tuple[list[Finding], list[Address]]:
    """Everything the name system says about a host, and the public addresses it leads to."""
    found: list[Finding] = []
    addresses: list[Address] = []
    for kind in ("A", "AAAA"):
        finding = _ask(host, kind, budget=budget)
        found.append(finding)
        addresses += [ipaddress.ip_address(text) for text in finding.facts.get("records", [])]
    found.append(_ask(host, "CNAME", budget=budget))
    if domain is not None:
        found += [_ask(domain, kind, budget=budget) for kind in ("NS", "MX")]
    return found, addresses


def is_public(address: Address) -> bool:
    """Whether an address can be somebody's server on the internet.

    With registers of our own (tests, demo) those that are only written in books count too.
    """
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
    if address.is_global and not address.is_multicast:
        return True
    return bool(settings.HELPLINE_RDAP_BASE) and any(
        address in network for network in BOOK_NETWORKS if network.version == address.version
    )


def addresses_of(name: str, *, seconds: float) -> list[Address]:
    """The addresses of a register's server. Raises NoAnswerError with the reason for none."""
    found: list[Address] = []
    for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
        try:
            answer = _resolver().resolve(name, kind, lifetime=seconds, search=False)
        except (dns.exception.DNSException, OSError):
            continue
        found += [ipaddress.ip_address(record.to_text()) for record in answer]
    if not found:
        raise NoAnswerError(Reason.UNREACHABLE)
    return found[:MOST_RECORDS]


def _ask(name: str, kind: str, *, budget: Budget) -> Finding:
    asked = f"{kind} {name}"
    try:
        facts = _facts(name, kind, seconds=budget.at_most(SECONDS))
    except NoAnswerError as error:
        return Finding(EvidenceKind.DNS, asked, reason=error.reason)
    return Finding(EvidenceKind.DNS, asked, facts)


def _facts(name: str, kind: str, *, seconds: float) -> dict[str, Any]:
    try:
        answer = _resolver().resolve(name, kind, lifetime=seconds, search=False)
    except dns.resolver.NXDOMAIN:
        raise NoAnswerError(Reason.NO_SUCH_NAME) from None
    except dns.resolver.NoAnswer:
        # The name exists and has no such record, which is a fact and no failure.
        raise NoAnswerError(Reason.NONE) from None
    except (dns.exception.DNSException, OSError):
        raise NoAnswerError(Reason.NO_DNS) from None
    # Servers shuffle; sorted, two look-ups can be compared.
    facts: dict[str, Any] = {"records": sorted(map(_text, answer))[:MOST_RECORDS]}
    if kind == "CNAME":
        return facts
    # A chain of other names often shows a content delivery network before the host.
    aliases = [
        _name(record.target)
        for rrset in answer.response.answer
        if rrset.rdtype == dns.rdatatype.CNAME
        for record in rrset
    ]
    if aliases:
        facts["cname"] = aliases[:MOST_RECORDS]
    return facts


def _text(record: Any) -> str:
    if record.rdtype in (dns.rdatatype.NS, dns.rdatatype.CNAME):
        return _name(record.target)
    if record.rdtype == dns.rdatatype.MX:
        return f"{record.preference} {_name(record.exchange)}"
    return str(record.to_text())


def _name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower()


def _resolver() -> dns.resolver.Resolver:
    servers = settings.HELPLINE_DNS_SERVERS
    if not servers:
        return dns.resolver.Resolver()
    resolver = dns.resolver.Resolver(configure=False)
    resolver.nameservers = [_server(text) for text in servers]
    return resolver


def _server(text: str) -> dns.nameserver.Nameserver:
    """A name server from the settings: an address, with or without a port."""
    host, _, port = text.strip().rpartition(":")
    if not host or (":" in host and not host.startswith("[")):
        host, port = text.strip(), "53"
    return dns.nameserver.Do53Nameserver(host.removeprefix("[").removesuffix("]"), int(port))
