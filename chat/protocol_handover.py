"""The frames about handovers that go to staff."""

from collections.abc import Sequence

from chat import permissions
from chat.models import Conversation, Handover
from chat.protocol import Frame, name_of
from chat.queries_handover import Colleague
from chat.states import ASK_SUPERVISORS, HandoverStatus
from helpline.staff.models import User


def listed(handovers: Sequence[Handover], *, user: User) -> list[Frame]:
    """Handovers as a desk lists them: who asks whom, and nothing that was written along."""
    return [
        {
            **_about(handover, user=user),
            "conversation": handover.conversation_id,
            "name": handover.conversation.visitor_name,
            "holder": name_of(handover.holder),
            "was_mine": handover.holder_id == user.pk,
            "answered_by": name_of(handover.answered_by),
            "standing": _standing(handover),
        }
        for handover in handovers
    ]


def _standing(handover: Handover) -> str:
    """How it stands, by which a page says so: "alone" while nobody is there who could answer it."""
    alone = handover.status == HandoverStatus.OPEN and handover.way in ASK_SUPERVISORS
    there = getattr(handover, "supervised", True)  # as ``queries_handover.listed`` asked
    return f"{handover.way} {'alone' if alone and not there else handover.status}"


def latest(handover: Handover | None, *, user: User) -> Frame | None:
    """What an open conversation came with."""
    if handover is None:
        return None
    return {**_about(handover, user=user), "summary": handover.summary}


def _about(handover: Handover, *, user: User) -> Frame:
    return {
        "id": handover.pk,
        "way": handover.way,
        "status": handover.status,
        "by": name_of(handover.by),
        "mine": handover.by_id == user.pk,
        "to": name_of(handover.to),
        "to_me": handover.to_id == user.pk,
        "at": handover.asked_at,
        "may_answer": permissions.can_answer_handover(user, handover),
    }


def colleagues(found: Sequence[Colleague], conversation: Conversation) -> Frame:
    """Who could go on with a conversation."""
    return {
        "type": "colleagues",
        "conversation": conversation.pk,
        "colleagues": [
            {
                "id": each.user.pk,
                "name": name_of(each.user),
                "supervises": each.supervises,
                "chats": each.chats,
                "capacity": each.seat.capacity,
                "on_duty": each.seat.is_on_duty,
            }
            for each in found
        ],
    }
