"""A chat that is abused: ended, its token blocked, and new starts from there slowed for a while.

Slowed and never refused: homes, schools and shelters share addresses. The number that slows is the
door's; it stands in memory or Valkey for some hours, and in no row.
"""

import uuid

from django.core import signing
from django.utils import timezone

from chat import permissions
from chat.actions.settling import note, settle
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, WayBack
from chat.states import Kind, Sender, Status
from chat.workflow import advance, record
from helpline.privacy import throttle
from helpline.staff.models import User

SLOWED = "1/4hours"
WAIT_SECONDS = 120  # before a slowed start
WAITED_FOR = 60 * 60  # seconds in which having waited counts
_SALT = "chat.wait"


def end_for_abuse(*, conversation: Conversation, by: User) -> None:
    """End a chat that is abused, and close every way back into it. Twice is once.

    Not while there is danger: then a supervisor decides.
    """
    permissions.check_can_block(by, conversation)

    def step(row: Conversation) -> None:
        if row.blocked_at is not None:
            return
        if not row.is_over:
            note(row, Line.ENDED_FOR_ABUSE)
            advance(row, Status.ENDED, side=Sender.COUNSELLOR, by=by)
        Conversation.objects.filter(pk=row.pk).update(blocked_at=timezone.now())
        WayBack.objects.filter(conversation=row).delete()
        record(row, Kind.BLOCKED, side=Sender.COUNSELLOR, by=by)

    settle(conversation, step)


def slow_down(rate_key: str) -> None:
    """From here a chat was abused: its next starts wait a moment, for some hours."""
    if rate_key:
        throttle.hit("chat abuse", rate_key, per=SLOWED)


def is_slowed(rate_key: str) -> bool:
    return bool(rate_key) and throttle.is_spent("chat abuse", rate_key, per=SLOWED)


def begin_waiting(start_key: uuid.UUID) -> str:
    """A ticket for one start form, which counts once it is old enough."""
    return signing.dumps([start_key.hex, int(timezone.now().timestamp())], salt=_SALT)


def still_waits(ticket: str, start_key: uuid.UUID) -> int:
    """For how many seconds more a start has to wait. Raises ChatError(MALFORMED) for no ticket."""
    try:
        form, began = signing.loads(ticket, salt=_SALT)
    except signing.BadSignature:
        raise ChatError(Code.MALFORMED) from None
    waited = int(timezone.now().timestamp()) - int(began)
    if form != start_key.hex or not 0 <= waited <= WAITED_FOR:
        raise ChatError(Code.MALFORMED)
    return max(0, WAIT_SECONDS - waited)
