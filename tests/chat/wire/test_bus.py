"""The bus notices a Valkey that is gone, and one that swallows; and hears again when it is back."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from django.conf import settings

from chat.wire import bus
from chat.wire.bus import Bell, Bus
from tests.faults.proxy import road_to_valkey

pytestmark = pytest.mark.skipif(settings.EMBEDDED, reason="one process has no bus")

SECONDS = 15.0


@asynccontextmanager
async def running(heard: Callable[[Any], None] = lambda bells: None) -> AsyncIterator[Bus]:
    tasks: list[asyncio.Task[None]] = []
    made = Bus(heard)
    made.start(lambda work: tasks.append(asyncio.get_running_loop().create_task(work)))
    try:
        yield made
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(SECONDS):
        while not condition():  # noqa: ASYNC110 -- what it waits for has no event
            await asyncio.sleep(0.05)


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    """As monkeypatch, but undone before the memory is emptied, which needs the real Valkey."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture
def faster(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(bus, "ASK_SECONDS", 0.3)
    patch.setattr(bus, "LISTEN_SECONDS", 0.1)
    patch.setattr(bus, "SILENT_SECONDS", 1.0)


async def test_swallowing_valkey_is_noticed_and_heard_again(
    faster: None, patch: pytest.MonkeyPatch
) -> None:
    heard: list[Bell] = []

    def rings() -> bool:
        there.publish([("queue", "0" * 32)])
        return bool(heard)

    async with (
        road_to_valkey(patch) as road,
        running(heard.extend) as here,
        running() as there,
    ):
        await until(lambda: here.up and there.up)
        road.swallow()
        await until(lambda: not (here.up or there.up))

        def tried_again() -> bool:
            assert here.up is False  # that a line was taken is no answer
            return road.opened > before + 2

        before = road.opened
        await until(tried_again)
        road.swallows = False
        await until(rings)
        assert here.up


async def test_bus_that_hears_nothing_but_silence_stays_up(faster: None) -> None:
    async with running() as here:
        await until(lambda: here.up)
        for _ in range(20):
            await asyncio.sleep(0.1)
            assert here.up
