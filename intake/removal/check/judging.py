"""What looks mean together, and when the next one is. Pure: the worker brings the facts.

One look settles nothing. Three in a row that say the same, over hours, do; looks that could not tell
neither count nor break the row. A caseworker's word goes before: the looks settle nothing against it
until one of them saw what the caseworker says.
"""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from intake.removal.check.states import Verdict, WatchReason, WatchStatus

HOUR = timedelta(hours=1)
AGREEING = 3
AGREEING_OVER = 5 * HOUR
# A page that is there is looked at twice a day; one of which something new was seen, or said, sooner.
CALM = 12 * HOUR
IN_DOUBT = 3 * HOUR
BLIND_HOURS = (1, 3, 6, 12, 24)
MOST_BLIND = 10
RETURNS = tuple(timedelta(days=days) for days in (1, 7, 30, 90))
JITTER = 0.1


@dataclass(frozen=True)
class PastLook:
    """What one look said, and when."""

    at: datetime
    verdict: Verdict


@dataclass(frozen=True)
class Word:
    """What a caseworker established, and when; and whether the look before it had said the same."""

    gone: bool
    at: datetime
    seen_before: bool = False

    @property
    def verdict(self) -> Verdict:
        return Verdict.GONE if self.gone else Verdict.ONLINE


@dataclass(frozen=True)
class Facts:
    """All that a judgement leans on. ``seen`` are the looks that count, oldest first.

    ``claimed_at`` is since when a recipient says that it is gone, and ``denied_at`` when a reporter
    last said that it is there.
    """

    status: WatchStatus
    seen: Sequence[PastLook]
    word: Word | None = None
    claimed_at: datetime | None = None
    denied_at: datetime | None = None


@dataclass(frozen=True)
class Judgement:
    """What follows: ``gone`` is what is established about the page, None for nothing."""

    to: WatchStatus | None = None
    because: WatchReason = WatchReason.AGREED
    gone: bool | None = None


NOTHING = Judgement()


def judge(facts: Facts) -> Judgement:
    """What the looks together establish."""
    told = _told(facts.seen)
    counting = _counting(told, facts.word)
    if facts.word is not None and not counting:
        against = [seen for seen in told if seen.at > facts.word.at]
        other = Verdict.ONLINE if facts.word.gone else Verdict.GONE
        if _agreeing(against, other):
            return Judgement(WatchStatus.PERSON, WatchReason.OVERRULED)
        return NOTHING
    if facts.status == WatchStatus.LOOKING:
        misses = _agreeing(counting, Verdict.GONE)
        if misses and facts.denied_at is not None and facts.denied_at >= misses[0].at:
            return Judgement(WatchStatus.PERSON, WatchReason.CONTRADICTED)
        if misses:
            return Judgement(WatchStatus.GONE, gone=True)
        since = facts.claimed_at
        if since and _agreeing([seen for seen in counting if seen.at > since], Verdict.ONLINE):
            return Judgement(gone=False)
    elif facts.status == WatchStatus.GONE and _agreeing(counting, Verdict.ONLINE):
        return Judgement(WatchStatus.LOOKING, gone=False)
    return NOTHING


def next_look(
    facts: Facts, *, since: datetime, blind: int, now: datetime, chance: float | None = None
) -> datetime | None:
    """When to look next, after a look at ``now``; None when there is nothing more to look for.

    ``since`` is since when the watch has its status, ``blind`` how many looks in a row told nothing.
    """
    last = facts.seen[-1].verdict if facts.seen else None
    spread = 1 + JITTER * (2 * (random.random() if chance is None else chance) - 1)  # noqa: S311 -- spreads load
    if last == Verdict.CANNOT_TELL and blind < MOST_BLIND:
        return now + HOUR * BLIND_HOURS[min(max(blind, 1), len(BLIND_HOURS)) - 1] * spread
    if facts.status == WatchStatus.GONE:
        if last == Verdict.ONLINE:
            return now + IN_DOUBT * spread
        return min((since + after for after in RETURNS if since + after > now), default=None)
    if last == Verdict.CANNOT_TELL:
        return None
    in_doubt = last == Verdict.GONE or facts.claimed_at is not None
    return now + (IN_DOUBT if in_doubt else CALM) * spread


def _told(seen: Iterable[PastLook]) -> list[PastLook]:
    return [each for each in seen if each.verdict != Verdict.CANNOT_TELL]


def _counting(told: Sequence[PastLook], word: Word | None) -> list[PastLook]:
    """The looks that may settle something: all, or those since one saw what a caseworker says."""
    if word is None:
        return list(told)
    after = [seen for seen in told if seen.at > word.at]
    if word.seen_before:
        return after
    for place, seen in enumerate(after):
        if seen.verdict == word.verdict:
            return after[place:]
    return []


def _agreeing(told: Sequence[PastLook], verdict: Verdict) -> list[PastLook]:
    """The last looks in a row that say the same, when they are enough and over hours; else none."""
    row: list[PastLook] = []
    for seen in reversed(told):
        if seen.verdict != verdict:
            break
        row.insert(0, seen)
    enough = len(row) >= AGREEING and row[-1].at - row[0].at >= AGREEING_OVER
    return row if enough else []
