"""One look at a page: what is asked, and what the answer means.

HEAD first. What a site says to that alone is not believed when it says no: many answer HEAD badly, so
a GET follows, of which only the head is read. Redirects are followed while they stay with the same
registered name. A miss is only a site's own 404 or 410, said to both.

Apart from that a site is asked how it is reached: its security.txt is read, and nothing else of it.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import ada_url
from django.utils import timezone

from intake.recipients.lookups.findings import Finding
from intake.recipients.states import EvidenceKind, Reason
from intake.removal.canonical import CanonicalURL, NotAnAddress, canonicalise
from intake.removal.check.outside import Head, Method, NotReachedError, ask
from intake.removal.check.security_txt import FILE, SecurityTxt, parse, place_of
from intake.removal.check.states import Verdict, Why

SECONDS = 20.0
MOST_REDIRECTS = 5
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MISSES = frozenset({404, 410})
SAYS = {
    **dict.fromkeys((401, 403, 407), Why.SIGN_IN),
    **dict.fromkeys((429, 503), Why.BUSY),
    451: Why.BLOCKED,
}
# The same in the words of a look-up, for whom a site names.
NO_ANSWER = {
    Why.NOT_FOUND: Reason.NONE,
    Why.MOVED: Reason.TOO_MANY_REDIRECTS,
    Why.ELSEWHERE: Reason.ELSEWHERE,
    Why.NOT_ALLOWED: Reason.PRIVATE,
    **dict.fromkeys((Why.SIGN_IN, Why.BUSY, Why.BLOCKED, Why.TROUBLE), Reason.REFUSED),
    Why.NO_NAME: Reason.NO_ADDRESS,
    Why.NO_DNS: Reason.NO_DNS,
    Why.UNREACHABLE: Reason.UNREACHABLE,
    Why.TOO_SLOW: Reason.TOO_SLOW,
    Why.BAD_CERTIFICATE: Reason.BAD_CERTIFICATE,
    Why.RUBBISH: Reason.RUBBISH,
}
# Said to a HEAD, no GET makes them better.
FINAL = frozenset({Why.BUSY, Why.BLOCKED})


@dataclass(frozen=True)
class Look:
    """What one look says, what it met, and what the site answered (0: nothing)."""

    verdict: Verdict
    why: Why
    status: int = 0


@dataclass(frozen=True)
class _Reached:
    status: int
    same_page: bool


def look(url: str) -> Look:
    """Look whether a page is there. Never raises, and never takes much longer than 20 seconds."""
    ends = time.monotonic() + SECONDS
    try:
        head = _means(_reach("HEAD", url, ends))
        if head.verdict == Verdict.ONLINE or head.why in FINAL:
            return head
        return _means(_reach("GET", url, ends))
    except NotReachedError as error:
        return Look(Verdict.CANNOT_TELL, error.why)


def ask_how_reached(domain: str) -> Finding:
    """Read the security.txt of a site. Never raises, and never takes much longer than 20 seconds."""
    place = place_of(domain)
    try:
        said = _read_security_txt(place)
    except NotReachedError as error:
        return Finding(EvidenceKind.SITE, place, reason=NO_ANSWER[error.why])
    return said.as_finding(place, timezone.now())


def _read_security_txt(place: str) -> SecurityTxt:
    ends = time.monotonic() + SECONDS
    head, _begun, address = _followed(place, partial(_ask_for_file, ends=ends))
    if head.status in MISSES:
        raise NotReachedError(Why.NOT_FOUND)
    if head.status != 200:
        raise NotReachedError(SAYS.get(head.status, Why.TROUBLE))
    try:
        return parse(head.text, where=address.url)
    except ValueError:
        raise NotReachedError(Why.RUBBISH) from None


def _ask_for_file(url: str, *, ends: float) -> Head:
    # Wherever a site leads us: text is read of such a file, and of no page.
    if not _read(url).path.endswith(FILE):
        raise NotReachedError(Why.ELSEWHERE)
    return ask("GET", url, ends=ends, text=True)


def _means(reached: _Reached) -> Look:
    status = reached.status
    if status in MISSES:
        return Look(Verdict.GONE, Why.NOT_FOUND, status)
    if 200 <= status < 300 or status in (304, 416):
        if reached.same_page:
            return Look(Verdict.ONLINE, Why.ANSWERED, status)
        # Often a front page or a place to sign in, shown in place of what is gone, or hidden.
        return Look(Verdict.CANNOT_TELL, Why.MOVED, status)
    return Look(Verdict.CANNOT_TELL, SAYS.get(status, Why.TROUBLE), status)


def _reach(method: Method, url: str, ends: float) -> _Reached:
    head, begun, address = _followed(url, partial(ask, method, ends=ends))
    return _Reached(head.status, _same_page(begun, address))


def _followed(url: str, asks: Callable[[str], Head]) -> tuple[Head, CanonicalURL, CanonicalURL]:
    """Ask, and follow where it leads within the same registered name. What was answered in the end,
    where it began and where it ended. Raises NotReachedError."""
    begun = address = _read(url)
    for _turn in range(MOST_REDIRECTS + 1):
        head = asks(address.url)
        if head.status not in REDIRECTS:
            return head, begun, address
        following = _read(head.location, base=address.url)
        if _name(following) != _name(begun) or (address.scheme, following.scheme) == (
            "https",
            "http",
        ):
            raise NotReachedError(Why.ELSEWHERE)
        address = following
    raise NotReachedError(Why.MOVED)


def _read(text: str, base: str | None = None) -> CanonicalURL:
    try:
        if base is not None:
            text = ada_url.URL(text, base).href
        return canonicalise(text)
    except (NotAnAddress, ValueError):
        raise NotReachedError(Why.NOT_ALLOWED) from None


def _name(address: CanonicalURL) -> str:
    return address.registrable_domain or address.host


def _same_page(one: CanonicalURL, other: CanonicalURL) -> bool:
    return (one.path.rstrip("/"), one.query) == (other.path.rstrip("/"), other.query)
