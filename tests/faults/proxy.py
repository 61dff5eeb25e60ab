"""A road to a web server that can swallow what goes over it, or break.

A swallowed connection stays open and answers nothing, as a phone's does that lost its network:
neither side is told.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from django.conf import settings

CHUNK = 64 * 1024


@dataclass(eq=False)
class Road:
    """One connection. ``up`` leads to the server."""

    client: asyncio.StreamWriter
    server: asyncio.StreamWriter
    swallows_up: bool = False
    swallows_down: bool = False

    def cut(self) -> None:
        """Break it at once, without a word."""
        self.client.transport.abort()
        self.server.transport.abort()


@dataclass
class Proxy:
    """Listens on a port of its own and leads to ``target``: another port, or a socket's path."""

    target: int | str
    port: int = 0
    swallows: bool = False  # every road that is opened, in both directions
    roads: set[Road] = field(default_factory=set)
    opened: int = 0  # how many roads there ever were
    listener: asyncio.Server | None = None

    async def start(self) -> None:
        self.listener = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        self.port = self.listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self.listener is not None
        self.listener.close()
        for road in list(self.roads):
            road.cut()

    def swallow(self) -> None:
        """Every road stays open from now on and leads nowhere."""
        self.swallows = True
        for road in self.roads:
            road.swallows_up = road.swallows_down = True

    async def _lead(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            if isinstance(self.target, str):
                answers, server = await asyncio.open_unix_connection(self.target)
            else:
                answers, server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            client.transport.abort()
            return
        road = Road(client, server, self.swallows, self.swallows)
        self.roads.add(road)
        self.opened += 1
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._carry(reader, road, up=True))
                both.create_task(self._carry(answers, road, up=False))
        finally:
            road.cut()
            self.roads.discard(road)

    async def _carry(self, source: asyncio.StreamReader, road: Road, *, up: bool) -> None:
        target = road.server if up else road.client
        # A connection that breaks is what this is for; both ends learn of it.
        with contextlib.suppress(OSError):
            while data := await source.read(CHUNK):
                if road.swallows_up if up else road.swallows_down:
                    continue
                target.write(data)
                await target.drain()
        road.cut()


@asynccontextmanager
async def road_to_valkey(patch: pytest.MonkeyPatch) -> AsyncIterator[Proxy]:
    """Code of the site finds Valkey behind a road that can swallow, until the block ends."""
    place = urlsplit(settings.HELPLINE_VALKEY_URL)
    proxy = Proxy(place.path)
    await proxy.start()
    patch.setattr(
        settings, "HELPLINE_VALKEY_URL", f"redis://127.0.0.1:{proxy.port}/0?{place.query}"
    )
    try:
        yield proxy
    finally:
        await proxy.stop()
