"""Showing the visitor a page of ours."""

import uuid

from chat import cards, permissions
from chat.actions.settling import settle
from chat.cards import Card
from chat.errors import ChatError, Code
from chat.models import Conversation
from chat.replies import queries
from chat.states import Sender, Status
from chat.wire.append import Refused, Saying, append
from helpline.staff.models import User


def share_page(*, conversation: Conversation, number: int, client_id: uuid.UUID, by: User) -> None:
    """Put a published page into a conversation as a card. Sent again under its id it is one card.

    Raises ChatError(GONE) when it is not published any more.
    """
    permissions.check_can_answer(by, conversation)
    page = queries.page(number)
    if page is None:
        raise ChatError(Code.GONE)
    text = cards.write(Card(page.title, page.path))

    def step(row: Conversation) -> None:
        if row.status != Status.ACTIVE or row.owner_id != by.pk:
            raise ChatError(Code.PAUSED if row.status == Status.PAUSED else Code.NOT_YOURS)
        (result,) = append([Saying(row.pk, Sender.SYSTEM, client_id, text, author_id=by.pk)])
        if isinstance(result, Refused):
            raise ChatError(result.code)  # erased meanwhile

    settle(conversation, step)
