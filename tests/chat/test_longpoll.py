"""The long poll, end to end through the door: what a socket does, in requests that stand alone."""

import asyncio
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import OperationalError

from chat import actions, queries
from chat.consumers import session as sessions
from chat.models import Conversation, Message
from chat.protocol import Close
from chat.states import Status
from chat.wire import bells, longpoll
from chat.wire.hub import Hub
from chat.wire.pace import Rate
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.chat.polls import STAFF, VISITOR, Answer, Request, ask, asked, hello
from tests.chat.sockets import visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async
WAIT = 20  # as long as a page may ask; a test that waits it out fails


@pytest.fixture
def started(start: Starter) -> actions.Started:
    return start()


@pytest.fixture
def cookie(counsellor: User) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session_of(counsellor)}"


def saying(text: str = "Hoi", **more: str) -> dict[str, str]:
    return {"type": "say", "id": str(uuid.uuid4()), "text": text, **more}


async def waiting_here(count: int = 1) -> Hub:
    """The hub, once so many polls have said hello and found nothing new."""
    async with asyncio.timeout(20):
        while True:
            hub = bells.local
            if isinstance(hub, Hub):
                here = [f for held in hub.followers.values() for f in held]
                if len(here) == count and not any(getattr(f, "busy", True) for f in here):
                    return hub
            await asyncio.sleep(0.01)


async def holding(token: str) -> dict[str, Any]:
    """The hello of a page that holds all there is."""
    answer = await asked(VISITOR, hello(token))
    welcome = answer.one("welcome")
    return hello(token, since=welcome["seq"], tag=welcome["state"]["tag"])


# A visitor


async def test_hello_and_say_are_answered_at_once(started: actions.Started) -> None:
    said = saying()
    answer = await asked(VISITOR, hello(started.token), said, wait=WAIT)
    assert (answer.status, answer.close) == (200, None)
    assert answer.one("welcome")["state"]["position"] == 1
    ack = answer.one("ack")
    assert (ack["id"], ack["seq"]) == (said["id"], 1)
    assert answer.frames[-1] == {"type": "beat", "seq": 1}
    assert (await in_db(Message.objects.get)()).text == "Hoi"


async def test_message_sent_again_is_the_same_message(started: actions.Started) -> None:
    said = saying()
    first = await asked(VISITOR, hello(started.token), said)
    again_sent = await asked(VISITOR, hello(started.token, since=1), said)
    assert again_sent.one("ack") == first.one("ack")
    assert await in_db(Message.objects.count)() == 1


async def test_news_ends_the_wait(started: actions.Started, counsellor: User) -> None:
    held = await holding(started.token)
    poll = ask(VISITOR, held, wait=WAIT)
    await waiting_here()
    assert not poll.task.done()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    answer = await poll.answer()
    assert answer.kinds[0] == "welcome"
    assert answer.one("state")["status"] == "active"
    since = answer.frames[-1]["seq"]
    held = {**held, "since": since, "tag": answer.one("state")["tag"]}
    poll = ask(VISITOR, held, wait=WAIT)
    await waiting_here()
    await in_db(say)(started.conversation, "Dag", counsellor)
    answer = await poll.answer()
    assert (answer.kinds, answer.texts) == (["welcome", "messages", "beat"], ["Dag"])
    assert answer.frames[-1]["seq"] == since + 1


async def test_message_goes_to_those_who_follow_only(
    start: Starter, started: actions.Started
) -> None:
    other = await in_db(start)(name="Zwaluw")
    mine = ask(VISITOR, await holding(started.token), wait=WAIT)
    theirs = ask(VISITOR, await holding(other.token), wait=WAIT)
    await waiting_here(2)
    await in_db(say)(started.conversation, "Hoi")
    assert (await mine.answer()).texts == ["Hoi"]
    assert not theirs.task.done()
    theirs.leave()
    await theirs.ended()


async def test_without_news_there_is_a_beat_only(started: actions.Started) -> None:
    answer = await asked(VISITOR, await holding(started.token), wait=0.2)
    assert answer.kinds == ["welcome", "beat"]
    assert "state" not in answer.frames[0]  # the page holds it
    assert answer.close is None


