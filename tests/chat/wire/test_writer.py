"""The writer of a process on real rows, on both engines."""

import asyncio
import random
import time
import uuid
from collections.abc import Sequence
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone

from chat import actions
from chat.models import Conversation, Message
from chat.states import Sender
from chat.wire import writer as writer_module
from chat.wire.append import Result, Saying
from chat.wire.writer import Store, Writer, Writers, store_of_this_site
from helpline.privacy.vault import keys
from helpline.staff.models import User
from tests.chat.conftest import Starter
from tests.chat.wire.writing import (
    Gathered,
    keep,
    places,
    refused,
    said,
    visitor,
    writing,
    written,
)

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

read = sync_to_async(said)


@pytest.fixture
def rooms(start: Starter) -> list[Conversation]:
    return [start().conversation for _ in range(4)]


async def test_a_message_is_kept_where_its_result_says(
    active: Conversation, counsellor: User
) -> None:
    saying = visitor(active, "Ik ben bang 🌊 \ud83d")
    (result,) = await keep(saying)
    assert (written(result).seq, written(result).new) == (2, True)
    assert written(result).service_id == active.service_id
    assert written(result).owner_id == counsellor.pk
    row = await Message.objects.aget(client_id=saying.client_id)
    assert (row.text, row.sender, row.author_id) == (saying.text, "visitor", None)
    assert row.sent_at == written(result).sent_at
    assert (await read(active))[1] == (2, saying.client_id, saying.text)


async def test_a_message_sent_again_keeps_its_first_place(waiting: Conversation) -> None:
    first, second = visitor(waiting, "een"), visitor(waiting, "twee")
    results = await keep(first, second)
    again = await keep(second, visitor(waiting, "drie"), first)
    assert places(results + again) == [1, 2, 2, 3, 1]
    assert [written(result).new for result in again] == [False, True, False]
    assert written(again[2]).sent_at == written(results[0]).sent_at


async def test_what_waits_is_kept_in_one_batch_in_its_order(waiting: Conversation) -> None:
    batches: list[int] = []
    gathered = Gathered()

    def deliver(outcomes: Sequence[object]) -> None:
        batches.append(len(outcomes))
        gathered(outcomes)  # type: ignore[arg-type]  # outcomes they are

    writer = Writer(store_of_this_site(), deliver)
    for number in range(writer_module.BATCH + 50):
        writer.put(visitor(waiting, str(number)), number)
    await gathered.until(writer_module.BATCH + 50)
    await writer.close()
    assert batches == [writer_module.BATCH, 50]
    assert [outcome.origin for outcome in gathered.outcomes] == list(range(250))
    assert places(gathered.results) == list(range(1, 251))
    assert [text for _, _, text in await read(waiting)] == [str(number) for number in range(250)]


def say_by_form(room: Conversation) -> None:
    try:
        actions.say(conversation=room, text="form", client_id=uuid.uuid4())
    finally:
        connections.close_all()


async def test_two_writers_and_forms_at_once_keep_everything_once(
    rooms: list[Conversation], caplog: pytest.LogCaptureFixture
) -> None:
    sayings = [visitor(room, f"{n}") for room in rooms for n in range(60)]
    chance = random.Random(5)
    async with writing() as (one, through_one), writing() as (two, through_two):
        for writer in (one, two):  # every message through both, each in an order of its own
            for saying in chance.sample(sayings, len(sayings)):
                writer.put(saying, saying.client_id)
        forms = [asyncio.to_thread(say_by_form, room) for room in rooms * 3]
        await asyncio.gather(*forms)
        await through_one.until(len(sayings))
        await through_two.until(len(sayings))
    for saying in sayings:
        first = written(through_one.of(saying.client_id))
        second = written(through_two.of(saying.client_id))
        assert (first.seq, first.sent_at) == (second.seq, second.sent_at)
        assert first.new != second.new
    # Not found out by the database and mended: nobody gets a place that is taken.
    assert [record.getMessage() for record in caplog.records] == []
    standing = [row for room in rooms for row in await read(room)]
    assert len(standing) == len(sayings) + len(forms)
    assert {client_id for _, client_id, _ in standing} >= {s.client_id for s in sayings}


