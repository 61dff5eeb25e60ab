"""What looks mean together: three that agree, over hours, and never an error or one look alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake.removal.check.judging import (
    AGREEING,
    AGREEING_OVER,
    MOST_BLIND,
    NOTHING,
    RETURNS,
    Facts,
    PastLook,
    Word,
    judge,
    next_look,
)
from intake.removal.check.states import Verdict, WatchReason, WatchStatus

pytestmark = [pytest.mark.embedded]

T = datetime(2026, 11, 2, 9, tzinfo=UTC)
LETTERS = {"o": Verdict.ONLINE, "g": Verdict.GONE, "?": Verdict.CANNOT_TELL}
LOOKING, GONE = WatchStatus.LOOKING, WatchStatus.GONE


def hours(number: float) -> datetime:
    return T + timedelta(hours=number)


def looks(letters: str, every: float = 3) -> list[PastLook]:
    return [PastLook(hours(every * turn), LETTERS[each]) for turn, each in enumerate(letters, 1)]


@pytest.mark.parametrize(
    ("letters", "every", "gone"),
    [
        ("ggg", 3, True),
        ("gg", 3, False),
        ("ggg", 1, False),  # within two hours is no agreement over hours
        ("gggggg", 1, True),
        ("ggogg", 3, False),
        ("oggg", 3, True),
        ("g?g??g", 3, True),
        ("????????", 3, False),
        ("", 3, False),
        ("ooo", 3, False),
    ],
)
def test_three_misses_over_hours_are_gone(letters: str, every: float, gone: bool) -> None:
    found = judge(Facts(LOOKING, looks(letters, every)))
    assert (found.to == GONE, found.gone) == (gone, True if gone else None)


def test_a_claim_is_contradicted_by_three_looks_after_it() -> None:
    assert judge(Facts(LOOKING, looks("ooo"))) == NOTHING
    assert judge(Facts(LOOKING, looks("ooo"), claimed_at=hours(4))) == NOTHING
    found = judge(Facts(LOOKING, looks("ooooo"), claimed_at=hours(4)))
    assert (found.to, found.gone) == (None, False)


def test_a_reporter_who_sees_it_goes_before_misses() -> None:
    assert judge(Facts(LOOKING, looks("ggg"), denied_at=hours(1))).to == GONE
    found = judge(Facts(LOOKING, looks("ggg"), denied_at=hours(5)))
    assert (found.to, found.because) == (WatchStatus.PERSON, WatchReason.CONTRADICTED)
    assert found.gone is None


def test_return_takes_three_looks_too() -> None:
    assert judge(Facts(GONE, looks("oo"))) == NOTHING
    assert judge(Facts(GONE, looks("ggg"))) == NOTHING
    found = judge(Facts(GONE, looks("gooo")))
    assert (found.to, found.gone) == (LOOKING, False)


@pytest.mark.parametrize("gone", [True, False])
def test_a_caseworkers_word_goes_before_what_was_never_seen_otherwise(gone: bool) -> None:
    against, along = ("ooo", "g") if gone else ("ggg", "o")
    status = GONE if gone else LOOKING
    word = Word(gone, T)
    found = judge(Facts(status, looks(against), word))
    assert (found.to, found.because, found.gone) == (
        WatchStatus.PERSON,
        WatchReason.OVERRULED,
        None,
    )
    # Once a look saw what the caseworker says, what follows counts.
    assert judge(Facts(status, looks(along + against), word)).gone is not gone
    assert judge(Facts(status, looks(along + against), word)).gone is not None
    seen_before = Word(gone, T, seen_before=True)
    assert judge(Facts(status, looks(against), seen_before)).gone is (not gone)


VERDICTS = st.sampled_from(Verdict)
SEEN = st.lists(st.tuples(st.integers(1, 60), VERDICTS), max_size=14)
WORDS = st.none() | st.tuples(st.booleans(), st.integers(-10, 200), st.booleans())
MOMENTS = st.none() | st.integers(-10, 300)


# However busy the machine is.
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SEEN, WORDS, MOMENTS, MOMENTS, st.sampled_from([LOOKING, GONE]))
def test_whatever_was_seen_nothing_is_settled_lightly(
    steps: list[tuple[float, Verdict]],
    word: tuple[bool, float, bool] | None,
    claimed: float | None,
    denied: float | None,
    status: WatchStatus,
) -> None:
    seen, at = [], T
    for step, verdict in steps:
        at += timedelta(hours=step)
        seen.append(PastLook(at, verdict))
    facts = Facts(
        status,
        seen,
        Word(word[0], hours(word[1]), seen_before=word[2]) if word else None,
        hours(claimed) if claimed is not None else None,
        hours(denied) if denied is not None else None,
    )
    found = judge(facts)
    if found.gone is None:
        assert found.to in (None, WatchStatus.PERSON)
        return
    verdict = Verdict.GONE if found.gone else Verdict.ONLINE
    told = [each for each in seen if each.verdict != Verdict.CANNOT_TELL]
    last = told[-AGREEING:]
    assert [each.verdict for each in last] == [verdict] * AGREEING
    row = list(told)
    while row and any(each.verdict != verdict for each in row):
        row.pop(0)
    assert row[-1].at - row[0].at >= AGREEING_OVER
    if found.gone:
        assert (status, found.to) == (LOOKING, GONE)
        assert facts.denied_at is None or facts.denied_at < last[0].at
    if facts.word and facts.word.gone != found.gone and not facts.word.seen_before:
        assert any(each.at > facts.word.at and each.verdict == facts.word.verdict for each in told)


def plan(status: WatchStatus, letters: str, **more: object) -> float | None:
    """In how many hours the next look is, in the middle of its spread."""
    seen = looks(letters)
    facts = Facts(status, seen, claimed_at=T if more.pop("claimed", False) else None)
    now = seen[-1].at
    blind = len(letters) - len(letters.rstrip("?"))
    at = next_look(facts, since=T, blind=blind, now=now, chance=0.5)
    return None if at is None else (at - now).total_seconds() / 3600


def test_next_look() -> None:
    assert plan(LOOKING, "o") == 12
    assert plan(LOOKING, "o", claimed=True) == 3
    assert plan(LOOKING, "og") == 3
    assert [plan(LOOKING, "?" * turn) for turn in range(1, 7)] == [1, 3, 6, 12, 24, 24]
    assert plan(LOOKING, "?" * MOST_BLIND) is None  # a person looks
    assert plan(GONE, "o") == 3


def test_return_is_looked_for_on_four_days_and_no_more() -> None:
    at, days = T, []
    while True:
        facts = Facts(GONE, [PastLook(at, Verdict.GONE)])
        following = next_look(facts, since=T, blind=0, now=at)
        if following is None:
            break
        at = following
        days.append((at - T).days)
    assert days == [1, 7, 30, 90] == [each.days for each in RETURNS]


def test_a_day_on_which_nothing_can_be_told_is_passed_over() -> None:
    day = T + RETURNS[1]
    facts = Facts(GONE, [PastLook(day, Verdict.CANNOT_TELL)])
    assert next_look(facts, since=T, blind=MOST_BLIND, now=day) == T + RETURNS[2]
    last = T + RETURNS[-1]
    over = Facts(GONE, [PastLook(last, Verdict.CANNOT_TELL)])
    assert next_look(over, since=T, blind=MOST_BLIND, now=last) is None
