"""Whether more reports come in than people send: from one network, about one site, or in all.

Counted under the door's rate key and a keyed hash of the site, in memory or Valkey; the counts go
with their hour.
"""

from collections.abc import Iterable, Iterator

from django.conf import settings

from helpline.privacy import throttle
from helpline.privacy.vault.sealing import blind_index

# The first report over a limit waits FIRST seconds, each next one from its network STEP more.
FIRST = 20
STEP = 10
LONGEST = 120
OVER = "1000/10minutes"  # the window in which waits grow


def is_high(door: str, sites: Iterable[str]) -> bool:
    """Whether a report of these sites is one too many. Asking counts nothing."""
    return any(throttle.is_spent(name, key, per=per) for name, key, per in _limits(door, sites))


def count(door: str, sites: Iterable[str]) -> None:
    """A report of these sites is taken."""
    for name, key, per in _limits(door, sites):
        throttle.hit(name, key, per=per)


def next_wait(door: str) -> int:
    """How many seconds the next report over a limit waits: longer with each, and never for long."""
    before = throttle.count("report over", door, per=OVER) - 1
    return min(LONGEST, FIRST + STEP * before)


def _limits(door: str, sites: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    yield "reports", "all", settings.HELPLINE_REPORTS_IN_ALL
    yield "reports of network", door, settings.HELPLINE_REPORTS_A_NETWORK
    for site in sites:
        hashed = blind_index("report pace", site).hex()
        yield "reports about site", hashed, settings.HELPLINE_REPORTS_ABOUT_A_SITE
