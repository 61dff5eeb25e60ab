"""The visitor's socket, end to end through the door."""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import OperationalError
from django.utils import timezone

from chat import actions, protocol, queries
from chat.models import Conversation, Message
from chat.protocol import Close
from chat.states import Status
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.sockets import Client, visitor

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async


@pytest.fixture
def started(start: Starter) -> actions.Started:
    return start()


async def test_hello_gives_the_place_in_the_queue(started: actions.Started) -> None:
    client = await visitor(started.token)
    welcome = await client.until("welcome")
    assert welcome["state"]["status"] == "waiting"
    assert welcome["state"]["position"] == 1
    await client.close()


@pytest.mark.parametrize("token", ["", "x" * 43, "x" * 5000])
async def test_wrong_token_is_refused(token: str, started: actions.Started) -> None:
    client = await visitor(token)
    assert (await client.next())["code"] == "unknown"
    assert await client.next() == {"type": "closed", "code": Close.UNKNOWN}


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://testserver",
        "http://testserver:81",
        "http://testserver.example.org",
        "http://example.org",
        "http://testserver/",
    ],
)
async def test_other_origin_is_refused(origin: str | None, started: actions.Started) -> None:
    client = Client("/ws/chat/", origin=origin)
    assert not await client.connect()


async def test_old_page_is_told_to_reload(started: actions.Started) -> None:
    client = Client("/ws/chat/")
    await client.connect()
    await client.put(type="hello", v=0, token=started.token, since=0)
    assert (await client.next())["code"] == "version"
    assert await client.next() == {"type": "closed", "code": Close.VERSION}


