"""What a press on the plain desk means: the frame a console would send, and the same that is done
with it.
"""

import uuid
from collections.abc import Mapping

from chat import actions, queries
from chat.consumers import handover
from chat.consumers.acts import act
from chat.consumers.aftercare import act_after
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import AfterChat, Attend, Do, Frame, Incoming, Pass, Say, parse_staff
from chat.states import Urgency
from helpline.staff.models import User

# What a button says after its act; all else of a frame is typed or chosen.
SAYS = {
    "attend": "presence",
    "urgency": "urgency",
    "heed": "id",
    "take_debrief": "id",
    "accept_handover": "handover",
    "decline_handover": "handover",
    "withdraw_handover": "handover",
}


def frame_of(
    pressed: str, *, conversation: uuid.UUID | None = None, typed: Mapping[str, Frame]
) -> Incoming:
    """The frame of a pressed button: its act, what the button says after it, and what was typed for
    that act. Raises ChatError(MALFORMED).
    """
    name, _space, said = pressed.partition(" ")
    frame: Frame = {"type": name, **typed.get(name, {})}
    if conversation is not None:
        frame["conversation"] = str(conversation)
    if name in SAYS:
        frame[SAYS[name]] = said
    return parse_staff(frame)


def do(frame: Incoming, *, by: User) -> None:
    """Do what a frame asks. Raises ChatError when it may not be done."""
    match frame:
        case Attend(presence):
            actions.set_presence(presence=presence, by=by)
        case AfterChat():
            act_after(frame, by=by)
        case Say(client_id, text, number):
            actions.say(conversation=_conversation(number), text=text, client_id=client_id, by=by)
        case Pass():
            handover.act(frame, conversation=_conversation(frame.conversation), by=by)
        case Do("urgency", number, choice=urgency):
            actions.set_urgency(conversation=_conversation(number), urgency=Urgency(urgency), by=by)
        case Do():
            act(frame, conversation=_conversation(frame.conversation), by=by)
        case _:
            raise ChatError(Code.MALFORMED)


def _conversation(number: uuid.UUID | None) -> Conversation:
    found = queries.by_id(number) if number is not None else None
    if found is None:
        raise ChatError(Code.UNKNOWN)
    return found
