"""Writers for tests: what they delivered, and waiting for it."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Any

from chat.models import Conversation, Message
from chat.states import Sender
from chat.wire.append import Refused, Result, Saying, Written
from chat.wire.writer import Outcome, Store, Writer, store_of_this_site

PATIENCE = 60.0  # seconds; only a test that fails waits so long


class Gathered:
    """Takes outcomes as a hub would."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self._news = asyncio.Event()

    def __call__(self, outcomes: list[Outcome]) -> None:
        self.outcomes += outcomes
        self._news.set()

    async def until(self, count: int) -> list[Result]:
        """The results so far, when there are ``count`` of them."""
        async with asyncio.timeout(PATIENCE):
            while len(self.outcomes) < count:
                self._news.clear()
                await self._news.wait()
        return self.results

    @property
    def results(self) -> list[Result]:
        return [outcome.result for outcome in self.outcomes]

    def of(self, origin: Any) -> Result:
        """The one result of what was put in with ``origin``."""
        (found,) = [outcome.result for outcome in self.outcomes if outcome.origin == origin]
        return found


@asynccontextmanager
async def writing(store: Store | None = None) -> AsyncIterator[tuple[Writer, Gathered]]:
    gathered = Gathered()
    writer = Writer(store or store_of_this_site(), gathered)
    try:
        yield writer, gathered
    finally:
        await writer.close()


async def keep(*sayings: Saying) -> list[Result]:
    """Have a writer of its own keep these, all put in at once; the results in order."""
    async with writing() as (writer, gathered):
        for saying in sayings:
            writer.put(saying, None)
        return await gathered.until(len(sayings))


def visitor(conversation: Conversation, text: str = "Hoi", **more: Any) -> Saying:
    """Something the visitor says."""
    more.setdefault("client_id", uuid.uuid4())
    return Saying(conversation.pk, Sender.VISITOR, text=text, **more)


def places(results: Iterable[Result]) -> list[int | str]:
    """Each result's place, or why it has none."""
    return [r.seq if isinstance(r, Written) else r.code.value for r in results]


def said(conversation: Conversation) -> list[tuple[int, uuid.UUID, str]]:
    """What stands in a conversation, opened; fails when there is a gap."""
    rows = list(Message.objects.filter(conversation_id=conversation.pk).order_by("seq"))
    assert [row.seq for row in rows] == list(range(1, len(rows) + 1))
    assert Conversation.objects.get(pk=conversation.pk).last_seq == len(rows)
    return [(row.seq, row.client_id, row.text) for row in rows]


def written(result: Result) -> Written:
    assert isinstance(result, Written), result
    return result


def refused(result: Result) -> str:
    assert isinstance(result, Refused), result
    return result.code.value
