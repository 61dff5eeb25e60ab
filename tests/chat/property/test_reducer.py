"""The client's reducer: whatever order events come in, and however often, the page is the same."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.chat.property.scale import few
from tests.chat.property.tabs import Tabs

AT = "2026-11-22T14:03:00+00:00"
MOST = 6
SENDERS = ["visitor", "counsellor", "system"]
FINAL = ["paused", "not_yours", "ended", "too_long"]

Frame = dict[str, Any]


def message(seq: int, sender: str) -> Frame:
    return {"seq": seq, "from": sender, "id": f"id {seq}", "text": f"text {seq}", "at": AT}


@st.composite
def histories(draw: st.DrawFn) -> tuple[str, list[Frame], list[Frame], list[Frame]]:
    """Who looks, what was kept, what was typed here, and what the page heard of it."""
    me = draw(st.sampled_from(["visitor", "counsellor"]))
    senders = draw(st.lists(st.sampled_from(SENDERS), max_size=MOST))
    kept = [message(number, sender) for number, sender in enumerate(senders, 1)]
    mine = [each for each in kept if each["from"] == me]
    # Some of mine were typed in another tab; some of what was typed here is not kept yet.
    typed = [each for each in mine if draw(st.booleans())]
    typed += [message(number, me) for number in range(101, 101 + draw(st.integers(0, 3)))]
    heard: list[st.SearchStrategy[Frame]] = []
    if kept:
        pages = st.tuples(st.integers(0, len(kept)), st.integers(0, len(kept)))
        heard.append(
            pages.map(lambda at: {"type": "messages", "messages": kept[min(at) : max(at)]})
        )
    for each in typed:
        if each in kept:
            heard.append(st.just({"type": "ack", "id": each["id"], "seq": each["seq"], "at": AT}))
        refused = {"type": "refused", "id": each["id"]}
        heard.append(st.just({**refused, "code": "later", "after": 3}))
        heard.append(st.just({**refused, "code": "sign_in"}))
        heard.append(st.sampled_from([{**refused, "code": code} for code in FINAL]))
    events = draw(st.lists(st.one_of(heard), max_size=12)) if heard else []
    return me, kept, typed, draw(st.permutations(events + events[: draw(st.integers(0, 12))]))


@few(150)
@given(history=histories())
def test_order_and_repetition_change_nothing(
    tabs: Tabs, history: tuple[str, list[Frame], list[Frame], list[Frame]]
) -> None:
    me, kept, typed, events = history
    told = [{"type": "typed", "id": each["id"], "text": each["text"]} for each in typed]
    answer = tabs.tell({"do": "reduce", "me": me, "told": [*told, *events]})
    page = answer.events[-1]["conversation"]

    heard = [each["seq"] for event in events for each in event.get("messages", [])]
    heard += [event["seq"] for event in events if event["type"] == "ack"]
    shown = [each for each in kept if each["seq"] in heard]
    assert page["messages"] == shown
    assert page["seq"] == next(seq for seq in range(len(kept) + 1) if seq + 1 not in heard)

    failed = {event.get("id") for event in events if event.get("code") in FINAL}
    left = [(each["id"], each["id"] in failed) for each in typed if each not in shown]
    assert [(each["id"], each["state"] == "failed") for each in page["outbox"]] == left
