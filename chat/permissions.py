"""Who may do what in a conversation. ``check_x`` raises, ``x`` asks."""

from chat.errors import ChatError, Code
from chat.models import Conversation, Handover, WayBack
from chat.states import ASK_SUPERVISORS, DESK_ROLES, HandoverStatus, Status, Way
from helpline.staff.models import User
from helpline.staff.permissions import Proof, has_role, works_for


def can_use_desk(user: User) -> bool:
    """Whether somebody has a place at the chat console at all."""
    return has_role(user, *DESK_ROLES)


def proves_desk(proof: Proof) -> bool:
    """The same of somebody whose sign-in was proved."""
    return not proof.roles.isdisjoint(DESK_ROLES)


def check_can_use_desk(user: User) -> None:
    if not can_use_desk(user):
        raise ChatError(Code.FORBIDDEN)


def can_open(user: User, conversation: Conversation) -> bool:
    """Whether somebody may read along.

    A counsellor reads who waits and their own conversations; a supervisor reads all of the
    service, which visitors are told beforehand. A colleague who is asked to go on with a
    conversation reads it to decide.
    """
    if not can_use_desk(user) or not works_for(user, conversation.service):
        return False
    return (
        conversation.owner_id == user.pk
        or has_role(user, "supervisor")
        or (conversation.owner_id is None and conversation.status == Status.WAITING)
        or _is_asked(user, conversation)
        or _leads_on(user, conversation)
    )


def _leads_on(user: User, conversation: Conversation) -> bool:
    """Whether its visitor came back with a code, in a conversation that this person may read."""
    way = (
        WayBack.objects.select_related("used_for__service")
        .filter(conversation=conversation)
        .exclude(used_for=None)
        .exclude(used_for=conversation)
        .first()
    )
    return way is not None and way.used_for is not None and can_open(user, way.used_for)


def check_can_open(user: User, conversation: Conversation) -> None:
    # Not "forbidden": that would tell that the conversation is there.
    if not can_open(user, conversation):
        raise ChatError(Code.UNKNOWN)


def can_claim(user: User, conversation: Conversation) -> bool:
    """Whether somebody may answer visitors of this service."""
    return can_use_desk(user) and works_for(user, conversation.service)


def check_can_claim(user: User, conversation: Conversation) -> None:
    if not can_claim(user, conversation):
        raise ChatError(Code.UNKNOWN)


def can_answer(user: User, conversation: Conversation) -> bool:
    """Whether somebody is the one who answers here: only the owner writes."""
    return conversation.owner_id == user.pk and can_claim(user, conversation)


def check_can_answer(user: User, conversation: Conversation) -> None:
    check_can_open(user, conversation)
    if not can_answer(user, conversation):
        raise ChatError(Code.NOT_YOURS)


def check_can_raise_danger(user: User, conversation: Conversation) -> None:
    """Danger comes first: whoever may read along may raise it."""
    check_can_open(user, conversation)


def check_can_acknowledge(user: User, conversation: Conversation) -> None:
    check_can_open(user, conversation)
    if not has_role(user, "supervisor"):
        raise ChatError(Code.FORBIDDEN)


def _is_asked(user: User, conversation: Conversation) -> bool:
    """Whether somebody is asked by name to go on with a conversation."""
    return conversation.handovers.filter(
        to=user, way=Way.COLLEAGUE, status=HandoverStatus.OPEN
    ).exists()


def check_can_be_given(user: User, conversation: Conversation, *, by: User) -> None:
    """Whether a conversation may go to somebody: a colleague at this chat."""
    if user.pk == by.pk or not user.is_active or not can_claim(user, conversation):
        raise ChatError(Code.UNKNOWN)


def can_answer_handover(user: User, handover: Handover) -> bool:
    """Whether a handover is somebody's to answer: of the colleague who is asked by name, or of any
    other supervisor when those are asked. That they work for its service is another question.
    """
    if handover.status != HandoverStatus.OPEN:
        return False
    if handover.way == Way.COLLEAGUE:
        return handover.to_id == user.pk
    asked = handover.way in ASK_SUPERVISORS and handover.by_id != user.pk
    return asked and has_role(user, "supervisor")


def check_can_answer_handover(user: User, handover: Handover) -> None:
    check_can_claim(user, handover.conversation)
    if not can_answer_handover(user, handover):
        raise ChatError(Code.FORBIDDEN)


def check_can_take_over(user: User, conversation: Conversation) -> None:
    check_can_open(user, conversation)
    if not has_role(user, "supervisor"):
        raise ChatError(Code.FORBIDDEN)


def check_can_block(user: User, conversation: Conversation) -> None:
    """Who talks with them, or a supervisor; while there is danger only a supervisor."""
    check_can_open(user, conversation)
    if has_role(user, "supervisor"):
        return
    check_can_answer(user, conversation)
    if conversation.in_danger:
        raise ChatError(Code.FORBIDDEN)
