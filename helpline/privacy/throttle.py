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


@lru_cache(maxsize=1)
def _limiter(valkey: str) -> FixedWindowRateLimiter:
    storage: Storage = (
        RedisStorage(valkey, socket_timeout=2, socket_connect_timeout=2)
        if valkey
        else MemoryStorage()
    )
    return FixedWindowRateLimiter(storage)


def hit(name: str, key: str, *, per: str) -> bool:
    """Count one act of ``key``. Returns whether it is within ``per``, such as "10/minute".

    When Valkey does not answer, everything is within: help goes before counting.
    """
    try:
        return _limiter(settings.HELPLINE_VALKEY_URL).hit(parse(per), name, key)
    except RedisError:
        return True


async def ahit(name: str, key: str, *, per: str) -> bool:
    """``hit`` for a socket, off the event loop."""
    return await sync_to_async(hit, thread_sensitive=False)(name, key, per=per)
