"""The console's socket: who gets in, what they see, and what only the owner may do."""

import asyncio
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.contrib.sessions.models import Session

from chat import actions, protocol
from chat.models import Conversation, Message
from chat.protocol import Close
from chat.states import Status
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.chat.sockets import Client, desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async


@pytest.fixture
def session(counsellor: User) -> str:
    return session_of(counsellor)


async def test_no_session_is_refused(service: Service) -> None:
    assert not await Client("/ws/console/").connect()


async def test_no_second_factor_is_refused(counsellor: User) -> None:
    session = await in_db(session_of)(counsellor, second_factor=False)
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    assert not await Client("/ws/console/", cookie=cookie).connect()


async def test_other_roles_are_refused(staff: StaffMaker) -> None:
    session = await in_db(lambda: session_of(staff("ed", "editor", "caseworker")))()
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    assert not await Client("/ws/console/", cookie=cookie).connect()


async def test_other_origin_is_refused(session: str) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    client = Client("/ws/console/", cookie=cookie, origin="https://testserver")
    assert not await client.connect()


async def test_signed_out_is_refused_at_the_next_act(session: str, waiting: Conversation) -> None:
    client = await desk(session)
    await in_db(Session.objects.all().delete)()
    await client.put(type="open", conversation=str(waiting.pk), since=0)
    assert (await client.until("refused"))["code"] == "sign_in"
    assert await client.next() == {"type": "closed", "code": Close.SIGN_IN}
    assert await in_db(AuditEntry.objects.count)() == 0


async def test_deactivated_is_closed_by_the_watch(session: str, counsellor: User) -> None:
    client = await desk(session)
    await in_db(User.objects.filter(pk=counsellor.pk).update)(is_active=False)
    frame = await client.next()
    while frame["type"] in ("desk", "refused"):
        frame = await client.next()
    assert frame == {"type": "closed", "code": Close.SIGN_IN}


async def test_newcomer_shows_on_the_desk(session: str, start: Starter) -> None:
    client = await desk(session)
    await in_db(start)(name="Zwaluw")
    frame = await client.until("desk")
    (row,) = frame["waiting"]
    assert (row["name"], row["status"], row["language"]) == ("Zwaluw", "waiting", "nl")
    await client.close()


async def test_open_is_on_record_first(session: str, waiting: Conversation) -> None:
    await in_db(say)(waiting, "geheim")
    client = await desk(session)
    await client.put(type="open", conversation=str(waiting.pk), since=0)
    frame = await client.until("messages")
    assert frame["messages"][0]["text"] == "geheim"
    entry = await in_db(AuditEntry.objects.get)()
    assert entry.subject_id == str(waiting.pk)
    assert (await in_db(again)(waiting)).status == Status.WAITING
    await client.close()


async def test_claim_answer_end(session: str, start: Starter, counsellor: User) -> None:
    started = await in_db(start)()
    number = str(started.conversation.pk)
    victim = await visitor(started.token)
    await victim.until("welcome")
    client = await desk(session)
    await client.put(type="claim", conversation=number)
    frame = await client.until("desk")
    assert [row["id"] for row in frame["mine"]] == [number]
    await client.put(type="open", conversation=number, since=0)
    await client.until("opened")
    await client.put(type="say", conversation=number, id=str(uuid.uuid4()), text="Dag")
    await client.until("ack", conversation=number)
    assert (await victim.until("state"))["counsellor"] == "Noor"
    while True:
        frame = await victim.until("messages")
        if frame["messages"][-1]["text"] == "Dag":
            break
    await victim.put(type="say", id=str(uuid.uuid4()), text="Hoi https://beeld.example/a")
    link = {"url": "https://beeld.example/a", "typed": "https://beeld.example/a"}
    await client.until("opened", links=[link])
    await client.put(type="end", conversation=number)
    await victim.until("state", status="ended")
    await client.close()
    await victim.close()


@pytest.mark.parametrize(
    ("frame", "answer"),
    [
        ({"type": "claim"}, {"type": "done", "about": "claim"}),
        ({"type": "claim", "conversation": str(uuid.uuid4())}, {"type": "refused"}),
        ({"type": "attend", "presence": "paused"}, {"type": "done", "about": "attend"}),
        ({"type": "ready"}, {"type": "done", "about": "ready"}),
    ],
    ids=["claim", "unknown", "attend", "ready"],
)
async def test_every_act_is_answered(
    session: str, waiting: Conversation, frame: dict[str, str], answer: dict[str, str]
) -> None:
    client = await desk(session)
    await client.put(**{"conversation": str(waiting.pk), **frame})
    await client.until(answer["type"], about=frame["type"])
    await client.close()


