"""Since when a visitor waits for a word, and since when nobody has said any."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import DateTimeField, OuterRef, PositiveIntegerField, Subquery
from django.db.models.functions import Coalesce

from chat.models import Conversation, Message
from chat.states import Sender


class Silence(NamedTuple):
    """Since when a visitor waits for a word, and since when nobody has said any."""

    asked: datetime | None
    said: datetime | None


def answered_seq() -> Coalesce:
    """Of a conversation: the place up to which its counsellors have answered."""
    theirs = Message.objects.filter(conversation_id=OuterRef("pk"), sender=Sender.COUNSELLOR)
    last = theirs.order_by("-seq").values("seq")[:1]
    return Coalesce(Subquery(last, output_field=PositiveIntegerField()), 0)


def unanswered_since() -> Subquery:
    """Of a conversation annotated with its ``answered_seq``: when its visitor said the first word
    after that.
    """
    after = Message.objects.filter(
        conversation_id=OuterRef("pk"), sender=Sender.VISITOR, seq__gt=OuterRef("answered_seq")
    )
    first = after.order_by("seq").values("sent_at")[:1]
    return Subquery(first, output_field=DateTimeField(null=True))


def silences(conversations: Sequence[Conversation]) -> dict[uuid.UUID, Silence]:
    """How long it is quiet in each of these. Lines of the system are nobody's words."""
    if not conversations:
        return {}
    words = Message.objects.filter(conversation_id=OuterRef("pk")).exclude(sender=Sender.SYSTEM)
    rows = (
        Conversation.objects.filter(pk__in=[row.pk for row in conversations])
        .annotate(
            answered_seq=answered_seq(),
            asked=unanswered_since(),
            said=Subquery(
                words.order_by("-seq").values("sent_at")[:1],
                output_field=DateTimeField(null=True),
            ),
        )
        .values_list("pk", "asked", "said")
    )
    return {number: Silence(asked, said) for number, asked, said in rows}
