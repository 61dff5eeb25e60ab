"""What a frame about who has a conversation means."""

import uuid

from chat import actions, permissions, protocol_handover, queries_handover
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import Frame, Pass
from chat.states import Way
from helpline.staff.models import User

ANSWERS = {
    "accept_handover": actions.accept_handover,
    "decline_handover": actions.decline_handover,
    "withdraw_handover": actions.withdraw_handover,
}


def act(frame: Pass, *, conversation: Conversation, by: User) -> Frame | None:
    """Do what a frame asks, or answer what it asks. Raises ChatError when it may not be."""
    match frame:
        case Pass("colleagues"):
            permissions.check_can_open(by, conversation)
            found = queries_handover.colleagues(conversation, of=by)
            return protocol_handover.colleagues(found, conversation)
        case Pass("hand_over", way=way, to=to, summary=summary) if way in Way.values:
            actions.hand_over(
                conversation=conversation,
                way=Way(way),
                to=_colleague(to) if to is not None else None,
                summary=summary,
                by=by,
            )
        case Pass("ask_along", summary=question):
            actions.ask_supervisor(conversation=conversation, question=question, by=by)
        case Pass("reassign", to=int(to), summary=summary):
            actions.reassign(conversation=conversation, to=_colleague(to), summary=summary, by=by)
        case Pass("take_over"):
            actions.take_over(conversation=conversation, by=by)
        case Pass(name, handover=uuid.UUID() as handover) if name in ANSWERS:
            ANSWERS[name](conversation=conversation, handover_id=handover, by=by)
        case _:
            raise ChatError(Code.MALFORMED)
    return None


def _colleague(number: int) -> User:
    found = User.objects.filter(pk=number).first()
    if found is None:
        raise ChatError(Code.UNKNOWN)
    return found