async def test_loser_of_a_claim_is_told_who_won(
    session: str, waiting: Conversation, staff: StaffMaker
) -> None:
    other = await in_db(staff)("lotte")
    await in_db(actions.claim)(conversation=waiting, by=other)
    client = await desk(session)
    await client.put(type="claim", conversation=str(waiting.pk))
    frame = await client.until("refused")
    assert (frame["code"], frame["who"], frame["about"]) == ("taken", "Lotte", "claim")
    await client.close()


async def test_not_the_owner_cannot_write_read_or_end(
    session: str, waiting: Conversation, staff: StaffMaker
) -> None:
    other = await in_db(staff)("lotte")
    await in_db(actions.claim)(conversation=waiting, by=other)
    number = str(waiting.pk)
    client = await desk(session)
    for frame in (
        {"type": "open", "conversation": number, "since": 0},
        {"type": "say", "conversation": number, "id": str(uuid.uuid4()), "text": "Dag"},
        {"type": "end", "conversation": number},
        {"type": "give_back", "conversation": number},
        {"type": "danger", "conversation": number},
        {"type": "offer", "conversation": number, "links": ["https://a.example/"]},
        {"type": "acknowledge", "conversation": number},
        {"type": "open", "conversation": str(uuid.uuid4()), "since": 0},
    ):
        await client.put(**frame)
        assert (await client.until("refused"))["code"] == "unknown"
    row = await in_db(again)(waiting)
    assert (row.status, row.danger_at) == (Status.ACTIVE, None)
    assert await in_db(Message.objects.exclude(sender="system").count)() == 0
    assert await in_db(AuditEntry.objects.count)() == 0
    await client.close()


async def test_peek_ends_when_a_colleague_claims(
    session: str, waiting: Conversation, staff: StaffMaker
) -> None:
    other = await in_db(staff)("lotte")
    client = await desk(session)
    await client.put(type="open", conversation=str(waiting.pk), since=0)
    await client.until("opened")
    await in_db(actions.claim)(conversation=waiting, by=other)
    await client.until("shut", conversation=str(waiting.pk))
    await in_db(say)(waiting, "geheim", other)
    await client.put(type="beat", seq=0)
    await client.until("beat")
    assert "geheim" not in str(client.seen)
    await client.close()


async def test_paused_warns_and_refuses(session: str, active: Conversation) -> None:
    number = str(active.pk)
    client = await desk(session)
    await client.put(type="open", conversation=number, since=0)
    await client.until("opened")
    await in_db(actions.leave)(conversation=active)
    frame = await client.until("opened")
    assert frame["conversation"]["status"] == "paused"
    await client.put(type="say", conversation=number, id=str(uuid.uuid4()), text="Ben je er?")
    assert (await client.until("refused"))["code"] == "paused"
    await client.close()


