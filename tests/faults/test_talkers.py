"""Talkers keep the rules of a page; else a fault run would blame the server for them, or miss it."""

import asyncio
import json
from typing import cast

import pytest

from tests.faults import scene
from tests.faults.lines import Frame, Poll
from tests.faults.talkers import Counsellor, Visitor
from tests.people import Pair
from tests.processes import Site

PAIR = Pair(conversation="c", token="t", session="s", seq=0)


class Kept:
    """A line that keeps what is put in it."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []

    async def put(self, frame: Frame) -> None:
        self.frames.append(json.loads(json.dumps(frame)))

    async def next(self) -> tuple[Frame, int]:
        raise AssertionError("nobody listens")

    def of(self, kind: str) -> list[Frame]:
        return [frame for frame in self.frames if frame["type"] == kind]


async def greeted(talker: Visitor | Counsellor) -> Kept:
    line = Kept()
    talker.line = line
    await talker._read({"type": "welcome", "v": 3, "beat": 15, "seq": 0})
    return line


async def test_second_message_waits_for_the_first() -> None:
    visitor = Visitor(PAIR, [1])
    line = await greeted(visitor)
    first = await visitor.write("c")
    second = await visitor.write("c")
    assert [frame["id"] for frame in line.of("say")] == [first.client_id]
    await visitor._read({"type": "ack", "id": first.client_id, "seq": 1, "at": ""})
    assert [frame["id"] for frame in line.of("say")] == [first.client_id, second.client_id]


async def test_own_words_in_a_replay_acknowledge_themselves() -> None:
    visitor = Visitor(PAIR, [1])
    line = await greeted(visitor)
    first = await visitor.write("c")
    second = await visitor.write("c")
    said = {"seq": 1, "from": "visitor", "id": first.client_id, "text": first.text, "at": ""}
    await visitor._read({"type": "messages", "messages": [said], "more": False})
    assert line.of("say")[-1]["id"] == second.client_id
    assert visitor.talk.acked == {first.client_id: 1}


async def test_message_goes_again_on_a_new_line_under_the_same_name() -> None:
    visitor = Visitor(PAIR, [1])
    await greeted(visitor)
    letter = await visitor.write("c")
    visitor.outboxes["c"].forget_line()
    line = await greeted(visitor)
    assert [frame["id"] for frame in line.of("say")] == [letter.client_id]


async def test_refused_message_is_not_overtaken() -> None:
    counsellor = Counsellor([PAIR], [1])
    line = await greeted(counsellor)
    first = await counsellor.write("c")
    refused = {"type": "refused", "code": "later", "id": first.client_id, "conversation": "c"}
    await counsellor._read({**refused, "after": 3})
    await counsellor.write("c")
    assert len(line.of("say")) == 1
    counsellor.outboxes["c"].not_before = 0
    await counsellor._send("c")
    assert [frame["id"] for frame in line.of("say")] == [first.client_id] * 2


async def test_words_that_two_beats_name_and_nothing_brings_end_the_line() -> None:
    counsellor = Counsellor([PAIR], [1])
    await greeted(counsellor)
    await counsellor._read({"type": "beat", "seqs": {"c": 3}})
    with pytest.raises(ConnectionError):
        await counsellor._read({"type": "beat", "seqs": {"c": 3}})


async def test_every_frame_says_how_many_came_in() -> None:
    visitor = Visitor(PAIR, [1])
    line = await greeted(visitor)
    visitor.got = 7
    await visitor.write("c")
    assert line.of("say")[0]["got"] == 7


async def test_later_greetings_of_a_poll_are_not_told() -> None:
    poll = Poll(1, "/", {}, dict)
    poll._hear({"type": "welcome", "v": 3, "state": {"type": "state", "tag": "a"}})
    poll._hear({"type": "welcome", "v": 3})
    poll._hear({"type": "welcome", "v": 3, "state": {"type": "state", "tag": "b"}})
    heard = [(await poll.next())[0]["type"] for _ in range(poll.news.qsize())]
    assert heard == ["welcome", "state"]


async def test_nobody_writes_any_more_when_it_is_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene, "PAUSE_SECONDS", (0, 0))
    visitor = Visitor(PAIR, [1])
    stage = scene.Scene(cast("Site", None), [PAIR])
    async with visitor.talk.pen:
        writer = asyncio.create_task(stage.talk(visitor, "c"))
        await asyncio.sleep(0.01)
        stage.talking = False
    await writer
    assert visitor.talk.written == []
