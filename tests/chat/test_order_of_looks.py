"""What a console is shown was read in that order: a slow look is never shown after a later one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from channels.db import database_sync_to_async
from django.conf import settings

from chat.models import Conversation
from chat.states import Status
from helpline.staff.models import User
from tests.chat.conftest import Starter, again
from tests.chat.sockets import desk
from tests.signed_in import session_of

# On SQLite nothing can be made to wait in the middle of a look.
pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)

in_db: Any = database_sync_to_async
WAITS = (
    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


@contextmanager
def server() -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
    """A connection that has nothing to do with Django's."""
    database = settings.DATABASES["default"]
    with psycopg.connect(
        host=str(database["HOST"]), user="postgres", dbname=str(database["NAME"]), autocommit=True
    ) as connection:
        yield connection


async def until(condition: Any) -> None:
    """Ask the database until it says so: it has no event to wait for."""
    async with asyncio.timeout(60):
        while not await in_db(condition)():  # noqa: ASYNC110 -- as above
            await asyncio.sleep(0.02)


async def test_lists_of_before_a_claim_do_not_come_after_it(
    counsellor: User, waiting: Conversation, start: Starter
) -> None:
    client = await desk(await in_db(session_of)(counsellor))
    number = str(waiting.pk)
    with server() as looker, server() as holder, holder.transaction():
        # The lists read this table after they read who waits.
        holder.execute("LOCK TABLE chat_debrief IN ACCESS EXCLUSIVE MODE")
        await in_db(start)(name="Zwaluw")  # rings
        await until(lambda: looker.execute(WAITS).fetchone())
        await client.put(type="claim", conversation=number)
        await client.put(type="open", conversation=number, since=0)
        await until(lambda: again(waiting).status == Status.ACTIVE)
        await asyncio.sleep(0.5)  # what does not wait for its turn comes here
    await client.until("opened")
    frame = await client.until("desk")
    assert [row["id"] for row in frame["mine"]] == [number]
    await client.close()
