"""Slow a client down without knowing who it is. Never a reason to refuse help.

The key is the door's rate key or a conversation's own number. Counts live in memory or Valkey and
go with the window.
"""

from functools import lru_cache

from asgiref.sync import sync_to_async
from django.conf import settings
from limits import parse
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
    valkey = settings.HELPLINE_VALKEY_URL
    if valkey and _breaker.may_ask():
        try:
            within = _limiter(valkey).hit(parse(per), name, key)
        except RedisError:
            _breaker.failed()
        else:
            _breaker.answered()
            return within
    return _limiter("").hit(parse(per), name, key)


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
