"""What an act of staff does: which action a frame means."""

import uuid

from chat import actions
from chat.consumers import handover
from chat.consumers.aftercare import act_after
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import AfterChat, Attend, Do, Frame, Pass
from chat.states import Urgency
from helpline.staff.models import User

# What needs nothing but the conversation and who does it.
PLAIN = {
    "claim": actions.claim,
    "give_back": actions.give_back,
    "end": actions.end,
    "danger": actions.raise_danger,
    "acknowledge": actions.acknowledge_danger,
    "block": actions.end_for_abuse,
}


def act(frame: Do | Attend, *, conversation: Conversation | None, by: User) -> Frame | None:
    """Do what a frame asks, or answer what it asks. Raises ChatError when it may not be done."""
    match frame:
        case Attend(presence):
            actions.set_presence(presence=presence, by=by)
        case AfterChat():
            act_after(frame, by=by)
        case Pass() if conversation is not None:
            return handover.act(frame, conversation=conversation, by=by)
        case Do() if conversation is not None:
            _act(frame, conversation=conversation, by=by)
        case _:
            raise ChatError(Code.MALFORMED)
    return None


def _act(frame: Do, *, conversation: Conversation, by: User) -> None:
    match frame:
        case Do("urgency", choice=urgency):
            actions.set_urgency(conversation=conversation, urgency=Urgency(urgency), by=by)
        case Do("offer", links=links):
            actions.offer_report(conversation=conversation, links=links, by=by)
        case Do("note", client_id=uuid.UUID() as client_id, text=text):
            actions.write_note(conversation=conversation, text=text, client_id=client_id, by=by)
        case Do("heed", client_id=uuid.UUID() as client_id):
            actions.heed_whispers(conversation=conversation, upto=client_id, by=by)
        case Do("share", client_id=uuid.UUID() as client_id, page=number):
            actions.share_page(conversation=conversation, number=number, client_id=client_id, by=by)
        case Do(name) if name in PLAIN:
            PLAIN[name](conversation=conversation, by=by)
        case _:
            raise ChatError(Code.MALFORMED)
