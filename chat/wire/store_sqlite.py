"""Keeps a batch of messages in SQLite, through the ORM, in one thread of its own.

That a write is on the disk when it is said to be, and that two writers wait for each other, is
SQLITE_OPTIONS in the settings.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from django.db import InterfaceError, OperationalError, connections

from chat.wire.append import AwayError, Result, Saying, write

CLOSE_SECONDS = 1.0


class SqliteStore:
    """The same face as the store for PostgreSQL."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="chat-writer")

    async def commit(self, batch: Sequence[Saying]) -> list[Result | None]:
        """Keep a batch. The results stand in its order.

        Raises AwayError when the database cannot be written, and what one message may have brought
        about as it is.
        """
        loop = asyncio.get_running_loop()
        return list(await loop.run_in_executor(self._thread, _write, batch))

    async def close(self) -> None:
        closing = asyncio.get_running_loop().run_in_executor(self._thread, connections.close_all)
        await asyncio.wait({closing}, timeout=CLOSE_SECONDS)
        self._thread.shutdown(wait=False, cancel_futures=True)


def _write(batch: Sequence[Saying]) -> list[Result]:
    try:
        return write(batch)
    except (OperationalError, InterfaceError) as error:
        connections.close_all()  # the next batch opens the file anew
        raise AwayError from error
