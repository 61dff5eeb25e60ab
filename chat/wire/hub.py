"""The doorbell: says that something happened to a conversation, never what.

The database is the truth. A bell that is lost shows as a gap in the numbers at the next heartbeat
and is made good by fetching, so ringing may fail and never undoes what was committed.
"""

import asyncio
import logging
import uuid
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from chat.wire import groups

log = logging.getLogger(__name__)

_loop: asyncio.AbstractEventLoop | None = None  # of this process's sockets


def announce(
    conversation_id: uuid.UUID, service_id: uuid.UUID, *, seq: int, only_for: int | None = None
) -> None:
    """Ring for a conversation, on commit: its number and its latest place in the sequence.

    ``only_for`` names the counsellor whose desk alone looks different now, as after a message;
    without it every desk of the service looks again.
    """
    bell = {"type": "bell", "conversation": str(conversation_id), "seq": seq}
    desk = {"type": "desk.bell", "conversation": str(conversation_id), "seq": seq, "for": only_for}
    transaction.on_commit(
        lambda: _ring((groups.conversation(conversation_id), bell), (groups.desk(service_id), desk))
    )


def announce_queue(service_id: uuid.UUID) -> None:
    """Ring for everyone who waits, on commit: somebody left the queue or joined it."""
    bell = {"type": "queue.bell"}
    transaction.on_commit(lambda: _ring((groups.queue(service_id), bell)))


def attend() -> None:
    """Let bells of this process ring on the running event loop; sockets call it when they open."""
    global _loop
    _loop = asyncio.get_running_loop()


async def follow(group: str, channel: str) -> None:
    """Let a group's bells ring on a socket. Without the layer its heartbeats must do."""
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_add(group, channel)
    except Exception as error:  # noqa: BLE001 -- the chat goes on, slower
        log.warning("a bell could not be hung", extra={"error": type(error).__name__})


async def unfollow(group: str, channel: str) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    try:
        await layer.group_discard(group, channel)
    except Exception as error:  # noqa: BLE001 -- the layer forgets it by itself
        log.warning("a bell could not be taken down", extra={"error": type(error).__name__})


def _ring(*bells: tuple[str, dict[str, Any]]) -> None:
    if _loop is not None and _loop.is_running():
        # Nobody waits for a bell: least of all a database thread on a loop that may be closing.
        asyncio.run_coroutine_threadsafe(_send(*bells), _loop)
    else:
        async_to_sync(_send)(*bells)


async def _send(*bells: tuple[str, dict[str, Any]]) -> None:
    layer = get_channel_layer()
    if layer is None:
        return
    for group, bell in bells:
        try:
            await layer.group_send(group, bell)
        except Exception as error:  # noqa: BLE001 -- whatever the layer throws, the row is committed
            log.warning("a bell was not rung", extra={"error": type(error).__name__})
            return
