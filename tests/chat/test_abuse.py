"""A chat that is abused: ended and blocked; who comes from there again waits, and is not refused."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from chat import actions, queries
from chat.errors import Code
from chat.models import Conversation, WayBack
from chat.states import Status
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, lines, refused

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def test_end_for_abuse_ends_and_blocks_the_token(start: Starter, counsellor: User) -> None:
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    actions.ask_way_back(conversation=started.conversation, key=uuid.uuid4())
    for _ in range(2):
        actions.end_for_abuse(conversation=again(started.conversation), by=counsellor)
    assert again(started.conversation).status == Status.ENDED
    assert lines(started.conversation) == ["joined", "ended_for_abuse"]
    assert queries.by_token(started.token) is None
    assert queries.is_blocked(started.token)
    assert queries.by_token(started.token, even_blocked=True) is not None
    assert not WayBack.objects.exists()
    with refused(Code.UNKNOWN):
        actions.ask_way_back(conversation=again(started.conversation), key=uuid.uuid4())


def test_only_who_talks_with_them_or_a_supervisor_blocks(
    active: Conversation, staff: StaffMaker, supervisor: User
) -> None:
    with refused(Code.UNKNOWN):
        actions.end_for_abuse(conversation=active, by=staff("bo"))
    actions.end_for_abuse(conversation=active, by=supervisor)
    assert again(active).status == Status.ENDED


def test_in_danger_only_a_supervisor_blocks(
    active: Conversation, counsellor: User, supervisor: User
) -> None:
    actions.raise_danger(conversation=active, by=counsellor)
    with refused(Code.FORBIDDEN):
        actions.end_for_abuse(conversation=again(active), by=counsellor)
    actions.end_for_abuse(conversation=again(active), by=supervisor)
    assert again(active).status == Status.ENDED


def test_start_from_there_waits_for_some_hours(service: object) -> None:
    key = uuid.uuid4()
    assert not actions.is_slowed("abc")
    actions.slow_down("abc")
    assert actions.is_slowed("abc")
    assert not actions.is_slowed("abd")
    assert not actions.is_slowed("")
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ticket = actions.begin_waiting(key)
        assert actions.still_waits(ticket, key) == 120
        clock.shift(timedelta(seconds=119))
        assert actions.still_waits(ticket, key) == 1
        clock.shift(timedelta(seconds=2))
        assert actions.still_waits(ticket, key) == 0
        with refused(Code.MALFORMED):
            actions.still_waits(ticket, uuid.uuid4())
        with refused(Code.MALFORMED):
            actions.still_waits(ticket[:-1] + "!", key)
        clock.shift(timedelta(hours=2))
        with refused(Code.MALFORMED):
            actions.still_waits(ticket, key)
