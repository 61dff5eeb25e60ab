"""The oracle sees every kind of flaw; otherwise its silence would say nothing."""

from collections.abc import Callable

import pytest

from tests.faults.journal import Shown, Talk
from tests.faults.oracle import Row, Verdict, judge

Place = tuple[list[Talk], list[Row], dict[str, int]]


def sound() -> Place:
    """Two sides and three messages, all as it should be."""
    visitor, counsellor = Talk("c", "visitor"), Talk("c", "counsellor")
    rows = []
    for seq, author in enumerate((visitor, counsellor, visitor), start=1):
        letter = author.write()
        rows.append(Row("c", seq, author.sender, letter.client_id))
        author.ack(letter.client_id, seq)
        for talk in (visitor, counsellor):
            talk.see(
                [
                    {
                        "seq": seq,
                        "from": author.sender,
                        "id": letter.client_id,
                        "text": letter.text,
                    }
                ]
            )
    return [visitor, counsellor], rows, {"c": 3}


def verdict(place: Place) -> Verdict:
    return judge(*place)


def test_sound_conversation_is_good() -> None:
    found = verdict(sound())
    assert found.good
    assert found.line(1) == "faults 1 runs 3 acked 0 lost 0 duplicate 0 reordered 0 gaps"


def acknowledged_and_not_kept(place: Place) -> None:
    del place[1][2]


def written_and_never_kept(place: Place) -> None:
    place[0][0].write()


def kept_and_never_shown(place: Place) -> None:
    del place[0][1].places[3]


def other_words(place: Place) -> None:
    was = place[0][1].places[3]
    place[0][1].places[3] = Shown(was.seq, was.sender, was.client_id, "other words")


def kept_twice(place: Place) -> None:
    place[1].append(Row("c", 4, "visitor", place[1][0].client_id))
    place[2]["c"] = 4


def shown_twice(place: Place) -> None:
    was = place[0][1].places[3]
    place[0][1].places[4] = Shown(4, was.sender, was.client_id, was.text)


def kept_in_another_order(place: Place) -> None:
    first, second, third = place[1]
    place[1][:] = [
        Row("c", 1, "visitor", third.client_id),
        second,
        Row("c", 3, "visitor", first.client_id),
    ]


def acknowledged_elsewhere(place: Place) -> None:
    place[0][0].ack(place[1][0].client_id, 7)


def place_left_out(place: Place) -> None:
    place[2]["c"] = 4


def place_left_out_on_the_page(place: Place) -> None:
    del place[0][0].places[2]


@pytest.mark.parametrize(
    ("flaw", "name"),
    [
        (acknowledged_and_not_kept, "lost"),
        (written_and_never_kept, "lost"),
        (kept_and_never_shown, "lost"),
        (other_words, "lost"),
        (kept_twice, "duplicate"),
        (shown_twice, "duplicate"),
        (kept_in_another_order, "reordered"),
        (acknowledged_elsewhere, "reordered"),
        (place_left_out, "gaps"),
        (place_left_out_on_the_page, "gaps"),
    ],
)
def test_flaw_is_seen(flaw: Callable[[Place], None], name: str) -> None:
    place = sound()
    flaw(place)
    found = verdict(place)
    assert getattr(found, name) > 0
    assert not found.good
    assert found.words
