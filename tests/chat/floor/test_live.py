"""The floor's socket and long poll: who gets in, what changes come, and what never does."""

from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from chat import actions, protocol
from chat.floor import actions as floor_actions
from chat.floor import protocol as floor_protocol
from chat.floor import queries
from chat.models import Conversation
from chat.protocol import Close
from helpline.services.models import Service
from helpline.staff.models import Membership, User
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.chat.polls import asked
from tests.chat.sockets import Client, desk
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async


@pytest.fixture
def session(supervisor: User) -> str:
    return session_of(supervisor)


def cookie(session: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session}"


def hello(service: Service, tag: str = "") -> dict[str, Any]:
    return {"type": "hello", "v": protocol.VERSION, "service": str(service.pk), "tag": tag}


async def floor(session: str, service: Service, tag: str = "") -> Client:
    client = Client("/ws/floor/", cookie=cookie(session))
    assert await client.connect()
    await client.put(**hello(service, tag))
    await client.until("welcome")
    return client


async def test_counsellor_is_refused(counsellor: User) -> None:
    session = await in_db(session_of)(counsellor)
    assert not await Client("/ws/floor/", cookie=cookie(session)).connect()


async def test_floor_of_another_service_is_closed(session: str) -> None:
    other = await in_db(Service.objects.create)(slug="other", name="Other line")
    client = Client("/ws/floor/", cookie=cookie(session))
    assert await client.connect()
    await client.put(**hello(other))
    assert await client.next() == {"type": "closed", "code": Close.UNKNOWN}


async def test_deactivated_is_closed_by_the_watch(
    session: str, service: Service, supervisor: User
) -> None:
    client = await floor(session, service)
    await in_db(User.objects.filter(pk=supervisor.pk).update)(is_active=False)
    frame = await client.next()
    while frame["type"] != "closed":
        frame = await client.next()
    assert frame["code"] == Close.SIGN_IN


async def test_who_leaves_the_service_is_closed(
    session: str, service: Service, supervisor: User
) -> None:
    client = await floor(session, service)
    await in_db(Membership.objects.filter(user=supervisor).delete)()
    frame = await client.next()
    while frame["type"] != "closed":
        frame = await client.next()
    assert frame["code"] == Close.UNKNOWN


async def test_first_frame_is_the_whole_floor(
    session: str, service: Service, active: Conversation, counsellor: User
) -> None:
    client = await floor(session, service)
    frame = await client.until("floor", fresh=True)
    (chat,) = frame["chats"]
    assert (chat["id"], chat["name"], chat["owner"]) == (str(active.pk), "Merel", counsellor.pk)
    assert [(p["name"], p["load"], p["capacity"]) for p in frame["people"]] == [
        ("Noor", 1, 2),
        ("Sam", 0, 2),
    ]
    await client.close()


async def test_capacity_shows_at_once_on_the_counsellors_own_desk(
    service: Service, counsellor: User, supervisor: User
) -> None:
    client = await desk(await in_db(session_of)(counsellor))
    await in_db(floor_actions.set_capacity)(
        person=counsellor, service=service, capacity=4, by=supervisor
    )
    await client.until("desk", capacity=4)
    await client.close()


async def test_change_comes_alone(
    session: str, service: Service, active: Conversation, start: Starter, counsellor: User
) -> None:
    client = await floor(session, service)
    await client.until("floor", fresh=True)
    newcomer = (await in_db(start)(name="Zwaluw")).conversation
    frame = await client.until("floor")
    assert [(row["name"], row["status"]) for row in frame["chats"]] == [("Zwaluw", "waiting")]
    assert "people" not in frame
    await in_db(actions.claim)(conversation=newcomer, by=counsellor)
    frame = await client.until("floor")
    assert [(row["name"], row["owner"]) for row in frame["chats"]] == [("Zwaluw", counsellor.pk)]
    assert [row["load"] for row in frame["people"]] == [2]
    await in_db(lambda: actions.end(conversation=again(newcomer), by=counsellor))()
    frame = await client.until("floor")
    assert (frame["gone"], "chats" in frame) == ([str(newcomer.pk)], False)
    await client.close()


