"""What a counsellor does after a chat, or a supervisor for one: which action a frame means."""

import uuid

from chat.aftercare import actions
from chat.errors import ChatError, Code
from chat.protocol import AfterChat
from helpline.staff.models import User


def act_after(frame: AfterChat, *, by: User) -> None:
    """Do what a frame asks. Raises ChatError when it may not be done."""
    match frame:
        case AfterChat("ready"):
            actions.say_ready(by=by)
        case AfterChat("debrief"):
            actions.ask_debrief(by=by)
        case AfterChat("take_debrief", debrief=uuid.UUID() as debrief):
            actions.take_debrief(debrief_id=debrief, by=by)
        case _:
            raise ChatError(Code.MALFORMED)
