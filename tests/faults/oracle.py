"""Judges what the talkers wrote down against what the database holds."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.faults.journal import Talk


@dataclass(frozen=True)
class Row:
    """A message in the database; its words are sealed."""

    conversation: str
    seq: int
    sender: str
    client_id: str


@dataclass
class Verdict:
    """What is wrong, in numbers and in words. All but ``acked`` must be 0, and nothing be said."""

    acked: int = 0
    lost: int = 0
    duplicate: int = 0
    reordered: int = 0
    gaps: int = 0
    words: list[str] = field(default_factory=list)

    def __add__(self, other: "Verdict") -> "Verdict":
        return Verdict(
            self.acked + other.acked,
            self.lost + other.lost,
            self.duplicate + other.duplicate,
            self.reordered + other.reordered,
            self.gaps + other.gaps,
            [*self.words, *other.words],
        )

    @property
    def good(self) -> bool:
        return not (self.lost or self.duplicate or self.reordered or self.gaps or self.words)

    def line(self, runs: int) -> str:
        return (
            f"faults {runs} runs {self.acked} acked {self.lost} lost {self.duplicate} duplicate"
            f" {self.reordered} reordered {self.gaps} gaps"
        )


def judge(talks: Iterable[Talk], rows: Iterable[Row], last_seqs: Mapping[str, int]) -> Verdict:
    """Compare every journal with the rows of its conversation.

    lost       written or acknowledged, and not in the database; or there, and not shown to a side
    duplicate  one message at two places, in the database or on a page
    reordered  later words of one author before earlier ones, or an acknowledgement that names
               another place than the message has
    gaps       places that no message has, or that a page never showed
    """
    by_conversation: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row.seq):
        by_conversation.setdefault(row.conversation, []).append(row)
    verdict = Verdict()
    words: dict[tuple[str, str, str], str] = {}
    talks = list(talks)
    for talk in talks:
        for letter in talk.written:
            words[talk.conversation, talk.sender, letter.client_id] = letter.text
    for conversation, last in last_seqs.items():
        kept = by_conversation.get(conversation, [])
        missing = set(range(1, last + 1)) - {row.seq for row in kept}
        _count(verdict, "gaps", len(missing), f"{conversation}: no message at {_some(missing)}")
        over = len([row for row in kept if row.seq > last])
        _count(verdict, "gaps", over, f"{conversation}: {over} messages after the last place")
        _count(verdict, "duplicate", _doubled(kept), f"{conversation}: doubled in the database")
    for talk in talks:
        verdict += _judge_talk(talk, by_conversation.get(talk.conversation, []), words)
    return verdict


def _judge_talk(
    talk: Talk, kept: Sequence[Row], words: Mapping[tuple[str, str, str], str]
) -> Verdict:
    verdict = Verdict(acked=len(talk.acked))
    who = f"{talk.conversation} {talk.sender}"
    places = {row.client_id: row.seq for row in kept if row.sender == talk.sender}

    lost = [letter for letter in talk.written if letter.client_id not in places]
    _count(verdict, "lost", len(lost), f"{who}: not kept {_some(each.client_id for each in lost)}")
    unacked = [letter for letter in talk.written if letter.client_id not in talk.acked]
    unacked = [letter for letter in unacked if letter.client_id in places]
    _count(verdict, "lost", len(unacked), f"{who}: {len(unacked)} kept and never acknowledged")

    order = [places[each.client_id] for each in talk.written if each.client_id in places]
    late = sum(1 for place, after in zip(order, order[1:], strict=False) if after < place)
    _count(verdict, "reordered", late, f"{who}: kept in another order than written")
    wrong = [name for name, seq in talk.acked.items() if name in places and places[name] != seq]
    _count(verdict, "reordered", len(wrong), f"{who}: acknowledged elsewhere")
    _count(verdict, "reordered", talk.contradictions, f"{who}: told one thing, then another")

    seen = [(each.seq, each.sender, each.client_id) for each in talk.shown]
    shown = set(seen)
    _count(verdict, "duplicate", _doubled(talk.shown), f"{who}: shown twice")
    unseen = [row for row in kept if (row.seq, row.sender, row.client_id) not in shown]
    _count(verdict, "lost", len(unseen), f"{who}: never shown {_some(row.seq for row in unseen)}")
    strange = shown - {(row.seq, row.sender, row.client_id) for row in kept}
    _count(verdict, "reordered", len(strange), f"{who}: shown and not kept {_some(strange)}")
    holes = sum(1 for (a, *_), (b, *_) in zip(seen, seen[1:], strict=False) if b != a + 1)
    _count(verdict, "gaps", holes, f"{who}: places left out on the page")
    altered = [
        each
        for each in talk.shown
        if words.get((talk.conversation, each.sender, each.client_id), each.text) != each.text
    ]
    _count(verdict, "lost", len(altered), f"{who}: other words than were written")
    return verdict


def _doubled(messages: Iterable[Any]) -> int:
    named = Counter((each.sender, each.client_id) for each in messages)
    return sum(count - 1 for count in named.values())


def _some(items: Iterable[Any]) -> str:
    """The first few of many."""
    listed = sorted(items)
    more = f" and {len(listed) - 3} more" if len(listed) > 3 else ""
    return ", ".join(map(str, listed[:3])) + more


def _count(verdict: Verdict, name: str, count: int, words: str) -> None:
    if count:
        setattr(verdict, name, getattr(verdict, name) + count)
        verdict.words.append(f"{name}: {words}")
