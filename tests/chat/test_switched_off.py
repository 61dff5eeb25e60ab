"""Who is switched off is out of the chat within five seconds, whatever carries their page."""

import asyncio
import uuid
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.db import database_sync_to_async
from django.conf import settings

from chat import protocol
from chat.consumers.watch import PROOF_SECONDS, TICK_SECONDS
from chat.models import Conversation
from chat.protocol import Close
from helpline.staff import actions
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker
from tests.chat.polls import STAFF, ask
from tests.chat.sockets import Client, desk
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

PROMISED_SECONDS = 5.0
in_db: Any = database_sync_to_async


@pytest.fixture
def administrator(staff: StaffMaker) -> User:
    return staff("ada", "administrator")


async def closed(page: Client) -> dict[str, Any]:
    """The close of a page."""
    frame = await page.next()
    while frame["type"] != "closed":
        frame = await page.next()
    return frame


def test_the_clock_can_keep_the_promise() -> None:
    assert PROOF_SECONDS + TICK_SECONDS < PROMISED_SECONDS


async def test_every_socket_of_who_is_switched_off_closes_and_no_other(
    counsellor: User, supervisor: User, administrator: User, active: Conversation
) -> None:
    pages = [await desk(await in_db(session_of)(counsellor)) for _ in range(3)]
    other = await desk(await in_db(session_of)(supervisor))
    await pages[0].put(type="open", conversation=str(active.pk), since=0)
    await pages[0].until("opened")

    await sync_to_async(actions.deactivate)(person=counsellor, by=administrator)
    for frame in await asyncio.gather(*map(closed, pages)):
        assert frame["code"] == Close.SIGN_IN

    await other.put(type="open", conversation=str(active.pk), since=0)
    await other.until("opened")
    await other.close()


async def test_a_poll_that_waits_is_answered_and_the_next_is_refused(
    counsellor: User, administrator: User
) -> None:
    cookie = f"{settings.SESSION_COOKIE_NAME}={await in_db(session_of)(counsellor)}"
    hello = {"type": "hello", "v": protocol.VERSION}
    first = await ask(STAFF, hello, cookie=cookie).answer()
    tag = first.one("desk")["tag"]
    waiting = ask(STAFF, {**hello, "tag": tag}, wait=20, cookie=cookie)
    await asyncio.sleep(0.3)  # it is under way

    await sync_to_async(actions.deactivate)(person=counsellor, by=administrator)
    answer = await waiting.answer()
    while answer.close is None:  # there was news of the desk just before
        answer = await ask(STAFF, {**hello, "tag": tag}, wait=20, cookie=cookie).answer()
    assert answer.close == Close.SIGN_IN
    refused = await ask(STAFF, hello, cookie=cookie).answer()
    assert refused.status != 200 or refused.close == Close.SIGN_IN


async def test_nothing_that_is_sent_meanwhile_is_taken(
    counsellor: User, administrator: User, active: Conversation
) -> None:
    page = await desk(await in_db(session_of)(counsellor))
    await page.put(type="open", conversation=str(active.pk), since=0)
    await page.until("opened")
    await sync_to_async(actions.deactivate)(person=counsellor, by=administrator)
    await page.put(
        type="say", conversation=str(active.pk), id=str(uuid.uuid4()), text="after the end"
    )
    while (frame := await page.next())["type"] != "closed":
        assert frame["type"] != "ack"
    assert frame["code"] == Close.SIGN_IN
