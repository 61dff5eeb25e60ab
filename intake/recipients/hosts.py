"""What a host name is, and the names that stand above it."""

import ipaddress
import re
from functools import cache

import ada_url
from publicsuffixlist import PublicSuffixList

LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
LONGEST_HOST = 253


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The IP address that a host is, with or without brackets, or None for a name."""
    try:
        return ipaddress.ip_address(host.removeprefix("[").removesuffix("]"))
    except ValueError:
        return None


def normalise_host(host: str) -> str | None:
    """The host in lower case and ASCII without a last dot, or None when it cannot be one.

    An address is written in its shortest form and without brackets.
    """
    host = host.strip().rstrip(".").lower()
    address = address_of(host)
    if address is not None:
        return None if "%" in host else str(address)
    if not host.isascii():
        try:
            # By the same standard as addresses in reports are read.
            host = ada_url.idna.encode(host).decode("ascii")
        except UnicodeError:
            return None
    labels = host.split(".")
    if len(host) > LONGEST_HOST or not all(LABEL.fullmatch(label) for label in labels):
        return None
    return host


def suffixes(host: str) -> list[str]:
    """The host and every name above it of two labels or more, longest first."""
    if address_of(host) is not None:
        return [host]
    labels = host.split(".")
    return [".".join(labels[start:]) for start in range(max(len(labels) - 1, 1))]


@cache
def _public_suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)


def is_public_suffix(host: str) -> bool:
    """Whether anyone can register names under this one, as under com or co.uk."""
    return bool(_public_suffixes().is_public(host))


def registrable_domain(host: str) -> str | None:
    """The part of a host that somebody registered, or None for an address or a public suffix."""
    if address_of(host) is not None:
        return None
    found: str | None = _public_suffixes().privatesuffix(host)
    return found
