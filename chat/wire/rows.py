"""Questions to the database from the event loop, on a few threads of their own.

Channels and asgiref would put every socket's questions on one thread, behind each other.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, ParamSpec, TypeVar

from django.db import OperationalError, close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

# No more than this many connections for all the sockets and polls of a process.
THREADS = 4
# While the database is away each question holds a thread for seconds: who would wait for very many
# others is told at once, and comes back later.
MOST_WAITING = 400

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="chat-rows")
_asked: set[Future[Any]] = set()


async def ask(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call a function that uses the ORM, without holding up the sockets.

    Raises what it raises, and OperationalError when too many others wait.
    """
    if len(_asked) >= MOST_WAITING:
        raise OperationalError("too many questions wait")

    def call() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    asked = _threads.submit(call)
    _asked.add(asked)
    asked.add_done_callback(_asked.discard)
    return await asyncio.wrap_future(asked)


async def settle() -> None:
    """Wait for the questions that nobody waits for any more: their threads use the database."""
    await asyncio.gather(*map(asyncio.wrap_future, _asked), return_exceptions=True)
