"""Ringing from an action, on commit: whichever thread or process it runs in.

A bell says that something happened to a conversation, never what. Ringing may fail and never undoes
what was committed.
"""

import asyncio
import uuid
from collections.abc import Sequence
from typing import Protocol

from django.db import transaction

from chat.wire import bus
from chat.wire.bus import Bell


class Tower(Protocol):
    """Rings for the pages of this process, and elsewhere."""

    loop: asyncio.AbstractEventLoop

    def everywhere(self, rung: Sequence[Bell]) -> None: ...


local: Tower | None = None  # the hub of this process's pages, when it has any


def announce(
    conversation_id: uuid.UUID, service_id: uuid.UUID, *, seq: int, only_for: int | None = None
) -> None:
    """Ring for a conversation, on commit: its number and its latest place in the sequence.

    ``only_for`` names the counsellor whose desk alone looks different now, as after a message;
    without it every desk of the service looks again.
    """
    kind = "changed" if only_for is None else "said"
    _on_commit((kind, conversation_id.hex, service_id.hex, seq, only_for))


def announce_queue(service_id: uuid.UUID) -> None:
    """Ring for everyone who waits, on commit: somebody left the queue or joined it."""
    _on_commit(("queue", service_id.hex))


def _on_commit(bell: Bell) -> None:
    transaction.on_commit(lambda: _ring(bell))


def _ring(bell: Bell) -> None:
    if local is not None and local.loop.is_running():
        try:
            # Nobody waits for a bell: least of all a thread on a loop that may be closing.
            local.loop.call_soon_threadsafe(local.everywhere, [bell])
        except RuntimeError:
            pass  # it closed just now
        else:
            return
    bus.publish_now([bell])
