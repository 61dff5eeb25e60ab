"""Questions to the database from the event loop, on a few threads of their own.

Channels and asgiref would put every socket's questions on one thread, behind each other.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, close_old_connections
from psycopg_pool import PoolTimeout

P = ParamSpec("P")
T = TypeVar("T")

# No more than this many connections for all the sockets and polls of a process.
THREADS = 4
# While the database is away the pool lets each question hold a thread for seconds. After one that
# waited in vain the others are not let in for a moment, so that pages are told at once.
AWAY_SECONDS = 1.0

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-rows")
_asked: set[Future[Any]] = set()
_away_until = 0.0


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that uses the ORM, without holding up the sockets.

    Raises what it raises, and OperationalError while the database is away.
    """

    def call() -> T:
        global _away_until
        if time.monotonic() < _away_until:
            raise OperationalError("the database was away a moment ago")
        close_old_connections()
        try:
            return function(*args, **kwargs)
        except OperationalError as error:
            if isinstance(error.__cause__, PoolTimeout):
                _away_until = time.monotonic() + AWAY_SECONDS
            raise
        finally:
            close_old_connections()

    asked = _threads.submit(call)
    _asked.add(asked)
    asked.add_done_callback(_asked.discard)
    return await asyncio.wrap_future(asked)


async def settle() -> None:
    """Wait for the questions that nobody waits for any more: their threads use the database."""
    await asyncio.gather(*map(asyncio.wrap_future, _asked), return_exceptions=True)
