"""The ladder: in which order those are asked who can take a page down, or keep it from being found.

Source of the order: who stands closest to the page goes first
(https://support.henselhosting.nl/article/104-notice-and-takedown-procedure-klachten-over-onrechtmatige-inhoud);
whoever put it there is not on it. Hotlines are not either: they have a path of their own. See
docs/decisions/0028.
"""

from intake.recipients.states import Kind

RUNGS: tuple[Kind, ...] = (
    Kind.PLATFORM,
    Kind.HOST,
    Kind.NETWORK,
    Kind.REGISTRAR,
    Kind.SEARCH_ENGINE,
    Kind.AUTHORITY,
)


def height(kind: str) -> int:
    """How high a kind of recipient stands; whoever is not on the ladder stands above it."""
    return RUNGS.index(Kind(kind)) if kind in RUNGS else len(RUNGS)