async def test_word_without_an_answer_shows_and_never_what_was_said(
    session: str, service: Service, active: Conversation, counsellor: User
) -> None:
    client = await floor(session, service)
    await client.until("floor", fresh=True)
    await in_db(say)(active, "een geheim woord")
    frame = await client.until("floor")
    assert frame["chats"][0]["unanswered"] != ""
    await in_db(say)(active, "nog een geheim", counsellor)
    frame = await client.until("floor")
    assert frame["chats"][0]["unanswered"] == ""
    assert "geheim" not in str(client.seen)
    await client.close()


async def test_alarm_comes_and_its_acknowledgement(
    session: str, service: Service, active: Conversation, counsellor: User, supervisor: User
) -> None:
    client = await floor(session, service)
    await client.until("floor", fresh=True)
    await in_db(actions.raise_danger)(conversation=active, by=counsellor)
    frame = await client.until("floor")
    assert (frame["chats"][0]["danger"] != "", frame["chats"][0]["acknowledged"]) == (True, False)
    await in_db(actions.acknowledge_danger)(conversation=active, by=supervisor)
    frame = await client.until("floor")
    assert frame["chats"][0]["acknowledged"] is True
    await client.close()


async def test_page_that_holds_it_is_not_sent_it_again(
    session: str, service: Service, active: Conversation, counsellor: User
) -> None:
    client = await floor(session, service)
    tag = (await client.until("floor", fresh=True))["tag"]
    await client.close()
    client = await floor(session, service, tag)
    await client.put(type="beat")  # is heard after the look that hello asks for
    assert (await client.next())["type"] == "beat"
    await in_db(actions.raise_danger)(conversation=active, by=counsellor)
    frame = await client.until("floor")
    assert ("fresh" in frame, len(frame["chats"])) == (False, 1)
    await client.close()


async def test_poll_has_the_floor_and_then_what_is_new(
    session: str, service: Service, active: Conversation, start: Starter
) -> None:
    path = "/wire/floor/"
    first = (await asked(path, hello(service), cookie=cookie(session))).one("floor")
    same = await asked(path, hello(service, first["tag"]), cookie=cookie(session))
    assert same.kinds == ["welcome", "beat"]
    await in_db(start)(name="Zwaluw")
    changed = await asked(path, hello(service, first["tag"]), cookie=cookie(session))
    frame = changed.one("floor")
    assert (frame["fresh"], len(frame["chats"])) == (True, 2)


@pytest.mark.parametrize(
    "frame",
    [
        {"service": "x"},
        {"service": 3},
        {"service": None},
        {"tag": 3},
        {"type": "say", "id": "x", "text": "Hoi"},
        {"type": "claim"},
    ],
)
async def test_nonsense_is_refused(session: str, service: Service, frame: dict[str, Any]) -> None:
    client = Client("/ws/floor/", cookie=cookie(session))
    assert await client.connect()
    await client.put(**{**hello(service), **frame})
    assert (await client.next())["code"] == "malformed"
    await client.close()


async def test_another_version_is_closed(session: str, service: Service) -> None:
    client = Client("/ws/floor/", cookie=cookie(session))
    assert await client.connect()
    await client.put(**{**hello(service), "v": 1})
    assert (await client.next())["code"] == "version"
    assert await client.next() == {"type": "closed", "code": Close.VERSION}


def test_a_long_floor_comes_in_frames_that_a_server_takes(
    service: Service, staff: StaffMaker, start: Starter
) -> None:
    start("é" * 40)
    floor = queries.floor(service)
    (chat,) = floor.chats
    row = floor_protocol._chat(chat)
    now = floor_protocol.Picture({str(n): row for n in range(450)}, {})
    frames = list(floor_protocol.changes(None, now))
    assert [frame.get("fresh", False) for frame in frames] == [True, False, False, False, False]
    assert ["tag" in frame for frame in frames] == [False, False, False, False, True]
    assert sum(len(frame["chats"]) for frame in frames) == 450
    assert all(len(protocol.dump(frame)) < protocol.SENT_BYTES for frame in frames)
    assert list(floor_protocol.changes(now, now)) == []
