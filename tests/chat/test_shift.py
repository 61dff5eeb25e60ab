"""A shift at the console's socket: going on and off, urgency, races for one visitor, and being
missed. And what the visitor gets to see of it.
"""

import asyncio
import uuid
from datetime import timedelta
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.conf import settings
from django.utils import timezone

from chat import actions, protocol
from chat.actions import presence
from chat.lines import Line
from chat.models import Conversation, QueueDecision, Seat
from chat.states import Presence, Status
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again
from tests.chat.polls import STAFF, asked
from tests.chat.sockets import Client, desk, visitor
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async
RACES = 100


@pytest.fixture
def session(counsellor: User) -> str:
    return session_of(counsellor)


async def is_there(user: User) -> bool:
    """Whether a page of theirs is noted within a moment."""
    for _ in range(50):
        seat = await in_db(Seat.objects.filter(user=user).first)()
        if seat is not None:
            return bool(seat.is_on_duty)
        await asyncio.sleep(0.1)
    return False


async def test_a_page_of_the_console_is_being_there(session: str, counsellor: User) -> None:
    client = await desk(session)
    assert await is_there(counsellor)
    (frame,) = [frame for frame in client.seen if frame["type"] == "desk"]
    assert (frame["presence"], frame["capacity"]) == ("on", 2)
    await client.close()


async def test_a_break_shows_on_every_page_and_claims_nobody(
    session: str, waiting: Conversation
) -> None:
    one, other = await desk(session), await desk(session)
    await one.put(type="attend", presence="paused")
    for page in (one, other):
        await page.until("desk", presence="paused")
    await other.put(type="claim", conversation=str(waiting.pk))
    frame = await other.until("refused")
    assert (frame["code"], frame["about"]) == ("off_duty", "claim")
    assert (await in_db(again)(waiting)).status == Status.WAITING
    await one.close()
    await other.close()


@pytest.mark.parametrize("given", ["", "asleep", 1, None])
async def test_another_presence_is_malformed(session: str, given: object) -> None:
    client = await desk(session)
    await client.put(type="attend", presence=given)
    assert (await client.until("refused"))["code"] == "malformed"
    await client.close()


async def test_a_poll_of_the_console_is_being_there_too(
    session: str, counsellor: User, service: Service
) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}"
    await asked(STAFF, {"type": "hello", "v": protocol.VERSION}, wait=0, cookie=cookie)
    assert await is_there(counsellor)


async def test_urgency_shows_on_the_desk_and_moves_the_queue(session: str, start: Starter) -> None:
    first = await in_db(start)()
    second = await in_db(start)()
    victim = await visitor(first.token)
    assert (await victim.until("welcome"))["state"]["position"] == 1
    client = await desk(session)
    number = str(second.conversation.pk)
    await client.put(type="urgency", conversation=number, urgency="urgent")
    frame = await client.until("desk")
    assert [(row["id"], row["urgency"], row["returned"]) for row in frame["waiting"]] == [
        (number, "urgent", False),
        (str(first.conversation.pk), "normal", False),
    ]
    assert (await victim.until("state"))["position"] == 2
    await client.close()
    await victim.close()


async def test_what_the_visitor_said_before_stands_on_the_desk(
    session: str, service: Service
) -> None:
    begin = in_db(actions.start)
    await begin(
        service=service,
        language="en",
        name="",
        start_key=uuid.uuid4(),
        topic="hacked",
        age_band="12_15",
        urgency="soon",
    )
    client = await desk(session)
    (row,) = client.seen[-1]["waiting"]
    assert (row["topic"], row["age"], row["urgency"], row["language"]) == (
        "hacked",
        "12_15",
        "soon",
        "en",
    )
    await client.close()


async def outcome(client: Client, number: str) -> str:
    """What became of a claim: "won", or the code it was refused with."""
    while True:
        frame = await client.next()
        if frame["type"] == "refused" and frame["conversation"] == number:
            return f"{frame['code']} {frame['who']}"
        if frame["type"] == "desk" and any(row["id"] == number for row in frame["mine"]):
            return "won"
        assert frame["type"] != "closed"


async def test_of_two_counsellors_exactly_one_wins_a_hundred_times(
    session: str, staff: StaffMaker, start: Starter
) -> None:
    other = await in_db(lambda: session_of(staff("lotte")))()
    pages = [await desk(session), await desk(other)]
    names = ["Noor", "Lotte"]
    won = [0, 0]
    for _ in range(RACES):
        row = (await in_db(start)()).conversation
        number = str(row.pk)
        # Both press at the same moment, one of them twice.
        await asyncio.gather(
            *[page.put(type="claim", conversation=number) for page in (*pages, pages[0])]
        )
        results = await asyncio.gather(*[outcome(page, number) for page in pages])
        winner = results.index("won")
        assert results[1 - winner] == f"taken {names[winner]}"
        owner = (await in_db(again)(row)).owner
        assert owner.work_name == names[winner]
        won[winner] += 1
        await in_db(actions.end)(conversation=row)
    assert sum(won) == RACES
    assert await in_db(QueueDecision.objects.count)() == RACES
    for page in pages:
        await page.close()


async def test_visitor_of_who_is_gone_is_told_kindly_and_keeps_every_word(
    session: str,
    counsellor: User,
    start: Starter,
    staff: StaffMaker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ear = presence.Ear()
    ear.since -= 2 * presence.LISTENING
    monkeypatch.setattr(presence, "_ear", ear)
    started = await in_db(start)()
    row = started.conversation
    await in_db(actions.claim)(conversation=row, by=counsellor)
    victim = await visitor(started.token)
    assert (await victim.until("welcome"))["state"]["status"] == "active"
    colleague = await desk(await in_db(lambda: session_of(staff("lotte")))())
    gone_since = timezone.now() - timedelta(minutes=3)
    await in_db(Seat.objects.filter(user=counsellor).update)(seen_at=gone_since)

    assert await in_db(actions.miss_counsellors)() == 1

    while Line.VANISHED not in [
        message["text"]
        for frame in victim.seen
        if frame["type"] == "messages"
        for message in frame["messages"]
    ]:
        await victim.next()
    frame = next((f for f in victim.seen if f["type"] == "state"), None)
    frame = frame or await victim.until("state")
    assert (frame["status"], frame["position"], frame["counsellor"]) == ("waiting", 1, "")
    frame = await colleague.until("desk")
    assert [(r["id"], r["returned"]) for r in frame["waiting"]] == [(str(row.pk), True)]
    assert (await in_db(Seat.objects.get)(user=counsellor)).presence == Presence.OFF
    await victim.close()
    await colleague.close()