async def test_without_the_database_a_socket_closes_for_later(
    started: actions.Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = await visitor(started.token)
    await client.until("welcome")

    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError

    with monkeypatch.context() as outage:
        outage.setattr(queries, "by_token", gone)
        await client.put(type="end")
        assert await client.next() == {"type": "closed", "code": Close.LATER}
    assert (await in_db(again)(started.conversation)).status == Status.WAITING


async def test_nothing_is_taken_before_hello(started: actions.Started) -> None:
    client = Client("/ws/chat/")
    await client.connect()
    await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    assert (await client.next())["code"] == "malformed"
    assert await in_db(Message.objects.count)() == 0
    await client.close()


async def test_say_is_acked_after_commit(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    client_id = str(uuid.uuid4())
    await client.put(type="say", id=client_id, text="Hoi")
    ack = await client.until("ack")
    assert (ack["id"], ack["seq"]) == (client_id, 1)
    assert (await in_db(Message.objects.get)()).text == "Hoi"
    await client.put(type="say", id=client_id, text="Hoi")
    assert await client.until("ack") == ack
    assert await in_db(Message.objects.count)() == 1
    await client.close()


async def test_second_tab_follows_along(started: actions.Started) -> None:
    one, other = await visitor(started.token), await visitor(started.token)
    await one.until("welcome")
    await other.until("welcome")
    client_id = str(uuid.uuid4())
    await one.put(type="say", id=client_id, text="Hoi")
    (message,) = (await other.until("messages"))["messages"]
    assert (message["id"], message["text"], message["from"]) == (client_id, "Hoi", "visitor")
    # Neither gets it twice.
    await other.put(type="say", id=str(uuid.uuid4()), text="Dag")
    assert [m["seq"] for m in (await one.until("messages"))["messages"]] == [2]
    assert (await other.until("ack"))["seq"] == 2
    await one.close()
    await other.close()


async def test_counsellor_is_heard(started: actions.Started, counsellor: User) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    state = await client.until("state", status="active")
    assert (state["counsellor"], state["position"]) == ("Noor", 0)
    await in_db(say)(started.conversation, "Dag", counsellor)
    frame = await client.until("messages")
    assert frame["messages"][0]["text"] == "Dag"
    await client.close()


async def test_reconnect_replays_what_was_missed(started: actions.Started) -> None:
    for number in range(5):
        await in_db(say)(started.conversation, f"bericht {number}")
    client = await visitor(started.token, since=2)
    frame = await client.until("messages")
    assert [m["seq"] for m in frame["messages"]] == [3, 4, 5]
    await client.close()


async def test_replay_comes_in_pages(started: actions.Started) -> None:
    def much() -> None:
        for number in range(230):
            say(started.conversation, f"bericht {number}")

    await in_db(much)()
    client = await visitor(started.token)
    seqs: list[int] = []
    pages = 0
    while len(seqs) < 230:
        frame = await client.until("messages")
        seqs += [m["seq"] for m in frame["messages"]]
        pages += 1
        assert frame["more"] == (len(seqs) < 230)
    assert (seqs, pages) == (list(range(1, 231)), 5)
    await client.close()


async def test_beat_makes_good_what_the_page_did_not_get(started: actions.Started) -> None:
    client = await visitor(started.token)
    await in_db(say)(started.conversation, "een")
    await client.until("messages")
    # Not acknowledged: it may still be under way.
    await client.put(type="beat", seq=0, got=1)
    assert await client.until("beat") == {"type": "beat", "seq": 1}
    assert [frame["type"] for frame in client.seen] == ["welcome", "messages", "beat"]
    # The page has had all of them and still lacks the message. A beat that comes while the server
    # looks for news changes nothing; the next one does.
    while [frame["type"] for frame in client.seen].count("messages") < 2:
        await client.put(type="beat", seq=0)
        await client.until("beat")
        await asyncio.sleep(0.02)  # a page that sends a thousand a second is closed
    assert {frame["messages"][0]["seq"] for frame in client.seen if "messages" in frame} == {1}
    await client.close()


async def test_state_that_the_page_holds_is_not_sent_again(started: actions.Started) -> None:
    client = await visitor(started.token)
    tag = (await client.until("welcome"))["state"]["tag"]
    await client.close()
    again_there = await visitor(started.token, tag=tag)
    assert "state" not in await again_there.until("welcome")
    await again_there.close()


async def test_place_in_the_queue_moves(start: Starter, counsellor: User) -> None:
    first, second = await in_db(start)(), await in_db(start)()
    client = await visitor(second.token)
    assert (await client.until("welcome"))["state"]["position"] == 2
    await in_db(actions.claim)(conversation=first.conversation, by=counsellor)
    assert (await client.until("state"))["position"] == 1
    await client.close()


async def test_paused_shows_nothing_until_it_is_asked(started: actions.Started) -> None:
    await in_db(say)(started.conversation, "geheim")
    await in_db(actions.leave)(conversation=started.conversation)
    client = await visitor(started.token)
    assert (await client.until("welcome"))["state"]["status"] == "paused"
    await client.put(type="beat", seq=0)
    await client.until("beat")
    assert all(frame["type"] != "messages" for frame in client.seen)
    await client.put(type="say", id=str(uuid.uuid4()), text="Ik ben er weer")
    assert (await client.until("refused"))["code"] == "paused"
    await client.put(type="resume")
    frame = await client.until("messages")
    assert frame["messages"][0]["text"] == "geheim"
    assert (await client.until("state"))["status"] == "waiting"
    await client.close()


async def test_end_closes_the_socket(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await client.put(type="end")
    await client.until("state", status="ended")
    assert (await client.next())["type"] == "closed"
    assert (await in_db(again)(started.conversation)).status == Status.ENDED


async def test_token_is_asked_again_at_every_act(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await in_db(Conversation.objects.update)(
        status=Status.ENDED, ended_at=timezone.now() - timedelta(hours=1)
    )
    await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    assert (await client.until("refused"))["code"] == "ended"
    await client.put(type="resume")
    assert (await client.until("refused"))["code"] == "unknown"
    await client.close()


async def test_token_that_is_not_theirs_any_more_is_refused(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await in_db(Conversation.objects.update)(token_hash=b"x" * 32)
    await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    assert (await client.until("refused"))["code"] == "unknown"
    assert await in_db(Message.objects.count)() == 0
    await client.close()


BAD = [
    "",
    "null",
    "[]",
    "{}",
    '"text"',
    "{",
    '{"type":"say"}',
    '{"type":"say","id":"x","text":"a"}',
    '{"type":"say","id":1,"text":"a"}',
    '{"type":"say","id":"00000000-0000-0000-0000-000000000001","text":1}',
    '{"type":"say","id":"00000000-0000-0000-0000-000000000001","text":"\\ud800"}',
    '{"type":"beat","seq":-1}',
    '{"type":"beat","seq":true}',
    '{"type":"beat","seq":99999999999999999999}',
    '{"type":["say"]}',
    '{"type":"claim","conversation":"00000000-0000-0000-0000-000000000001"}',
    "[" * 8000,
    '{"type":' * 2000,
    "NaN",
]


@pytest.mark.parametrize("text", BAD)
async def test_bad_frame_is_told_and_the_socket_lives(text: str, started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await client.socket.send_input({"type": "websocket.receive", "text": text})
    assert (await client.until("refused"))["code"] == "malformed"
    await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    await client.until("ack")
    await client.close()


async def test_binary_frame_is_told(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    await client.socket.send_to(bytes_data=b"\xff\xfe")
    assert (await client.until("refused"))["code"] == "malformed"
    await client.close()


@pytest.mark.parametrize(
    ("text", "code"), [("a" * 4097, "too_long"), ("  ", "empty"), ("a" * 17000, "too_big")]
)
async def test_refused_message_says_why(text: str, code: str, started: actions.Started) -> None:
    client = await visitor(started.token)
    client_id = str(uuid.uuid4())
    await client.put(type="say", id=client_id, text=text)
    frame = await client.until("refused")
    assert frame["code"] == code
    if code != "too_big":
        assert frame["id"] == client_id
    await client.close()


async def test_very_many_messages_are_slowed_not_lost(started: actions.Started) -> None:
    client = await visitor(started.token)
    await client.until("welcome")
    for _ in range(40):
        await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
        await client.until("ack")
    await client.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    frame = await client.until("refused")
    assert (frame["code"], frame["after"]) == ("slow", 5)
    await client.close()


def test_protocol_version_is_stated() -> None:
    assert protocol.welcome()["v"] == protocol.VERSION
