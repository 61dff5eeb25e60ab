"""What a page of staff asks of the database, each in one go and in a thread."""

import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chat import (
    actions,
    permissions,
    protocol,
    protocol_handover,
    queries,
    queries_handover,
)
from chat.aftercare.protocol import after as after_frame
from chat.aftercare.queries import after
from chat.consumers import acts
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.protocol import Attend, Do, Frame
from chat.states import Status
from helpline.privacy.door import Scope
from helpline.staff.models import User
from helpline.staff.permissions import verified_user

if TYPE_CHECKING:
    from chat.consumers.staff_following import StaffFollowing


@dataclass(frozen=True)
class View:
    """An open conversation as this member of staff may see it now."""

    page: Frame | None
    opened: Frame
    tag: str
    notes: list[Frame]
    mine: bool
    over: bool
    last_seq: int


def view(scope: Scope, number: uuid.UUID, since: int | None, held: "StaffFollowing") -> View:
    user = _user(scope)
    conversation = _conversation(number)
    permissions.check_can_open(user, conversation)
    page = None
    if since is not None and conversation.last_seq > since:
        page = protocol.messages(*queries.messages_after(number, since), conversation=number)
    for seq, text in queries.words_after(conversation, held.links.upto):
        held.links.add(seq, text)
    opened = protocol.opened(conversation, user=user, links=held.links.shown())
    came_with = queries_handover.latest(conversation)
    opened["handover"] = protocol_handover.latest(came_with, user=user)
    tag = protocol.tag_of(opened)
    notes: list[Frame] = []
    if tag != held.tag and conversation.noted != held.noted:
        notes = protocol.notes(queries.notes(number), number, user=user)
    return View(
        page,
        opened,
        tag,
        notes,
        conversation.owner_id == user.pk,
        conversation.status == Status.ENDED,
        conversation.last_seq,
    )


def open_transcript(scope: Scope, number: uuid.UUID) -> None:
    actions.open_transcript(conversation=_conversation(number), by=_user(scope))


def desk(scope: Scope) -> Frame:
    user = _user(scope)
    shown = protocol.desk(queries.desk(user), user=user)
    handovers = protocol_handover.listed(queries_handover.listed(user), user=user)
    return {**shown, "after": after_frame(after(user)), "handovers": handovers}


def act(scope: Scope, frame: Do | Attend) -> Frame | None:
    """Do what a frame asks; what there is to answer, if anything."""
    user = _user(scope)
    conversation = None
    if isinstance(frame, Do) and frame.conversation is not None:
        conversation = _conversation(frame.conversation)
    return acts.act(frame, conversation=conversation, by=user)


def arrive(scope: Scope) -> None:
    actions.arrive(by=_user(scope))


def _user(scope: Scope) -> User:
    """The member of staff behind a console, asked anew. Raises ChatError(SIGN_IN)."""
    user = verified_user(scope)
    if user is None or not permissions.can_use_desk(user):
        raise ChatError(Code.SIGN_IN)
    return user


def _conversation(number: uuid.UUID | None) -> Conversation:
    found = queries.by_id(number) if number is not None else None
    if found is None:
        raise ChatError(Code.UNKNOWN)
    return found
