"""Two at once: real threads, each with its own connection, on both engines."""

import threading
import uuid
from collections.abc import Callable

import pytest
from django.db import connections

from chat import actions, queries
from chat.errors import ChatError, Code
from chat.models import Conversation, ConversationEvent, Message
from chat.states import Sender, Status
from chat.wire.append import Saying, Written, append
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]


def together(*works: Callable[[], object]) -> list[object]:
    """Run all at the same moment; the results in order, an exception as a result."""
    gate = threading.Barrier(len(works))
    results: dict[int, object] = {}

    def run(number: int, work: Callable[[], object]) -> None:
        gate.wait()
        try:
            results[number] = work()
        except Exception as error:  # noqa: BLE001 -- a result like any other
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=item) for item in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return [results[number] for number in range(len(works))]


@pytest.mark.parametrize("turn", range(5))
def test_of_two_who_claim_one_wins(turn: int, waiting: Conversation, staff: StaffMaker) -> None:
    people = [staff("noor"), staff("lotte")]
    results = together(
        *[lambda user=user: actions.claim(conversation=waiting, by=user) for user in people]
    )
    losers = [result for result in results if isinstance(result, ChatError)]
    assert results.count(None) == 1
    assert [error.code for error in losers] == [Code.TAKEN]
    owner = again(waiting).owner
    assert owner is not None
    assert losers[0].who == owner.work_name
    assert ConversationEvent.objects.filter(became=Status.ACTIVE).count() == 1


@pytest.mark.parametrize("turn", range(3))
def test_two_claims_of_one_counsellor_keep_to_capacity(
    turn: int, start: Starter, counsellor: User
) -> None:
    rows = [start().conversation for _ in range(4)]
    results = together(
        *[lambda row=row: actions.claim(conversation=row, by=counsellor) for row in rows]
    )
    codes = [result.code for result in results if isinstance(result, ChatError)]
    assert (results.count(None), codes) == (2, [Code.FULL, Code.FULL])
    assert Conversation.objects.filter(owner=counsellor).count() == 2


@pytest.mark.parametrize("turn", range(5))
def test_one_message_sent_twice_at_once_stands_once(turn: int, waiting: Conversation) -> None:
    client_id = uuid.uuid4()
    results = together(
        *[lambda: actions.say(conversation=waiting, text="Hoi", client_id=client_id)] * 4
    )
    places = {result.seq for result in results if isinstance(result, Written)}
    assert (len(results), places) == (4, {1})
    assert actions.say(conversation=waiting, text="Dag", client_id=uuid.uuid4()).seq == 2


def test_many_messages_at_once_leave_no_gap(waiting: Conversation) -> None:
    ids = [uuid.uuid4() for _ in range(12)]
    together(
        *[
            lambda client_id=client_id: actions.say(
                conversation=waiting, text="Hoi", client_id=client_id
            )
            for client_id in ids * 2
        ]
    )
    said = queries.transcript(waiting.pk)
    assert [message.seq for message in said] == list(range(1, 13))
    assert {message.client_id for message in said} == set(ids)
    assert again(waiting).last_seq == 12


@pytest.mark.parametrize("turn", range(5))
def test_marks_and_messages_at_once_never_wait_for_each_other(turn: int, start: Starter) -> None:
    rows = [start().conversation for _ in range(6)]
    for row in rows:
        actions.say(conversation=row, text="Hoi", client_id=uuid.uuid4())
    there = [row.pk for row in rows]
    results = together(
        lambda: actions.note_read({(number, Sender.VISITOR): 1 for number in there}),
        lambda: actions.note_read({(number, Sender.COUNSELLOR): 1 for number in reversed(there)}),
        lambda: actions.note_seen(there),
        lambda: append(
            [Saying(number, Sender.VISITOR, uuid.uuid4(), "Dag") for number in reversed(there)]
        ),
    )
    assert [result for result in results if isinstance(result, Exception)] == []
    marks = [
        (row.last_seq, row.visitor_read_seq, row.counsellor_read_seq) for row in map(again, rows)
    ]
    assert marks == [(2, 1, 1)] * 6


def test_double_click_on_start_makes_one_chat(service: Service) -> None:
    key = uuid.uuid4()
    results = together(
        *[lambda: actions.start(service=service, language="nl", name="", start_key=key)] * 3
    )
    tokens = {result.token for result in results if isinstance(result, actions.Started)}
    assert (len(results), len(tokens)) == (3, 1)
    assert Conversation.objects.count() == 1


def test_end_and_say_at_once_lose_nothing(waiting: Conversation) -> None:
    results = together(
        lambda: actions.say(conversation=waiting, text="Hoi", client_id=uuid.uuid4()),
        lambda: actions.end(conversation=waiting),
    )
    refused = isinstance(results[0], ChatError)
    assert Message.objects.filter(sender="visitor").count() == (0 if refused else 1)
    assert again(waiting).status == Status.ENDED


def test_leave_and_claim_at_once_end_in_one_order(waiting: Conversation, counsellor: User) -> None:
    together(
        lambda: actions.leave(conversation=waiting),
        lambda: actions.claim(conversation=waiting, by=counsellor),
    )
    row = again(waiting)
    assert row.status == Status.PAUSED
    assert row.owner in (None, counsellor)
