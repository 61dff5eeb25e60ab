"""Between processes: bells over Valkey. One publish a batch, one listener a process.

A bell says what happened to which conversation, and its place in the sequence; never a word. One
that is lost is made good by the watch, so sending may fail, and nothing waits for it.
"""

import asyncio
import contextlib
import logging
import secrets
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

import orjson
import redis
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from helpline.privacy.breaker import Breaker

log = logging.getLogger(__name__)

CHANNEL = "helpline:chat"
TIMEOUT_SECONDS = 2.0
LISTEN_SECONDS = 1.0
ASK_SECONDS = 2.0  # how often the listener asks whether its line still leads to Valkey
SILENT_SECONDS = 5.0  # without an answer the line is dead; the watch looks every second then
PAUSE_SECONDS = 0.5
REST_SECONDS = 10.0  # for a Valkey that let somebody wait who rings from a thread
MOST_WAITING = 10_000  # bells for a Valkey that is slow; the watch brings what is dropped

Bell = Sequence[Any]

_breaker = Breaker(REST_SECONDS)


class Bus:
    """What one process says to the others, and hears from them. Without Valkey it is alone."""

    def __init__(self, heard: Callable[[Sequence[Bell]], None]) -> None:
        self.me = secrets.token_hex(8)
        self.heard = heard
        self.alone = not settings.HELPLINE_VALKEY_URL
        self.up = self.alone
        self._waiting: list[Bell] = []
        self._wake = asyncio.Event()

    def start(self, run: Callable[[Any], None]) -> None:
        """Listen and publish from now on; ``run`` keeps a task."""
        if not self.alone:
            run(self._listen())
            run(self._publish())

    def publish(self, bells: Sequence[Bell]) -> None:
        """Ring in all other processes, soon."""
        if self.alone or not bells:
            return
        if len(self._waiting) < MOST_WAITING:
            self._waiting.extend(bells)
        self._wake.set()

    async def _publish(self) -> None:
        # A connection of its own: a client's way through its pool costs more than the ringing.
        line = _client().connection_pool.make_connection()  # type: ignore[no-untyped-call]  # redis-py has no type for it
        try:
            while True:
                await self._wake.wait()
                self._wake.clear()
                bells, self._waiting = self._waiting, []
                try:
                    async with asyncio.timeout(TIMEOUT_SECONDS):
                        await line.send_command("PUBLISH", CHANNEL, orjson.dumps([self.me, bells]))
                        await line.read_response()
                except (RedisError, OSError) as error:
                    await line.disconnect(nowait=True)
                    log.warning("bells were not rung", extra={"error": type(error).__name__})
                    await asyncio.sleep(PAUSE_SECONDS)
        finally:
            await line.disconnect(nowait=True)

    async def _listen(self) -> None:
        while True:
            try:
                async with contextlib.aclosing(_client()) as valkey, valkey.pubsub() as line:
                    async with asyncio.timeout(TIMEOUT_SECONDS):
                        await line.subscribe(CHANNEL)
                    await self._hear(line)
            except (RedisError, OSError) as error:
                if self.up:
                    log.warning("bells are not heard", extra={"error": type(error).__name__})
            self.up = False
            await asyncio.sleep(PAUSE_SECONDS)

    async def _hear(self, line: Any) -> None:
        """Ring for what comes. Raises TimeoutError when not even our own questions are answered."""
        answered = asked = time.monotonic()
        while True:
            message = await line.get_message(timeout=LISTEN_SECONDS)
            now = time.monotonic()
            if message is not None:
                self.up = True
                answered = now
                if message["type"] == "message":
                    self._ring(message["data"])
            elif now - answered > SILENT_SECONDS:
                raise TimeoutError  # a line that stands and swallows: nobody would tell us
            if now - asked >= ASK_SECONDS:
                asked = now
                async with asyncio.timeout(TIMEOUT_SECONDS):
                    await line.ping()

    def _ring(self, data: bytes) -> None:
        sender, bells = orjson.loads(data)
        if sender != self.me:
            self.heard(bells)


def publish_now(bells: Sequence[Bell]) -> None:
    """Ring from a process that has no sockets of its own: a worker, a command."""
    if not settings.HELPLINE_VALKEY_URL or not _breaker.may_ask():
        return
    try:
        _blocking(settings.HELPLINE_VALKEY_URL).publish(CHANNEL, orjson.dumps(["", bells]))
    except (RedisError, OSError) as error:
        _breaker.failed()
        log.warning("bells were not rung", extra={"error": type(error).__name__})
    else:
        _breaker.answered()


def _client() -> "redis.asyncio.Redis":
    # Its own socket_timeout makes a task of every write, and in Python 3.11 may swallow the
    # cancelling of ours.
    return redis.asyncio.from_url(
        settings.HELPLINE_VALKEY_URL,
        socket_timeout=None,
        socket_connect_timeout=TIMEOUT_SECONDS,
    )


@lru_cache(maxsize=1)
def _blocking(url: str) -> "redis.Redis":
    return redis.Redis.from_url(
        url, socket_timeout=TIMEOUT_SECONDS, socket_connect_timeout=TIMEOUT_SECONDS
    )
