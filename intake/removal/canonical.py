"""One spelling for each web address, as the WHATWG URL standard says, so that a page is one location.

Addresses are read by Ada, an implementation of the standard, and never by code of ours. What we
decide beyond the standard:

- A name and password in an address are dropped: no notice may carry them, and "the.site@other.host"
  is a trick of which only the host counts.
- A fragment stays, since it can be the page itself (``/#/photo/3``); an empty one and a text
  directive (``#:~:text=``), which only highlight, go. Nothing in a path or query is ever taken out,
  so two pages never become one location.
- The dot at the end of a host names the same host, and goes.
- Hosts that only a private network knows are refused, whatever the spelling: nobody else can reach
  them, and a worker of ours must not try.
"""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

import ada_url
from confusable_homoglyphs import confusables
from publicsuffixlist import PublicSuffixList

MAX_LENGTH = 4096  # browsers and servers give up far earlier on anything a person shares
MAX_HOST = 253  # RFC 1035
TEXT_DIRECTIVE = ":~:"
# Names that RFC 6761, 6762, 8375 and 9476 keep from the public internet, and what routers use.
PRIVATE_SUFFIXES = ("localhost", "local", "internal", "lan", "home.arpa", "alt", "intranet", "corp")
# Ways to write an IPv4 address inside an IPv6 one: what counts is where the packet ends up.
NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))


class Reason(StrEnum):
    """Why text is not an address that can be reported."""

    EMPTY = "empty"
    TOO_LONG = "too_long"
    NOT_WEB = "not_web"  # another scheme: an app, a mail address, a file
    UNREADABLE = "unreadable"  # the standard cannot read it
    INCOMPLETE = "incomplete"  # a host without a dot, or with an empty part
    PRIVATE = "private"  # only a private network knows it


class NotAnAddress(ValueError):
    """Text is not a reportable web address; ``reason`` says why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


@dataclass(frozen=True)
class CanonicalURL:
    """A web address in its one spelling."""

    url: str
    scheme: str
    host: str  # ASCII: punycode, or an IP address with brackets as in the URL
    port: str  # empty for the scheme's own
    path: str
    query: str  # with its question mark, or empty
    fragment: str  # with its number sign, or empty
    registrable_domain: str  # empty for an IP address or a public suffix
    had_credentials: bool = False

    def __str__(self) -> str:
        return self.url

    @property
    def ip(self) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
        """The address a host of digits stands for."""
        try:
            return ipaddress.ip_address(self.host.strip("[]"))
        except ValueError:
            return None

    @property
    def unicode_host(self) -> str:
        """The host as a person reads it: letters instead of punycode where there are any."""
        return _unicode(self.host)

    @property
    def shown_host(self) -> str:
        """The host with both spellings when they differ, so that a look-alike shows itself."""
        return self.host if self.unicode_host == self.host else f"{self.unicode_host} ({self.host})"

    @property
    def is_lookalike(self) -> bool:
        """Whether letters of another script make this host look like a different one."""
        return any(_imitates(label) for label in self.unicode_host.split("."))

    @property
    def is_onion(self) -> bool:
        return self.host.endswith(".onion")


def canonicalise(text: str) -> CanonicalURL:
    """The one spelling of a public web address. Raises NotAnAddress.

    ``text`` is one address with its scheme; finding addresses in prose is the report's work.
    """
    address = read(text)
    if _is_private(address):
        raise NotAnAddress(Reason.PRIVATE)
    if address.ip is None and not _is_full_name(address.host):
        raise NotAnAddress(Reason.INCOMPLETE)
    return address


def read(text: str) -> CanonicalURL:
    """The one spelling of any web address, private ones too. Raises NotAnAddress."""
    # The standard strips control characters and spaces from both ends itself.
    if not text.strip():
        raise NotAnAddress(Reason.EMPTY)
    if len(text) > MAX_LENGTH:
        raise NotAnAddress(Reason.TOO_LONG)
    try:
        parsed = ada_url.URL(text)
    except (ValueError, UnicodeEncodeError):  # a lone surrogate cannot be encoded
        raise NotAnAddress(Reason.UNREADABLE) from None
    if parsed.protocol not in ("http:", "https:"):
        raise NotAnAddress(Reason.NOT_WEB)
    credentials = bool(parsed.username or parsed.password)
    parsed.username = parsed.password = ""
    parsed.hash = parsed.hash.split(TEXT_DIRECTIVE)[0].removeprefix("#")
    bare = parsed.hostname.removesuffix(".")
    if bare != parsed.hostname and all(bare.split(".")):
        parsed.hostname = bare
    if len(parsed.href) > MAX_LENGTH:
        raise NotAnAddress(Reason.TOO_LONG)
    return CanonicalURL(
        url=parsed.href,
        scheme=parsed.protocol.removesuffix(":"),
        host=parsed.hostname,
        port=parsed.port,
        path=parsed.pathname,
        query=parsed.search,
        fragment=parsed.hash,
        registrable_domain=registrable_domain(parsed.hostname),
        had_credentials=credentials,
    )


@lru_cache(maxsize=8192)
def registrable_domain(host: str) -> str:
    """The part of a host name that somebody registered; empty when there is none."""
    if host.startswith("[") or host.replace(".", "").isdigit():
        return ""
    return _suffixes().privatesuffix(host.lower()) or ""


def has_known_suffix(host: str) -> bool:
    """Whether a host name ends in a top-level domain that exists."""
    return bool(_known_suffixes().privatesuffix(host.lower()))


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList()


@cache
def _known_suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False, only_icann=True)


def _is_full_name(host: str) -> bool:
    labels = host.split(".")
    return len(labels) > 1 and all(labels) and len(host) <= MAX_HOST


def _is_private(address: CanonicalURL) -> bool:
    ip = address.ip
    if ip is None:
        host = address.host
        return any(host == name or host.endswith("." + name) for name in PRIVATE_SUFFIXES)
    return not all(part.is_global and not part.is_multicast for part in (ip, *_inside(ip)))


def _inside(
    ip: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    """The IPv4 addresses an IPv6 address carries: mapped, 6to4, Teredo, NAT64, compatible."""
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inside: list[ipaddress.IPv4Address | ipaddress.IPv6Address] = []
    if ip.ipv4_mapped:
        inside.append(ip.ipv4_mapped)
    if ip.sixtofour:
        inside.append(ip.sixtofour)
    if ip.teredo:
        inside.extend(ip.teredo)
    if any(ip in network for network in NAT64) or int(ip) < 2**32:
        inside.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return inside


def _unicode(host: str) -> str:
    if "xn--" not in host:
        return host
    return ada_url.idna_to_unicode(host) or host


def _imitates(label: str) -> bool:
    """Mixed scripts with look-alikes, or a whole label of letters that pass for Latin ones."""
    if label.isascii():
        return False
    if confusables.is_dangerous(label, preferred_aliases=["latin"]):
        return True
    foreign = [char for char in label if char.isalpha() and not char.isascii()]
    return bool(foreign) and all(_passes_for_ascii(char) for char in foreign)


def _passes_for_ascii(char: str) -> bool:
    found = confusables.is_confusable(char, greedy=True, preferred_aliases=[])
    return bool(found) and any(
        twin["c"].isascii() and twin["c"].isalpha()
        for entry in found
        for twin in entry["homoglyphs"]
    )
