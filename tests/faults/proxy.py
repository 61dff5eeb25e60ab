"""A road to a web server that can swallow what goes over it, or break.

A swallowed connection stays open and answers nothing, as a phone's does that lost its network:
neither side is told.
"""

import asyncio
import contextlib
from dataclasses import dataclass, field

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
    """Listens on a port of its own and leads to ``target``."""

    target: int
    port: int = 0
    roads: set[Road] = field(default_factory=set)
    listener: asyncio.Server | None = None

    async def start(self) -> None:
        self.listener = await asyncio.start_server(self._lead, "127.0.0.1", 0)
        self.port = self.listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        assert self.listener is not None
        self.listener.close()
        for road in list(self.roads):
            road.cut()

    async def _lead(self, reader: asyncio.StreamReader, client: asyncio.StreamWriter) -> None:
        try:
            answers, server = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            client.transport.abort()
            return
        road = Road(client, server)
        self.roads.add(road)
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
