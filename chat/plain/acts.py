"""What a press on the plain desk means: the frame a console would send, and the same that is done
with it.
"""

import uuid
from collections.abc import Mapping

from chat import actions, queries
from chat.consumers.acts import act
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import Attend, Do, Frame, Incoming, Say, parse_staff
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
        case Say(client_id, text, number):
            actions.say(conversation=_conversation(number), text=text, client_id=client_id, by=by)
        case Do(_act, uuid.UUID() as number):
            act(frame, conversation=_conversation(number), by=by)
        case Do() | Attend():
            act(frame, conversation=None, by=by)
        case _:
            raise ChatError(Code.MALFORMED)


def _conversation(number: uuid.UUID | None) -> Conversation:
    found = queries.by_id(number) if number is not None else None
    if found is None:
        raise ChatError(Code.UNKNOWN)
    return found
