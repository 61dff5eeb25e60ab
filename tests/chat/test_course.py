"""How a chat begins, pauses, goes on and ends."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from chat import actions, queries
from chat.errors import Code
from chat.lines import Line
from chat.models import Conversation
from chat.states import Sender, Status
from helpline.privacy.models import DataKey
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, lines, refused, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


class TestStart:
    def test_start_twice_with_one_form_makes_one_conversation(self, service: Service) -> None:
        key = uuid.uuid4()
        first = actions.start(service=service, language="nl", name="Merel", start_key=key)
        second = actions.start(service=service, language="nl", name="Merel", start_key=key)
        assert (first.conversation.pk, first.token) == (second.conversation.pk, second.token)
        assert Conversation.objects.count() == 1
        assert DataKey.objects.filter(kind="conversation").count() == 1

    def test_start_with_an_old_form_gives_no_token_again(self, service: Service) -> None:
        key = uuid.uuid4()
        first = actions.start(service=service, language="nl", name="", start_key=key)
        Conversation.objects.filter(pk=first.conversation.pk).update(
            started_at=timezone.now() - timedelta(minutes=3)
        )
        with refused(Code.ANSWERED):
            actions.start(service=service, language="nl", name="", start_key=key)

    def test_start_needs_no_name(self, start: Starter) -> None:
        assert again(start(name="").conversation).visitor_name == ""

    def test_token_finds_only_its_own_conversation(self, start: Starter) -> None:
        one, other = start(), start()
        found = queries.by_token(one.token)
        assert found is not None
        assert found.pk == one.conversation.pk != other.conversation.pk
        assert queries.by_token(one.token[:-1] + "~") is None
        assert queries.by_token("") is None
        assert queries.by_token("x" * 5000) is None

    def test_token_dies_with_the_chat(self, start: Starter) -> None:
        started = start()
        actions.end(conversation=started.conversation)
        assert queries.by_token(started.token) is not None  # the last words can be fetched
        Conversation.objects.update(ended_at=timezone.now() - timedelta(minutes=11))
        assert queries.by_token(started.token) is None


class TestLeave:
    def test_leave_pauses_for_fifteen_minutes(self, active: Conversation, counsellor: User) -> None:
        actions.leave(conversation=active)
        row = again(active)
        assert row.status == Status.PAUSED
        assert row.paused_until is not None
        left = row.paused_until - timezone.now()
        assert timedelta(minutes=14) < left <= timedelta(minutes=15)
        with refused(Code.PAUSED):
            say(active, "Ben je er nog?", counsellor)

    def test_leave_twice_is_once(self, active: Conversation) -> None:
        actions.leave(conversation=active)
        actions.leave(conversation=active)
        assert lines(active).count(Line.LEFT) == 1

    def test_leave_after_the_end_does_nothing(self, waiting: Conversation) -> None:
        actions.end(conversation=waiting)
        actions.leave(conversation=waiting)
        assert again(waiting).status == Status.ENDED

    def test_resume_finds_the_same_counsellor(self, active: Conversation, counsellor: User) -> None:
        actions.leave(conversation=active)
        actions.resume(conversation=active)
        row = again(active)
        assert (row.status, row.owner, row.paused_until) == (Status.ACTIVE, counsellor, None)

    def test_resume_keeps_the_place_in_the_queue(self, start: Starter) -> None:
        first = start().conversation
        start()
        actions.leave(conversation=first)
        assert queries.position(again(first)) == 0
        actions.resume(conversation=first)
        assert queries.position(again(first)) == 1

    def test_paused_cannot_be_claimed(self, waiting: Conversation, counsellor: User) -> None:
        actions.leave(conversation=waiting)
        with refused(Code.PAUSED):
            actions.claim(conversation=waiting, by=counsellor)

    def test_sweep_ends_a_pause_that_is_over(self, active: Conversation) -> None:
        actions.leave(conversation=active)
        assert actions.sweep() == 0
        Conversation.objects.update(paused_until=timezone.now() - timedelta(seconds=1))
        assert actions.sweep() == 1
        assert (again(active).status, again(active).ended_by) == (Status.ENDED, Sender.SYSTEM)
        assert actions.sweep() == 0


class TestEnd:
    def test_visitor_ends(self, active: Conversation) -> None:
        actions.end(conversation=active)
        assert again(active).ended_by == Sender.VISITOR
        assert lines(active)[-1] == Line.ENDED_BY_VISITOR

    def test_counsellor_ends(self, active: Conversation, counsellor: User) -> None:
        actions.end(conversation=active, by=counsellor)
        actions.end(conversation=active, by=counsellor)
        assert again(active).ended_by == Sender.COUNSELLOR
        assert lines(active).count(Line.ENDED_BY_COUNSELLOR) == 1

    def test_colleague_cannot_end(self, active: Conversation, supervisor: User) -> None:
        with refused(Code.NOT_YOURS):
            actions.end(conversation=active, by=supervisor)

    def test_sweep_ends_who_left_while_waiting(self, waiting: Conversation) -> None:
        Conversation.objects.update(visitor_seen_at=timezone.now() - timedelta(minutes=16))
        assert actions.sweep() == 1
        assert again(waiting).status == Status.ENDED

    def test_hear_keeps_a_silent_visitor(self, waiting: Conversation) -> None:
        Conversation.objects.update(visitor_seen_at=timezone.now() - timedelta(minutes=16))
        actions.hear(conversation=again(waiting))
        assert actions.sweep() == 0
