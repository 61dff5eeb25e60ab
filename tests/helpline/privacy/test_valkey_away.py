"""A Valkey that is gone, or takes a question and never answers, holds nobody up for long."""

import asyncio
from collections.abc import Iterator

import pytest
import redis
from django.conf import settings

from helpline import cache
from helpline.privacy import door, throttle
from helpline.privacy.breaker import Breaker
from helpline.privacy.door import RateKeys
from tests.faults.proxy import road_to_valkey

pytestmark = pytest.mark.skipif(settings.EMBEDDED, reason="one process has no Valkey")


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    """As monkeypatch, but undone before the memory is emptied, which needs the real Valkey."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def quick(patch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test has a breaker of its own, and waits less for an answer."""
    patch.setattr(throttle, "_breaker", Breaker(1000))
    patch.setattr(throttle, "ANSWER_SECONDS", 0.2)
    patch.setattr(door, "ANSWER_SECONDS", 0.2)
    throttle._limiter.cache_clear()
    yield
    throttle._limiter.cache_clear()


def hits(count: int) -> list[bool]:
    return [throttle.hit("try", "somebody", per="3/minute") for _ in range(count)]


async def another(keys: RateKeys, key: bytes) -> bytes:
    """The first key that is not this one."""
    async with asyncio.timeout(30):
        while (found := await keys.today()) == key:  # noqa: ASYNC110 -- it has no event
            await asyncio.sleep(0.05)
    return found


async def test_throttle_asks_a_swallowing_valkey_once_and_counts_by_itself(
    patch: pytest.MonkeyPatch,
) -> None:
    async with road_to_valkey(patch) as road:
        road.swallow()
        assert await asyncio.to_thread(hits, 5) == [True, True, True, False, False]
        assert road.opened == 1


async def test_throttle_counts_for_all_when_valkey_is_back(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(throttle, "_breaker", Breaker(0))
    valkey_url = settings.HELPLINE_VALKEY_URL
    async with road_to_valkey(patch) as road:
        road.swallow()
        assert await asyncio.to_thread(hits, 4) == [True, True, True, False]
        road.swallows = False
        # The count of this process is not that of all: it begins anew, and never the other way.
        assert await asyncio.to_thread(hits, 4) == [True, True, True, False]
    throttle._limiter.cache_clear()
    with redis.Redis.from_url(valkey_url) as valkey:
        assert any(b"somebody" in key for key in valkey.scan_iter())


async def test_door_asks_once_for_all_who_wait_and_then_for_nobody(
    patch: pytest.MonkeyPatch,
) -> None:
    keys = RateKeys()
    async with road_to_valkey(patch) as road:
        road.swallow()
        first = await asyncio.gather(*(keys.today() for _ in range(50)))
        assert len(set(first)) == 1
        assert len(first[0]) == 32
        assert await keys.today() == first[0]
        assert road.opened == 1


async def test_door_goes_on_with_its_key_while_it_asks_for_another(
    patch: pytest.MonkeyPatch,
) -> None:
    keys = RateKeys()
    patch.setattr(door, "REST_SECONDS", 0.0)
    async with road_to_valkey(patch) as road:
        road.swallow()
        own = await keys.today()
        patch.setattr(door, "ANSWER_SECONDS", 60.0)
        # Nobody waits for the minute in which this question may be answered.
        assert [await keys.today() for _ in range(20)] == [own] * 20
        road.swallows = False
        for way in list(road.roads):
            way.cut()
        shared = await another(keys, own)
        assert await RateKeys().today() == shared


async def test_key_of_the_door_is_a_day_old_at_most(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settings, "HELPLINE_VALKEY_URL", "redis://127.0.0.1:1/0")
    patch.setattr(door, "DAY_SECONDS", 0.2)
    keys = RateKeys()
    first = await keys.today()
    await another(keys, first)


def test_cache_without_valkey_is_empty_and_no_error(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cache, "_breaker", Breaker(1000))
    away = cache.ValkeyCache("redis://127.0.0.1:1/0", {})
    away.set("a", 1)
    assert away.get("a", "nothing") == "nothing"
    assert away.delete("a") is False
    patch.setattr(cache, "_breaker", Breaker(1000))
    there = cache.ValkeyCache(settings.HELPLINE_VALKEY_URL, {})
    there.set("a", 1)
    assert there.get("a") == 1
    assert there.delete("a") is True
