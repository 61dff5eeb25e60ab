"""Questions about many rows."""

from intake.removal.queries.places import (
    DOMAIN_INDEX,
    HOST_INDEX,
    URL_INDEX,
    find_location,
    pair_for_hand_over,
    pair_of,
    url_index_of,
)
from intake.removal.queries.progress import Progress, progress_of, progress_of_many
from intake.removal.queries.steps import Step

__all__ = [
    "DOMAIN_INDEX",
    "HOST_INDEX",
    "URL_INDEX",
    "Progress",
    "Step",
    "find_location",
    "pair_for_hand_over",
    "pair_of",
    "progress_of",
    "progress_of_many",
    "url_index_of",
]
