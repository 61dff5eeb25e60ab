"""What a visitor does when a chat is over, or should be as if it never was."""

import uuid

from django.db import transaction
from django.utils import timezone

from chat.actions.course import end
from chat.errors import ChatError
from chat.models import Conversation, SurveyAnswer
from chat.wire import bells
from helpline.privacy.vault import keys
from helpline.privacy.vault.sealing import keyed_hash
from helpline.services.models import Service


def erase(*, conversation: Conversation) -> None:
    """The visitor has a chat erased now: ended when it goes on, its key destroyed, its rows gone.

    Ended first, so that who answers it is told, and nobody writes into it any more. The key goes
    before the rows: a crash in between leaves nothing that can be read, and once more finds it.
    """
    try:
        end(conversation=conversation)
    except ChatError:
        return  # the other press was first
    keys.destroy_key(conversation.pk)
    with transaction.atomic():
        bells.announce(conversation.pk, conversation.service_id, seq=conversation.last_seq)
        Conversation.objects.filter(pk=conversation.pk).delete()


def answer_survey(*, service: Service, once: uuid.UUID, heard: str, knows: str) -> None:
    """Keep a visitor's answers, apart from their chat. The same form twice counts once."""
    if not heard and not knows:
        return
    SurveyAnswer.objects.get_or_create(
        once_hash=keyed_hash("token", f"survey {once}"),
        defaults={
            "service": service,
            "day": timezone.localdate(),
            "heard": heard,
            "knows": knows,
        },
    )
