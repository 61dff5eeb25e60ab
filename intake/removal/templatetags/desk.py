"""How addresses and other people's words are shown: as text, with nothing hidden in it."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime

from django import template
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as _

from intake.recipients.channels.base import is_dry_run
from intake.removal.beside import Beside
from intake.removal.queries.lag import lag
from intake.removal.telling import duration as in_words

register = template.Library()

# Characters that are not seen, or that turn the order of what follows.
HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
ORDINARY = "\n\t"


@register.filter
def visible(text: str) -> str:
    """Text in which what cannot be seen is named: a reversed or invisible letter shows itself."""
    return "".join(
        f"⟨U+{ord(char):04X}⟩"
        if char not in ORDINARY and unicodedata.category(char) in HIDDEN
        else char
        for char in text.replace("\r\n", "\n")
    )


@register.inclusion_tag("removal/parts/lag.html")
def notices_lag() -> dict[str, object]:
    """That notices wait for a worker, or that none leaves, if that is so."""
    return {"lag": lag(), "dry_run": is_dry_run()}


STATUS_COLOURS = {
    "proposed": "grey",
    "ready": "blue",
    "queued": "blue",
    "sent": "teal",
    "uncertain": "red",
    "rejected": "orange",
    "no_reply": "orange",
    "said_removed": "purple",
    "replied": "purple",
    "promised": "teal",
    "need_more": "orange",
    "wrong_recipient": "orange",
    "refused": "orange",
    "still_there": "orange",
    "removed": "green",
    "withdrawn": "grey",
    # notices
    "draft": "grey",
    "claimed": "blue",
    "attempting": "blue",
    "accepted": "green",
    "cancelled": "grey",
    # work
    "ask": "blue",
    "send": "blue",
    "unclear": "red",
    "look": "purple",
    "check": "purple",
    "decide": "orange",
    "wait": "teal",
    "hand_over": "magenta",
    "done": "green",
}


@register.filter
def colour(status: str) -> str:
    """The colour of a status's tag; its words say the same."""
    return STATUS_COLOURS.get(status, "grey")


@register.filter
def roughly_since(moment: datetime) -> str:
    """How long ago, in its largest unit."""
    return _worth_saying(timesince(moment, depth=1))


@register.filter
def roughly_until(moment: datetime) -> str:
    """How long from now, in its largest unit."""
    return _worth_saying(timeuntil(moment, depth=1))


def _worth_saying(time: str) -> str:
    return _("less than a minute") if time.startswith("0") else time


@register.filter
def duration(hours: int) -> str:
    """A clock in words: from three days on in days."""
    return in_words(hours)


@register.filter
def of(beside: Mapping[int, Sequence[Beside]], statement_id: int) -> Sequence[Beside]:
    """What stands beside one statement."""
    return beside.get(statement_id, ())
