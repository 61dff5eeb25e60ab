"""At the sockets: ended for abuse, coming back, and what comes after a chat."""

import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async

from chat import actions
from chat.aftercare import actions as aftercare
from chat.models import AgreedNote, Conversation, Debrief
from chat.protocol import Close
from chat.states import Status
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.sockets import desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async


@pytest.fixture
def session(counsellor: User) -> str:
    return session_of(counsellor)


async def test_block_tells_the_visitor_and_shuts_the_token(
    session: str, start: Starter, counsellor: User
) -> None:
    started = await in_db(start)()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    victim = await visitor(started.token)
    await victim.until("welcome")
    client = await desk(session)
    await client.put(type="block", conversation=str(started.conversation.pk))
    frame = await victim.until("messages")
    while frame["messages"][-1]["text"] != "ended_for_abuse":
        frame = await victim.until("messages")
    state = await victim.until("state", status="ended")
    assert state["blocked"] is True
    assert await victim.next() == {"type": "closed", "code": Close.OVER}
    late = await visitor(started.token)
    assert (await late.until("refused"))["code"] == "unknown"
    assert await late.next() == {"type": "closed", "code": Close.UNKNOWN}
    await client.close()


async def test_block_of_somebody_elses_chat_is_refused(
    session: str, start: Starter, staff: Any
) -> None:
    started = await in_db(start)()
    other = await in_db(staff)("bo")
    await in_db(actions.claim)(conversation=started.conversation, by=other)
    client = await desk(session)
    await client.put(type="block", conversation=str(started.conversation.pk))
    assert (await client.until("refused"))["code"] == "unknown"
    assert (await in_db(again)(started.conversation)).status == Status.ACTIVE
    await client.close()


async def test_ended_chat_is_to_be_written_down(
    session: str, start: Starter, counsellor: User, service: Service
) -> None:
    await in_db(Service.objects.update)(breath_minutes=2)
    started = await in_db(start)(name="Zwaluw")
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    client = await desk(session)
    await in_db(actions.end)(conversation=started.conversation)
    after: dict[str, Any] = {}
    while not after.get("unwritten"):
        after = (await client.until("desk"))["after"]
    (row,) = after["unwritten"]
    assert (row["name"], row["minutes"], row["danger"]) == ("Zwaluw", 1, False)
    assert after["breath"]["heavy"] is False
    await client.put(type="ready")
    while after["breath"]:
        after = (await client.until("desk"))["after"]
    await client.close()


async def test_debrief_reaches_the_supervisors_desk(
    session: str, counsellor: User, supervisor: User
) -> None:
    lead = await desk(await in_db(session_of)(supervisor))
    client = await desk(session)
    await client.put(type="debrief")
    asked: list[Any] = []
    while not asked:
        asked = (await lead.until("desk"))["after"]["debriefs"]
    assert [each["who"] for each in asked] == ["Noor"]
    await lead.put(type="take_debrief", id=asked[0]["id"])
    own: Any = None
    while not (own and own["taken_by"]):
        own = (await client.until("desk"))["after"]["own"]
    assert own == {"taken_by": "Sam"}
    assert (await in_db(Debrief.objects.get)()).taken_at is not None
    await client.close()
    await lead.close()


async def test_take_debrief_that_is_not_there_is_refused(session: str) -> None:
    client = await desk(session)
    for frame in ({"id": str(uuid.uuid4())}, {"id": "x"}, {}):
        await client.put(type="take_debrief", **frame)
        assert (await client.until("refused"))["code"] in ("unknown", "malformed")
    await client.close()


async def test_counsellor_reads_the_chat_that_somebody_came_back_from(
    session: str, start: Starter, counsellor: User, staff: Any
) -> None:
    started = await in_db(start)()
    other = await in_db(staff)("bo")
    await in_db(actions.claim)(conversation=started.conversation, by=other)
    await in_db(say)(started.conversation, "dit vertelde ik al")
    code = await in_db(actions.ask_way_back)(conversation=started.conversation, key=uuid.uuid4())
    await in_db(actions.end)(conversation=started.conversation)
    returned = await in_db(actions.come_back)(typed=code, start_key=uuid.uuid4())
    client = await desk(session)
    await client.put(type="claim", conversation=str(returned.conversation.pk))
    rows: list[Any] = []
    while not rows:
        rows = (await client.until("desk"))["mine"]
    assert rows[0]["earlier"] == str(started.conversation.pk)
    await client.put(type="open", conversation=rows[0]["earlier"], since=0)
    frame = await client.until("messages", conversation=rows[0]["earlier"])
    assert "dit vertelde ik al" in [message["text"] for message in frame["messages"]]
    await client.close()


async def test_agreed_note_never_reaches_the_visitor(start: Starter, counsellor: User) -> None:
    started = await in_db(start)()
    await in_db(actions.claim)(conversation=started.conversation, by=counsellor)
    victim = await visitor(started.token)
    await victim.until("welcome")
    await in_db(actions.end)(conversation=started.conversation)
    ended: Conversation = await in_db(again)(started.conversation)
    facts = aftercare.Facts(theme="other", minutes=5, note="Mag gebeld worden")
    await in_db(aftercare.wrap_up)(conversation=ended, by=counsellor, facts=facts)
    assert await in_db(AgreedNote.objects.count)() == 1
    frame = await victim.next()
    while frame["type"] != "closed":
        frame = await victim.next()
    assert "gebeld" not in str(victim.seen)
