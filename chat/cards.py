"""A page of ours, shared in a chat: a line of the system that is shown as a card with a link.

No visitor and no counsellor can say such a line; it is made of a page that is published.
"""

import json
import re
from typing import NamedTuple

PREFIX = "page "
# On this site: a host, a scheme or a way around them has no place in it.
OURS = re.compile(r"/(?![/\\])[^\\\s]*")


class Card(NamedTuple):
    """What the page is called, and where it stands on this site."""

    title: str
    path: str


def write(card: Card) -> str:
    """A card as it is kept."""
    return PREFIX + json.dumps(card._asdict(), ensure_ascii=False)


def read(line: str) -> Card | None:
    """The card that a line of the system holds, if it holds one."""
    if not line.startswith(PREFIX):
        return None
    held = json.loads(line.removeprefix(PREFIX))
    card = Card(str(held["title"]), str(held["path"]))
    return card if OURS.fullmatch(card.path) else None