async def test_owner_status_token_and_session_count(
    active: Conversation, waiting: Conversation, counsellor: User, start: Starter
) -> None:
    ended = (await sync_to_async(start)()).conversation
    await sync_to_async(actions.end)(conversation=ended)
    left = (await sync_to_async(start)()).conversation
    await sync_to_async(actions.leave)(conversation=left)
    await Session.objects.acreate(
        session_key="in", session_data="", expire_date=timezone.now() + timedelta(hours=1)
    )

    def answer(author: int, key: str) -> Saying:
        return Saying(
            active.pk, Sender.COUNSELLOR, uuid.uuid4(), "Dag", author_id=author, session_key=key
        )

    results: list[Result] = await keep(
        visitor(ended),
        visitor(left),
        visitor(active, token_hash=b"x" * 32),
        Saying(uuid.uuid4(), Sender.VISITOR, uuid.uuid4(), "Hoi"),
        answer(counsellor.pk, "out"),
        answer(counsellor.pk + 1, ""),
        answer(counsellor.pk, "in"),
        visitor(active, token_hash=bytes(active.token_hash)),
    )
    assert places(results) == [
        "ended",
        "paused",
        "unknown",
        "unknown",
        "sign_in",
        "not_yours",
        2,
        3,
    ]
    await User.objects.filter(pk=counsellor.pk).aupdate(is_active=False)
    assert places(await keep(answer(counsellor.pk, "in"))) == ["sign_in"]


async def test_a_message_that_cannot_be_kept_takes_no_other_with_it(
    waiting: Conversation, rooms: list[Conversation], caplog: pytest.LogCaptureFixture
) -> None:
    nobody = 10**6  # no such author: the database refuses it at the commit
    poisoned = Saying(waiting.pk, Sender.SYSTEM, uuid.uuid4(), "geheim", author_id=nobody)
    results = await keep(visitor(waiting), poisoned, visitor(rooms[0]), visitor(waiting))
    assert places(results) == [1, "later", 1, 2]
    assert len(await read(waiting)) == 2
    logged = [record.__dict__ for record in caplog.records]
    assert [(entry["msg"], entry["error"]) for entry in logged if entry["levelname"] == "ERROR"]
    assert not [entry for entry in logged if "geheim" in str(entry) or str(nobody) in str(entry)]


async def test_what_was_erased_is_refused_alone(rooms: list[Conversation]) -> None:
    await sync_to_async(keys.destroy_key)(rooms[0].pk)
    assert places(await keep(visitor(rooms[0]), visitor(rooms[1]))) == ["unknown", 1]


async def test_a_full_queue_answers_at_once(waiting: Conversation) -> None:
    async with writing() as (writer, gathered):
        for number in range(writer_module.QUEUE):
            writer.put(visitor(waiting), number)
        assert gathered.outcomes == []
        writer.put(visitor(waiting), "too many")
        assert refused(gathered.of("too many")) == "later"
        results = await gathered.until(writer_module.QUEUE + 1)
        assert places(results[1:]) == list(range(1, writer_module.QUEUE + 1))
        writer.put(visitor(waiting), "after")
        await gathered.until(writer_module.QUEUE + 2)
        assert written(gathered.of("after")).seq == writer_module.QUEUE + 1


async def test_closing_keeps_what_waits(waiting: Conversation) -> None:
    gathered = Gathered()
    writer = Writer(store_of_this_site(), gathered)
    writer.put(visitor(waiting), 1)
    await writer.close()
    writer.put(visitor(waiting), 2)
    assert (written(gathered.of(1)).seq, refused(gathered.of(2))) == (1, "later")


async def test_the_writers_of_a_process_keep_each_conversation_in_its_order(
    rooms: list[Conversation],
) -> None:
    gathered = Gathered()
    stores: list[Store] = []

    def open_store() -> Store:
        stores.append(store_of_this_site())
        return stores[-1]

    writers = Writers(open_store, gathered)
    began = time.monotonic()
    for number in range(40):
        for room in rooms:
            writers.put(visitor(room, str(number)), (room.pk, number))
    await gathered.until(40 * len(rooms))
    assert writers.last_good > began
    writers.put(visitor(rooms[0], "40"), (rooms[0].pk, 40))
    await writers.close()  # keeps what waits
    assert len(stores) == (2 if connections["default"].vendor == "postgresql" else 1)
    for room in rooms:
        mine = [each.origin[1] for each in gathered.outcomes if each.origin[0] == room.pk]
        assert mine == sorted(mine)
        assert [text for _, _, text in await read(room)] == [str(number) for number in mine]
    assert len(gathered.outcomes) == 40 * len(rooms) + 1


async def test_one_who_fails_to_deliver_does_not_stop_the_writer(waiting: Conversation) -> None:
    gathered = Gathered()

    def deliver(outcomes: Sequence[object]) -> None:
        gathered(outcomes)  # type: ignore[arg-type]  # as above
        raise ValueError

    writer = Writer(store_of_this_site(), deliver)
    writer.put(visitor(waiting), 1)
    await gathered.until(1)
    writer.put(visitor(waiting), 2)
    assert places(await gathered.until(2)) == [1, 2]
    await writer.close()