async def test_nothing_comes_twice(started: actions.Started) -> None:
    for text in ("een", "twee", "drie"):
        await in_db(say)(started.conversation, text)
    assert (await asked(VISITOR, hello(started.token, since=1))).texts == ["twee", "drie"]
    assert (await asked(VISITOR, hello(started.token, since=3))).texts == []


async def test_long_conversation_comes_in_answers_of_a_bounded_size(
    started: actions.Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(longpoll, "ANSWER_BYTES", 20_000)

    def much() -> None:
        for number in range(200):
            say(started.conversation, f"{number} " + "a" * 1000)

    await in_db(much)()
    texts: list[str] = []
    answers = 0
    while len(texts) < 200:
        answer = await asked(VISITOR, hello(started.token, since=len(texts)), wait=WAIT)
        assert len(answer.body) < 20_000 + 2 * queries.PAGE_BYTES
        texts += answer.texts
        answers += 1
    assert [text.split()[0] for text in texts] == [str(n) for n in range(200)]
    assert answers > 2


async def test_two_requests_at_once_are_both_answered(started: actions.Started) -> None:
    held = await holding(started.token)
    poll = ask(VISITOR, held, wait=WAIT)
    await waiting_here()
    sent = await asked(VISITOR, held, saying("een"))
    assert sent.one("ack")["seq"] == 1
    assert (await poll.answer()).texts == ["een"]


async def test_poll_and_socket_are_one_conversation(started: actions.Started) -> None:
    socket = await visitor(started.token)
    await socket.until("welcome")
    await asked(VISITOR, hello(started.token), saying("langs de post"))
    assert (await socket.until("messages"))["messages"][0]["text"] == "langs de post"
    poll = ask(VISITOR, {**await holding(started.token), "since": 1}, wait=WAIT)
    await waiting_here(2)
    await socket.put(**saying("langs de lijn"))
    assert (await poll.answer()).texts == ["langs de lijn"]
    await socket.close()


async def test_page_that_left_is_let_go(started: actions.Started) -> None:
    poll = ask(VISITOR, await holding(started.token), wait=WAIT)
    hub = await waiting_here()
    assert len(hub.pages) == 1
    poll.leave()
    await poll.ended()
    assert not hub.pages
    assert not hub.followers
    assert not any(hub.queues.values())


async def test_wait_ends_at_its_time(started: actions.Started) -> None:
    loop = asyncio.get_running_loop()
    held = await holding(started.token)
    began = loop.time()
    answer = await asked(VISITOR, held, wait=1)
    assert loop.time() - began >= 1
    assert answer.kinds == ["welcome", "beat"]


async def test_paused_shows_nothing(started: actions.Started) -> None:
    await in_db(say)(started.conversation, "geheim")
    await in_db(actions.leave)(conversation=started.conversation)
    answer = await asked(VISITOR, hello(started.token), saying())
    assert answer.one("welcome")["state"]["status"] == "paused"
    assert answer.one("refused")["code"] == "paused"
    assert (answer.texts, "geheim" in answer.body.decode()) == ([], False)
    back = await asked(VISITOR, hello(started.token), {"type": "resume"}, wait=WAIT)
    assert back.texts[0] == "geheim"


async def test_pace_holds_over_many_requests(
    started: actions.Started, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sessions, "SAY_RATE", Rate(3, 600))
    other = await in_db(start)(name="Zwaluw")
    token = started.token
    for _ in range(3):
        assert "ack" in (await asked(VISITOR, hello(token), saying())).kinds
    refused = (await asked(VISITOR, hello(token), saying())).one("refused")
    assert (refused["code"], refused["after"]) == ("slow", 5)
    # As long as it is the same conversation, also over a socket; others are not slowed.
    socket = await visitor(token)
    await socket.put(**saying())
    assert (await socket.until("refused"))["code"] == "slow"
    await socket.close()
    assert "ack" in (await asked(VISITOR, hello(other.token), saying())).kinds


# What closes


@pytest.mark.parametrize("token", ["", "nobody's", "a" * 101, "\0", "ü" * 30])
async def test_unknown_token(token: str, started: actions.Started) -> None:
    answer = await asked(VISITOR, hello(token), saying(), wait=WAIT)
    assert (answer.kinds, answer.close) == (["refused"], Close.UNKNOWN)
    assert answer.frames[0]["code"] == "unknown"


async def test_ended_while_it_waited(started: actions.Started) -> None:
    poll = ask(VISITOR, await holding(started.token), wait=WAIT)
    await waiting_here()
    await in_db(actions.end)(conversation=started.conversation)
    answer = await poll.answer()
    assert (answer.one("state")["status"], answer.close) == ("ended", Close.OVER)


async def test_ended_before(started: actions.Started) -> None:
    await in_db(actions.end)(conversation=started.conversation)
    answer = await asked(VISITOR, hello(started.token), wait=WAIT)
    assert (answer.one("welcome")["state"]["status"], answer.close) == ("ended", Close.OVER)


async def test_page_of_an_older_version(started: actions.Started) -> None:
    answer = await asked(VISITOR, {**hello(started.token), "v": 1}, saying(), wait=WAIT)
    assert (answer.one("refused")["code"], answer.close) == ("version", Close.VERSION)
    assert await in_db(Message.objects.count)() == 0


async def test_database_away(started: actions.Started, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(token: str) -> None:
        raise OperationalError

    monkeypatch.setattr(queries, "by_token", away)
    answer = await asked(VISITOR, hello(started.token), wait=WAIT)
    assert (answer.frames, answer.close) == ([], Close.LATER)


async def test_frames_before_hello_are_refused(started: actions.Started) -> None:
    answer = await asked(VISITOR, saying(), {"type": "beat", "seq": 0}, hello(started.token))
    assert answer.kinds == ["refused", "refused", "welcome", "beat"]
    assert await in_db(Message.objects.count)() == 0


async def test_second_hello_is_refused(started: actions.Started, start: Starter) -> None:
    other = await in_db(start)(name="Zwaluw")
    answer = await asked(VISITOR, hello(started.token), hello(other.token), saying())
    assert answer.one("refused")["code"] == "malformed"
    assert (await in_db(Message.objects.get)()).conversation_id == started.conversation.pk


# Staff


async def test_staff_without_a_session_are_signed_out(started: actions.Started) -> None:
    for given in ("", f"{settings.SESSION_COOKIE_NAME}=nobody"):
        answer = await asked(STAFF, {"type": "hello", "v": 3}, wait=WAIT, cookie=given)
        assert (answer.status, answer.frames, answer.close) == (200, [], Close.SIGN_IN)


async def test_token_opens_no_console(started: actions.Started) -> None:
    answer = await asked(STAFF, hello(started.token), wait=WAIT)
    assert (answer.frames, answer.close) == ([], Close.SIGN_IN)


async def test_staff_talk_over_polls(
    cookie: str, started: actions.Started, counsellor: User
) -> None:
    number = str(started.conversation.pk)
    first: dict[str, Any] = {"type": "hello", "v": 3}
    answer = await asked(STAFF, first, cookie=cookie)
    assert [row["id"] for row in answer.one("desk")["waiting"]] == [number]
    claim = {"type": "claim", "conversation": number}
    answer = await asked(STAFF, first, claim, wait=WAIT, cookie=cookie)
    desk = [frame for frame in answer.frames if frame["type"] == "desk"][-1]
    assert [row["id"] for row in desk["mine"]] == [number]
    opening = {"conversation": number, "since": 0}
    answer = await asked(
        STAFF,
        {**first, "tag": desk["tag"], "open": [opening]},
        saying("Dag", conversation=number),
        wait=WAIT,
        cookie=cookie,
    )
    assert "desk" not in answer.kinds
    assert answer.one("ack")["conversation"] == number
    assert (await in_db(AuditEntry.objects.get)()).subject_id == number
    opened = [frame for frame in answer.frames if frame["type"] == "opened"][-1]
    place = (await in_db(again)(started.conversation)).last_seq
    held = [{**opening, "since": place, "tag": opened["tag"]}]
    desk = (await asked(STAFF, first, cookie=cookie)).one("desk")
    opened = (await asked(STAFF, {**first, "open": held}, cookie=cookie)).frames[-1]
    assert opened["type"] == "beat"
    assert opened["seqs"] == {number: place}
    poll = ask(STAFF, {**first, "tag": desk["tag"], "open": held}, wait=WAIT, cookie=cookie)
    await in_db(say)(started.conversation, "Dankjewel")
    while (answer := await poll.answer()).texts != ["Dankjewel"]:
        poll = ask(STAFF, {**first, "tag": desk["tag"], "open": held}, wait=WAIT, cookie=cookie)


async def test_console_that_holds_everything_waits(
    cookie: str, counsellor: User, started: actions.Started
) -> None:
    number = str(started.conversation.pk)
    await in_db(actions.arrive)(by=counsellor)  # a first arrival is news to the desk
    hello_to = {"type": "hello", "v": 3, "open": [{"conversation": number, "since": 0}]}
    answer = await asked(STAFF, hello_to, cookie=cookie)
    held = {
        "type": "hello",
        "v": 3,
        "tag": answer.one("desk")["tag"],
        "open": [{"conversation": number, "since": 0, "tag": answer.one("opened")["tag"]}],
    }
    poll = ask(STAFF, held, wait=WAIT, cookie=cookie)
    await waiting_here()
    assert not poll.task.done()
    await in_db(Session.objects.all().delete)()
    answer = await poll.answer()  # by the watch
    assert answer.close == Close.SIGN_IN


async def test_staff_open_only_what_is_theirs(
    cookie: str, started: actions.Started, staff: StaffMaker
) -> None:
    strange = str(uuid.uuid4())
    answer = await asked(
        STAFF,
        {"type": "hello", "v": 3, "open": [{"conversation": strange, "since": 0}]},
        saying(conversation=str(started.conversation.pk)),
        wait=WAIT,
        cookie=cookie,
    )
    assert answer.one("shut")["conversation"] == strange
    assert answer.one("refused")["code"] == "unknown"
    assert await in_db(AuditEntry.objects.count)() == 0


async def test_console_of_an_ended_conversation(
    cookie: str, started: actions.Started, counsellor: User
) -> None:
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    number = str(started.conversation.pk)
    opening = {"type": "hello", "v": 3, "open": [{"conversation": number, "since": 0}]}
    answer = await asked(STAFF, opening, {"type": "end", "conversation": number}, cookie=cookie)
    assert answer.close is None
    assert (await in_db(again)(started.conversation)).status == Status.ENDED


# The request itself


async def test_nothing_is_left_behind(started: actions.Started, cookie: str) -> None:
    before = await in_db(Session.objects.count)()
    for path, frame, given in (
        (VISITOR, hello(started.token), ""),
        (STAFF, {"type": "hello", "v": 3}, cookie),
    ):
        answer = await asked(path, frame, cookie=given)
        assert answer.status == 200
        assert answer.headers[b"cache-control"] == b"no-store"
        assert answer.headers[b"content-type"] == b"application/json"
        assert answer.headers[b"x-content-type-options"] == b"nosniff"
        assert int(answer.headers[b"content-length"]) == len(answer.body)
        assert b"set-cookie" not in answer.headers
    assert await in_db(Session.objects.count)() == before


async def of(method: str = "POST", origin: str | None = "http://testserver") -> Answer:
    request = Request(VISITOR, method=method, origin=origin)
    request.give(b'{"frames":[{"type":"beat","seq":0}],"wait":0}')
    return await request.answer()


async def test_only_post_is_taken(started: actions.Started) -> None:
    assert (await of()).status == 200
    for method in ("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"):
        answer = await of(method)
        assert (answer.status, answer.headers[b"cache-control"]) == (405, b"no-store")


async def test_only_our_own_pages_ask() -> None:
    for origin in (None, "null", "http://elders.test", "https://testserver", "http://testserver:1"):
        assert (await of(origin=origin)).status == 403


RUBBISH = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b'"frames"',
    b"{",
    b"\xff\xfe",
    b'{"frames":null}',
    b'{"frames":[]}',
    b'{"frames":{}}',
    b'{"frames":"hello"}',
    b'{"frames":[{}],"wait":-1}',
    b'{"frames":[{}],"wait":21}',
    b'{"frames":[{}],"wait":1e400}',
    b'{"frames":[{}],"wait":"5"}',
    b'{"frames":[{}],"wait":null}',
    b'{"frames":[{}],"wait":NaN}',
    b'{"frames":[' + b"{}," * 64 + b"{}]}",
    b"[" * 60_000,
    b'{"frames":' + b"[" * 1000 + b"]" * 1000 + b"}",
    b'{"frames":[' + b'{"a":' * 400 + b"1" + b"}" * 400 + b"]}",
    b'{"frames":["\\ud800"]}',
]


@pytest.mark.parametrize("body", RUBBISH)
async def test_rubbish_is_a_bad_request(body: bytes) -> None:
    request = Request(VISITOR)
    request.give(body)
    answer = await request.answer()
    assert (answer.status, answer.body) == (400, b"{}")


STRANGE: list[Any] = [
    None,
    1,
    "hello",
    [],
    {},
    {"type": None},
    {"type": "hello"},
    {"type": "hello", "v": "2"},
    {"type": "hello", "v": 3},
    {"type": "hello", "v": 3, "token": None},
    {"type": "hello", "v": 3, "token": "a", "since": -1},
    {"type": "hello", "v": 3, "token": "a", "since": 10**30},
    {"type": "hello", "v": 3, "token": "a", "since": 0, "tag": 1},
    {"type": "hello", "v": 3, "token": "a", "since": 0, "got": "x"},
    {"type": "say", "id": "x" * 10_000, "text": "a"},
    {"a": "x" * 17_000},
    [[[[[[]]]]]],
]


@pytest.mark.parametrize("frame", STRANGE)
async def test_strange_frame_is_refused(frame: Any, started: actions.Started) -> None:
    answer = await asked(VISITOR, frame, wait=WAIT)
    assert answer.status == 200
    assert answer.kinds[0] == "refused"
    # And takes nothing with it.
    answer = await asked(VISITOR, frame, hello(started.token), saying())
    if answer.close is None:
        assert {"welcome", "ack", "beat"} <= set(answer.kinds)


@pytest.mark.parametrize("frame", STRANGE)
async def test_strange_frame_of_staff_is_refused(frame: Any, cookie: str) -> None:
    if frame == {"type": "hello", "v": 3} or (isinstance(frame, dict) and "token" in frame):
        frame = {"type": "hello", "v": 3, "open": [frame]}
    answer = await asked(STAFF, frame, wait=WAIT, cookie=cookie)
    assert answer.status == 200
    assert answer.kinds[0] == "refused"


async def test_body_may_come_in_pieces_and_has_a_bound(started: actions.Started) -> None:
    request = Request(VISITOR)
    for piece in (b'{"fra', b'mes":[{"type":"beat"', b',"seq":0}]}'):
        request.give(piece, more=True)
    request.give(b"")
    assert (await request.answer()).frames[0]["code"] == "malformed"
    request = Request(VISITOR)
    for _ in range(9):
        request.give(b" " * 8192, more=True)
    assert (await request.answer()).status == 413
    request = Request(VISITOR)
    request.give(b" " * (longpoll.BODY_BYTES + 1))
    assert (await request.answer()).status == 413


async def test_body_that_does_not_come(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(longpoll, "READ_SECONDS", 0.1)
    request = Request(VISITOR)
    request.give(b"{", more=True)
    assert (await request.answer()).status == 408
    request = Request(VISITOR)
    request.give(b"{", more=True)
    request.leave()
    await request.ended()


async def test_conversation_that_was_erased(started: actions.Started) -> None:
    poll = ask(VISITOR, await holding(started.token), wait=WAIT)
    await waiting_here()
    await in_db(Conversation.objects.all().delete)()
    assert (await poll.answer()).close == Close.UNKNOWN
