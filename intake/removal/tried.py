"""Who was asked about a page before, in words for a notice.

The words are made from the record by an allowlist: the organisation's name, what it is, by which way
and when it was asked, and the kind of its answer. What it wrote itself is not a part of it: somebody's
name may stand there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.recipients.states import Channel, Kind
from intake.removal.composing import slot

LONGEST_NAME = 120


@dataclass(frozen=True)
class Tried:
    """One recipient that was asked about a location: whom, how, when, and what came of it.

    ``outcome`` is a key of ``outcome_words``: the kind of their answer (AnswerKind), or its absence.
    """

    name: str
    kind: Kind
    way: Channel
    first_at: datetime
    times: int
    outcome: str


def outcome_words(outcome: str) -> str:
    """What came of asking, without a word of theirs."""
    return {
        "waiting": _("no answer yet"),
        "silent": _("no answer"),
        "wrote": _("they wrote back"),
        "ended": _("nobody waits for their answer any more"),
        "removed": _("they say that it is gone"),
        "was_gone": _("they say that it was gone already"),
        "will_do": _("they say that they will remove it"),
        "broken": _("they said that they would remove it, and did not"),
        "still_there": _("they say that it is gone, and it is not"),
        "not_ours": _("they say that it is not theirs"),
        "need_more": _("they asked for more information"),
        "refused": _("they refuse"),
        "rejected": _("our message was refused"),
        "uncertain": _("it is not certain that it arrived"),
    }[outcome]


def way_words(way: Channel) -> str:
    """By which way somebody was asked, as it may be told to others."""
    ways = {Channel.MAIL: _("by mail"), Channel.FORM: _("by their form")}
    return ways.get(way) or _("by their own system")


def tried_words(histories: Sequence[Sequence[Tried]], language: str, *, says_first: bool) -> str:
    """Who was asked before about each address of a notice, in its order.

    Empty when nobody was, unless the notice ``says_first`` that its recipient is the first.
    """
    with translation.override(language):
        if not any(histories):
            return _("You are the first whom we ask.") if says_first else ""
        positions: dict[tuple[str, ...], list[int]] = {}
        for position, history in enumerate(histories, 1):
            positions.setdefault(tuple(_line(tried) for tried in history), []).append(position)
        if len(positions) == 1:
            return "\n".join([_("Before you we asked:"), *next(iter(positions))])
        return "\n\n".join(_part(lines, about) for lines, about in positions.items())


def _part(lines: Sequence[str], about: Sequence[int]) -> str:
    head = _("Before you we asked, about:") if lines else _("Nobody else was asked before, about:")
    return "\n".join([head, *(slot(position) for position in about), *lines])


def _line(tried: Tried) -> str:
    when = date_format(timezone.localtime(tried.first_at), "j F Y")
    times = ngettext(
        "%(how)s on %(when)s",
        "%(how)s, %(count)d times, first on %(when)s",
        tried.times,
    ) % {"how": way_words(tried.way), "when": when, "count": tried.times}
    return (
        f"- {one_line(tried.name)} ({tried.kind.label}), {times}: {outcome_words(tried.outcome)}."
    )


def one_line(name: str) -> str:
    """A name from a register, with nothing in it that is not seen or would begin a line."""
    shown = "".join(char if char.isprintable() else " " for char in name)
    return " ".join(shown.split())[:LONGEST_NAME]
