"""What is left of a chat: choices for the figures, which outlive it and lead back to nobody."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.answers import Danger, Theme
from chat.models import AgreedNote, Conversation, WrapUp
from chat.states import Sender, Status
from chat.workflow import advance
from helpline.privacy.erasure import erase_expired
from helpline.privacy.models import DataKey

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def test_wrap_up_outlives_the_chat_and_leads_back_to_nobody(active: Conversation) -> None:
    advance(active, Status.ENDED, side=Sender.VISITOR)
    day = timezone.localdate()
    wrap_up = WrapUp.objects.create(
        service=active.service, conversation=active, day=day, theme=Theme.SPREAD, minutes=20
    )
    AgreedNote.objects.create(conversation=active, text="Wil graag gebeld worden")
    erase_expired(timezone.now() + timedelta(days=31))
    wrap_up.refresh_from_db()
    assert (wrap_up.conversation_id, wrap_up.theme, wrap_up.danger) == (
        None,
        Theme.SPREAD,
        Danger.NONE,
    )
    assert not AgreedNote.objects.exists()
    assert not DataKey.objects.filter(pk=active.pk).exists()
    erase_expired(timezone.now() + timedelta(days=734))
    assert not WrapUp.objects.exists()