async def test_danger_alarms_the_supervisor(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    client = await desk(await in_db(session_of)(supervisor))
    await in_db(actions.raise_danger)(conversation=active, by=counsellor)
    frame = await client.until("desk")
    (alarm,) = frame["alarms"]
    assert (alarm["id"], alarm["acknowledged"], alarm["owner"]) == (
        str(active.pk),
        False,
        "Noor",
    )
    await client.put(type="acknowledge", conversation=str(active.pk))
    while not alarm["acknowledged"]:
        (alarm,) = (await client.until("desk"))["alarms"]
    await client.close()


async def test_service_is_a_wall(start: Starter, staff: StaffMaker) -> None:
    other = await in_db(Service.objects.create)(slug="hotline", name="Hotline")
    session = await in_db(lambda: session_of(staff("kim", "supervisor", of=other)))()
    started = await in_db(start)()
    client = await desk(session)
    await client.put(type="open", conversation=str(started.conversation.pk), since=0)
    assert (await client.until("refused"))["code"] == "unknown"
    await client.put(type="beat", seq=0)
    await client.until("beat")
    assert all(not frame["waiting"] for frame in client.seen if frame["type"] == "desk")
    await client.close()


async def test_read_mark_is_told_and_stored(session: str, start: Starter, counsellor: User) -> None:
    started = await in_db(start)()
    conversation = started.conversation
    await in_db(actions.claim)(conversation=conversation, by=counsellor)
    seq = await in_db(say)(conversation, "Hoi")
    victim = await visitor(started.token)
    await victim.until("welcome")
    client = await desk(session)
    await client.put(type="open", conversation=str(conversation.pk), since=0)
    await client.until("opened")
    await client.put(type="read", conversation=str(conversation.pk), seq=seq)
    assert (await victim.until("read"))["seq"] == seq
    await victim.put(type="read", seq=seq)
    frame = await client.until("read", who="visitor")
    assert (frame["seq"], frame["conversation"]) == (seq, str(conversation.pk))
    row = conversation
    while (row.counsellor_read_seq, row.visitor_read_seq) != (seq, seq):
        await asyncio.sleep(0.1)
        row = await in_db(again)(conversation)
    await client.close()
    await victim.close()


async def test_only_the_owner_marks_as_read_or_types(
    supervisor: User, start: Starter, counsellor: User
) -> None:
    started = await in_db(start)()
    conversation = started.conversation
    await in_db(actions.claim)(conversation=conversation, by=counsellor)
    seq = await in_db(say)(conversation, "Hoi")
    victim = await visitor(started.token)
    client = await desk(await in_db(session_of)(supervisor))
    await client.put(type="open", conversation=str(conversation.pk), since=0)
    await client.until("opened")
    await client.put(type="read", conversation=str(conversation.pk), seq=seq)
    await client.put(type="typing", conversation=str(conversation.pk))
    await victim.put(type="beat", seq=seq)
    await victim.until("beat")
    assert not [frame for frame in victim.seen if frame["type"] in ("read", "typing")]
    await client.close()
    await victim.close()


async def test_typing_is_a_hint_without_words(
    session: str, start: Starter, counsellor: User
) -> None:
    started = await in_db(start)()
    number = str(started.conversation.pk)
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    victim = await visitor(started.token)
    await victim.until("welcome")
    client = await desk(session)
    await client.put(type="open", conversation=number, since=0)
    await client.until("opened")
    await victim.put(type="typing", text="wat ik nog niet stuur")
    frame = await client.until("typing")
    assert frame == {"type": "typing", "who": "visitor", "conversation": number}
    await client.put(type="typing", conversation=number, text="wat ik nog niet stuur")
    assert await victim.until("typing") == {"type": "typing", "who": "counsellor"}
    await client.close()
    await victim.close()


async def test_news_of_a_conversation_that_is_not_open(
    session: str, start: Starter, counsellor: User
) -> None:
    started = await in_db(start)()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    victim = await visitor(started.token)
    await victim.until("welcome")
    client = await desk(session)
    await victim.put(type="say", id=str(uuid.uuid4()), text="Hoi")
    seq = (await victim.until("ack"))["seq"]
    frame = await client.until("news")
    assert frame == {"type": "news", "seq": seq, "conversation": str(started.conversation.pk)}
    await client.close()
    await victim.close()


async def test_presence_is_told(session: str, start: Starter, counsellor: User) -> None:
    started = await in_db(start)()
    number = str(started.conversation.pk)
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    client = await desk(session)
    await client.put(type="open", conversation=number, since=0)
    await client.until("opened")
    victim = await visitor(started.token)
    await client.until("present", here=True, conversation=number)
    await victim.close()
    await client.until("present", here=False, conversation=number)
    await client.close()


async def test_console_that_comes_back_names_what_it_has_open(
    session: str, active: Conversation
) -> None:
    await in_db(say)(active, "Hoi")
    number = str(active.pk)
    client = await desk(session)
    await client.put(type="open", conversation=number, since=0)
    tag = (await client.until("opened"))["tag"]
    desk_tag = next(frame["tag"] for frame in client.seen if frame["type"] == "desk")
    await client.close()
    await in_db(say)(active, "Dag")
    back = Client("/ws/console/", cookie=f"{settings.SESSION_COOKIE_NAME}={session}")
    await back.connect()
    held = {"conversation": number, "since": 2, "tag": tag}
    other = {"conversation": str(uuid.uuid4()), "since": 0}
    await back.put(type="hello", v=protocol.VERSION, tag=desk_tag, open=[held, other])
    while not {"shut", "messages"} <= {frame["type"] for frame in back.seen}:
        await back.next()
    (page,) = [frame for frame in back.seen if frame["type"] == "messages"]
    assert [message["seq"] for message in page["messages"]] == [3]
    await back.close()
