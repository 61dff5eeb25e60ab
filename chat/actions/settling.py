"""What several actions share: a conversation locked as it is now, and the lines of the system."""

import uuid
from collections.abc import Callable

from django.db import transaction

from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation
from chat.states import Sender, Status
from chat.wire import bells
from chat.wire.append import Refused, Saying, append


def settle(conversation: Conversation, step: Callable[[Conversation], None]) -> Conversation:
    """Do ``step`` on the locked row as it is now, and ring the queue when the place changed."""
    with transaction.atomic():
        row = lock(conversation)
        was = row.status
        step(row)
        if row.status != was and Status.WAITING in (was, row.status):
            bells.announce_queue(row.service_id)
        return row


def lock(conversation: Conversation) -> Conversation:
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).first()
    if row is None:
        raise ChatError(Code.UNKNOWN)
    return row


def note(conversation: Conversation, line: Line) -> None:
    """A line of the system; it rings for everyone who follows the conversation."""
    (result,) = append([Saying(conversation.pk, Sender.SYSTEM, uuid.uuid4(), line.value)])
    if isinstance(result, Refused):
        raise ChatError(result.code)  # erased meanwhile: what it goes with must not stand either
