"""Slow a client down without knowing who it is. Never a reason to refuse help.

The key is the door's rate key or a conversation's own number. Counts live in memory or Valkey and
go with the window.
"""

from functools import lru_cache

from asgiref.sync import sync_to_async
from django.conf import settings
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, RedisStorage, Storage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

from helpline.privacy.breaker import Breaker

ANSWER_SECONDS = 2
REST_SECONDS = 10.0  # for a Valkey that did not answer: each of us would wait, and hold a thread

_breaker = Breaker(REST_SECONDS)


@lru_cache(maxsize=2)
def _limiter(valkey: str) -> FixedWindowRateLimiter:
    storage: Storage = (
        RedisStorage(valkey, socket_timeout=ANSWER_SECONDS, socket_connect_timeout=ANSWER_SECONDS)
        if valkey
        else MemoryStorage()
    )
    return FixedWindowRateLimiter(storage)


def hit(name: str, key: str, *, per: str) -> bool:
    """Count one act of ``key``. Returns whether it is within ``per``, such as "10/minute".

    While Valkey does not answer, this process counts by itself.
    """
    return count(name, key, per=per) <= parse(per).amount


def count(name: str, key: str, *, per: str) -> int:
    """Count one act of ``key``. Returns how many there are now in the window of ``per``."""
    limit = parse(per)
    valkey = settings.HELPLINE_VALKEY_URL
    if valkey and _breaker.may_ask():
        try:
            counted = _add(_limiter(valkey), limit, name, key)
        except RedisError:
            _breaker.failed()
        else:
            _breaker.answered()
            return counted
    return _add(_limiter(""), limit, name, key)


def _add(limiter: FixedWindowRateLimiter, limit: RateLimitItem, name: str, key: str) -> int:
    return limiter.storage.incr(limit.key_for(name, key), limit.get_expiry())


def is_spent(name: str, key: str, *, per: str) -> bool:
    """Whether ``key`` has no act left within ``per``. Asking counts nothing."""
    valkey = settings.HELPLINE_VALKEY_URL
    if valkey and _breaker.may_ask():
        try:
            left = _limiter(valkey).test(parse(per), name, key)
        except RedisError:
            _breaker.failed()
        else:
            _breaker.answered()
            return not left
    return not _limiter("").test(parse(per), name, key)


async def ahit(name: str, key: str, *, per: str) -> bool:
    """``hit`` for a socket, off the event loop."""
    return await sync_to_async(hit, thread_sensitive=False)(name, key, per=per)
