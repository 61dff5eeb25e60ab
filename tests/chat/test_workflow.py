"""The table of states, walked in full."""

from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from chat.models import Conversation, ConversationEvent
from chat.states import TRANSITIONS, Kind, Sender, Status
from chat.workflow import StaleStatusError, advance, record
from helpline.staff.models import User
from tests.chat.conftest import Starter

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def test_transitions_name_every_status() -> None:
    assert set(TRANSITIONS) == set(Status)


def test_ended_is_the_end() -> None:
    assert TRANSITIONS[Status.ENDED] == frozenset()


@pytest.mark.parametrize(("was", "to"), list(product(Status, Status)))
def test_advance_follows_the_table(
    was: Status, to: Status, start: Starter, counsellor: User
) -> None:
    conversation = start().conversation
    now = timezone.now()
    fields = {
        "owner": counsellor,
        "paused_until": now + timedelta(minutes=15) if was == Status.PAUSED else None,
        "ended_at": now if was == Status.ENDED else None,
    }
    Conversation.objects.filter(pk=conversation.pk).update(status=was, **fields)
    conversation.refresh_from_db()
    extra: dict[str, Any] = {"paused_until": now} if to == Status.PAUSED else {}
    if to in TRANSITIONS[was]:
        advance(conversation, to, side=Sender.SYSTEM, **extra)
        event = ConversationEvent.objects.filter(conversation=conversation).last()
        assert event is not None
        assert (event.was, event.became, event.kind) == (was, to, Kind.STATUS)
        expected = to
    else:
        with pytest.raises(StaleStatusError):
            advance(conversation, to, side=Sender.SYSTEM, **extra)
        expected = was
    conversation.refresh_from_db()
    assert conversation.status == expected


def test_advance_from_an_old_reading_changes_nothing(start: Starter) -> None:
    conversation = start().conversation
    old = Conversation.objects.get(pk=conversation.pk)
    advance(conversation, Status.ENDED, side=Sender.VISITOR)
    with pytest.raises(StaleStatusError):
        advance(old, Status.PAUSED, side=Sender.VISITOR, paused_until=timezone.now())
    assert ConversationEvent.objects.filter(conversation=conversation).count() == 2


def test_event_cannot_be_changed(start: Starter) -> None:
    conversation = start().conversation
    record(conversation, Kind.DANGER, side=Sender.COUNSELLOR)
    with pytest.raises(DatabaseError), transaction.atomic():
        ConversationEvent.objects.update(kind=Kind.STARTED)
