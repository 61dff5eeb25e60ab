"""Who may take another chat, write a chat down, or hear a colleague."""

from chat.aftercare import queries
from chat.errors import ChatError, Code
from chat.models import Conversation, Debrief
from chat.permissions import can_answer
from helpline.staff.models import User
from helpline.staff.permissions import has_role, works_for


def check_rested(user: User) -> None:
    """Somebody who just finished a chat takes a breath first."""
    breath = queries.breath_of(user)
    if breath is not None:
        raise ChatError(Code.HEAVY if breath.heavy else Code.RESTING)


def check_can_wrap_up(user: User, conversation: Conversation) -> None:
    """Only of one's own chats, and only when they are over."""
    if not can_answer(user, conversation):
        raise ChatError(Code.UNKNOWN)
    if not conversation.is_over:
        raise ChatError(Code.NOT_YOURS)


def check_can_take_debrief(user: User, debrief: Debrief) -> None:
    """A supervisor of the service, and nobody hears themselves."""
    if (
        debrief.user_id == user.pk
        or not has_role(user, "supervisor")
        or not works_for(user, debrief.service)
    ):
        raise ChatError(Code.FORBIDDEN)
