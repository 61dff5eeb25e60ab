"""Networks that stand in front of somebody else's server, recognised by what the registers said."""

import ipaddress
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from intake.recipients.hosts import suffixes
from intake.recipients.lookups.dns import Address
from intake.recipients.lookups.findings import Finding
from intake.recipients.states import EvidenceKind

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


@dataclass(frozen=True)
class Cdn:
    """One such network, as the data file has it."""

    key: str
    name: str
    entry: str
    networks: tuple[Network, ...]
    cnames: frozenset[str]
    servers: frozenset[str]
    sources: tuple[str, ...]


@cache
def known() -> tuple[Cdn, ...]:
    """The networks that are known, each with the public source of how it is recognised."""
    text = files("intake.recipients.lookups").joinpath("cdn.toml").read_text(encoding="utf-8")
    return tuple(
        Cdn(
            key=raw["key"],
            name=raw["name"],
            entry=raw.get("entry", ""),
            networks=tuple(ipaddress.ip_network(network) for network in raw["networks"]),
            cnames=frozenset(raw["cnames"]),
            servers=frozenset(raw["servers"]),
            sources=tuple(raw["source"]),
        )
        for raw in tomllib.loads(text)["cdn"]
    )


def recognise(host: str, traced: Sequence[Finding], addresses: Sequence[Address]) -> list[Finding]:
    """What is known to stand in front of a host, as evidence: by which sign, and how sure it is.

    An address or an alias is sure. A name server alone is a hint: it keeps the name, and may well
    lead straight to the server itself.
    """
    names = [host, *_records(traced, "CNAME")]
    names += [name for finding in traced for name in finding.facts.get("cname", [])]
    servers = _records(traced, "NS")
    found = []
    for cdn in known():
        signs = [f"address {address}" for address in addresses if _in(address, cdn.networks)]
        signs += [f"alias {name}" for name in dict.fromkeys(names) if _under(name, cdn.cnames)]
        hints = [f"name server {name}" for name in servers if _under(name, cdn.servers)]
        if signs or hints:
            facts = {"cdn": cdn.key, "name": cdn.name, "sure": bool(signs), "by": signs + hints}
            found.append(Finding(EvidenceKind.CDN, f"in front of {host}", facts))
    return sorted(found, key=lambda finding: not finding.facts["sure"])


def _records(traced: Sequence[Finding], kind: str) -> list[str]:
    return [
        record
        for finding in traced
        if finding.asked.startswith(f"{kind} ")
        for record in finding.facts.get("records", [])
    ]


def _in(address: Address, networks: Sequence[Network]) -> bool:
    return any(network.version == address.version and address in network for network in networks)


def _under(name: str, above: frozenset[str]) -> bool:
    return not above.isdisjoint(suffixes(name))
