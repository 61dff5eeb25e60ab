"""How a page reaches a server: over a WebSocket, or by requests that wait for news.

Both have the same face, as they have in the browser: frames are put in and come out, and whatever
goes wrong ends the line with an error.
"""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from typing import Any, Protocol

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

Frame = dict[str, Any]

OPEN_SECONDS = 8.0
WAIT_SECONDS = 3  # a page's request waits longer
ANSWER_SECONDS = 10.0  # on top of that, until a request is taken for dead
PAUSE_SECONDS = 0.2  # between two requests that wait


class Closed(ConnectionError):
    """The server closed the line, and said why."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class Line(Protocol):
    async def put(self, frame: Frame) -> None: ...

    async def next(self) -> tuple[Frame, int]:
        """The next frame, and how many bytes it took. Raises when the line is no more."""


class Socket:
    """A WebSocket."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def put(self, frame: Frame) -> None:
        await self.connection.send(json.dumps(frame))

    async def next(self) -> tuple[Frame, int]:
        try:
            text = await self.connection.recv()
        except ConnectionClosed as error:
            if error.rcvd is not None:
                raise Closed(error.rcvd.code) from None
            raise
        return json.loads(text), len(text)


@contextlib.asynccontextmanager
async def socket(port: int, path: str, headers: Mapping[str, str]) -> AsyncIterator[Socket]:
    place = f"127.0.0.1:{port}"
    async with connect(
        f"ws://{place}{path}",
        additional_headers={"Origin": f"http://{place}", **headers},
        compression=None,
        ping_interval=None,
        open_timeout=OPEN_SECONDS,
        close_timeout=0.2,
        proxy=None,
    ) as connection:
        yield Socket(connection)


class Poll:
    """Requests: one that waits for news, and one at a time for what must go now.

    Each begins with a hello of its own that says what the page has, so that no server remembers it.
    """

    def __init__(
        self, port: int, path: str, headers: Mapping[str, str], hello: Callable[[], Frame]
    ) -> None:
        self.port = port
        self.path = path
        self.headers = headers
        self.hello = hello
        self.greeted = self.sending = False
        self.queue: list[Frame] = []
        self.news: asyncio.Queue[tuple[Frame, int] | Exception] = asyncio.Queue()
        self.tasks: set[asyncio.Task[None]] = set()

    async def put(self, frame: Frame) -> None:
        if frame["type"] == "hello":
            self._start(self._wait())
        elif frame["type"] not in ("beat", "got"):  # each request is one
            self.queue.append(frame)
            if not self.sending:
                self.sending = True
                self._start(self._send())

    async def next(self) -> tuple[Frame, int]:
        news = await self.news.get()
        if isinstance(news, Exception):
            raise news
        return news

    async def stop(self) -> None:
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        async def and_tell() -> None:
            try:
                await work
            except Closed as error:
                self.news.put_nowait(error)
            except (OSError, EOFError, ValueError) as error:
                what = str(error) if type(error) is ConnectionError else type(error).__name__
                self.news.put_nowait(ConnectionError(f"poll: {what}"))

        task = asyncio.create_task(and_tell())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _wait(self) -> None:
        wait = 0  # at once, to be welcomed
        while True:
            await self._ask(wait=wait)
            await asyncio.sleep(PAUSE_SECONDS)
            wait = WAIT_SECONDS

    async def _send(self) -> None:
        while self.queue:
            frames, self.queue = self.queue, []
            await self._ask(*frames)
        self.sending = False

    async def _ask(self, *frames: Frame, wait: int = 0) -> None:
        asked = {"frames": [self.hello(), *frames], "wait": wait}
        answer = json.loads(await self._post(json.dumps(asked).encode(), wait + ANSWER_SECONDS))
        for frame in answer["frames"]:
            self._hear(frame)
        if answer.get("close"):
            raise Closed(answer["close"])

    def _hear(self, frame: Frame) -> None:
        if frame["type"] == "welcome":
            if self.greeted and "state" not in frame:
                return
            if self.greeted:
                frame = {**frame["state"], "type": "state"}
            self.greeted = True
        self.news.put_nowait((frame, 0))

    async def _post(self, body: bytes, patience: float) -> bytes:
        place = f"127.0.0.1:{self.port}"
        headers = {
            "Host": place,
            "Origin": f"http://{place}",
            "Content-Type": "application/json",
            "Content-Length": str(len(body)),
            **self.headers,
        }
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        async with asyncio.timeout(patience):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                # In HTTP/1.0 an answer ends with its connection, and comes in one piece.
                writer.write(f"POST {self.path} HTTP/1.0\r\n{head}\r\n".encode() + body)
                status, _, _ = (await reader.readuntil(b"\r\n\r\n")).partition(b"\r\n")
                if status.split()[1] != b"200":
                    raise ConnectionError(status.decode())
                return await reader.read()
            finally:
                writer.close()


@contextlib.asynccontextmanager
async def poll(
    port: int, path: str, headers: Mapping[str, str], hello: Callable[[], Frame]
) -> AsyncIterator[Poll]:
    line = Poll(port, path, headers, hello)
    try:
        yield line
    finally:
        await line.stop()
