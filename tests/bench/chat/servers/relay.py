"""The bare relay: one message in, the same text out to both sides of a pair. No Django, nothing
kept, nothing checked. What an ASGI server itself costs.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from typing import Any

Send = Callable[[dict[str, Any]], Awaitable[None]]

_rooms: defaultdict[str, list[Send]] = defaultdict(list)


async def application(
    scope: dict[str, Any], receive: Callable[[], Awaitable[dict[str, Any]]], send: Send
) -> None:
    if scope["type"] != "websocket":
        return
    await receive()
    await send({"type": "websocket.accept"})
    room = _rooms[scope["path"]]
    room.append(send)
    try:
        while True:
            event = await receive()
            if event["type"] == "websocket.disconnect":
                return
            for each in room:
                await each({"type": "websocket.send", "text": event["text"]})
    finally:
        room.remove(send)
