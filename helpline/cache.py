"""A cache that nobody has to wait for: without Valkey there is simply nothing in it."""

from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

from helpline.privacy.breaker import Breaker

REST_SECONDS = 10.0

_breaker = Breaker(REST_SECONDS)  # one server for all threads of the process


class ValkeyCache(RedisCache):
    """Django's own, but a Valkey that is away is a miss and not an error.

    Wagtail looks here for every page of the site. A deletion that was missed lives on until the
    value's own time is up: an hour.
    """

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return _try(super().get, default, key, default, version)

    def set(
        self,
        key: Any,
        value: Any,
        timeout: float | None = DEFAULT_TIMEOUT,
        version: int | None = None,
    ) -> None:
        _try(super().set, None, key, value, timeout, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(_try(super().delete, False, key, version))


def _try(act: Any, otherwise: Any, *args: Any) -> Any:
    if not _breaker.may_ask():
        return otherwise
    try:
        answer = act(*args)
    except RedisError:
        _breaker.failed()
        return otherwise
    _breaker.answered()
    return answer
