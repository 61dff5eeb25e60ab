"""One look at a page: what is asked, and what the answer means.

HEAD first. What a site says to that alone is not believed when it says no: many answer HEAD badly, so
a GET follows, of which only the head is read. Redirects are followed while they stay with the same
registered name. A miss is only a site's own 404 or 410, said to both.
"""

import time
from dataclasses import dataclass

import ada_url

from intake.removal.canonical import CanonicalURL, NotAnAddress, canonicalise
from intake.removal.check.outside import Method, NotReachedError, ask
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
    """Ask, and follow where it leads within the same registered name. Raises NotReachedError."""
    begun = address = _read(url)
    for _turn in range(MOST_REDIRECTS + 1):
        head = ask(method, address.url, ends=ends)
        if head.status not in REDIRECTS:
            return _Reached(head.status, _same_page(begun, address))
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
