"""What the figures keep of a chat: right for every way it can end, once, and with no way back."""

from collections.abc import Callable
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.apps import apps
from django.db import DatabaseError, models, transaction

from chat import actions
from chat.models import Conversation, PastChat
from chat.states import Sender, Status
from chat.workflow import StaleStatusError, advance
from helpline.privacy.erasure import erase_expired
from helpline.staff.models import User
from tests.chat.conftest import Starter, again

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

BEGAN = datetime(2026, 11, 18, 22, 50, 10, tzinfo=ZoneInfo("Europe/Amsterdam"))


@pytest.fixture
def at() -> Callable[[float], time_machine.travel]:
    """A moment, in minutes after the chat began."""
    return lambda minutes: time_machine.travel(BEGAN + timedelta(minutes=minutes), tick=False)


@pytest.fixture
def waiting(start: Starter, at: Any) -> Conversation:
    with at(0):
        return start().conversation


@pytest.fixture
def active(waiting: Conversation, at: Any, counsellor: User) -> Conversation:
    with at(4.5):
        actions.claim(conversation=waiting, by=counsellor)
    return again(waiting)


def kept() -> list[tuple[Any, ...]]:
    return list(PastChat.objects.values_list("went", "waited", "talked"))


class TestEnds:
    def test_left_while_waiting(self, waiting: Conversation, at: Any) -> None:
        with at(7):
            actions.end(conversation=waiting)
        assert kept() == [("left", 7, None)]

    @pytest.mark.parametrize("by_staff", [False, True])
    def test_after_talking(
        self, active: Conversation, at: Any, counsellor: User, *, by_staff: bool
    ) -> None:
        assert kept() == []
        with at(34.6):
            actions.end(conversation=active, by=counsellor if by_staff else None)
        assert kept() == [("answered", 5, 31)]

    def test_for_abuse(self, active: Conversation, at: Any, counsellor: User) -> None:
        with at(6):
            actions.end_for_abuse(conversation=active, by=counsellor)
        assert kept() == [("answered", 5, 2)]

    def test_by_a_clock_are_when_the_visitor_was_last_there(
        self, waiting: Conversation, at: Any
    ) -> None:
        with at(3):
            actions.leave(conversation=waiting)
        with at(30):
            assert actions.sweep() == 1
        assert kept() == [("left", 3, None)]

    def test_by_a_clock_of_who_was_gone_before_the_answer(
        self, active: Conversation, at: Any
    ) -> None:
        with at(90):  # their page was never heard again
            assert actions.sweep() == 1
        assert kept() == [("answered", 5, 0)]

    def test_it_has_the_hour_in_which_the_chat_began(self, active: Conversation, at: Any) -> None:
        with at(90):  # past midnight
            actions.end(conversation=active)
        row = PastChat.objects.get()
        assert (str(row.day), row.hour, row.service_id) == ("2026-11-18", 22, active.service_id)


class TestErased:
    @pytest.mark.parametrize("left", [False, True])
    def test_while_waiting_counts(self, waiting: Conversation, at: Any, *, left: bool) -> None:
        if left:
            with at(2):
                actions.leave(conversation=waiting)
        with at(2):
            actions.erase(conversation=again(waiting))
        assert not Conversation.objects.exists()
        assert kept() == [("left", 2, None)]

    def test_while_talking_counts(self, active: Conversation, at: Any) -> None:
        with at(14.5):
            actions.erase(conversation=active)
        assert kept() == [("answered", 5, 10)]

    def test_after_its_end_counts_once(self, active: Conversation, at: Any) -> None:
        with at(14.5):
            actions.end(conversation=active)
        with at(500):
            actions.erase(conversation=again(active))
        assert kept() == [("answered", 5, 10)]

    def test_by_retention_counts(self, active: Conversation, at: Any) -> None:
        with at(14.5):
            actions.end(conversation=active)
        with at(60 * 24 * 40):
            erase_expired()
        assert not Conversation.objects.exists()
        assert kept() == [("answered", 5, 10)]


def test_counts_once_however_often_it_is_ended(active: Conversation, counsellor: User) -> None:
    old = again(active)
    for by in (None, counsellor, None):
        actions.end(conversation=active, by=by)
    with pytest.raises(StaleStatusError):
        advance(old, Status.ENDED, side=Sender.VISITOR)
    assert PastChat.objects.count() == 1


def test_end_that_is_taken_back_counts_nothing(active: Conversation) -> None:
    with transaction.atomic():
        actions.end(conversation=active)
        transaction.set_rollback(True)
    assert again(active).status == Status.ACTIVE
    assert PastChat.objects.count() == 0


def test_leads_back_to_nothing_and_holds_no_moment() -> None:
    fields = PastChat._meta.get_fields()
    assert [field.name for field in fields if field.is_relation] == ["service"]
    assert not any(isinstance(field, models.DateTimeField) for field in fields)
    assert not isinstance(PastChat._meta.pk, models.AutoField)  # an order would tell the moment


@pytest.mark.parametrize(
    "wrong", [{"hour": 24}, {"went": "left"}, {"talked": None}, {"went": "perhaps"}]
)
def test_database_refuses_what_cannot_be(active: Conversation, wrong: dict[str, Any]) -> None:
    actions.end(conversation=active)
    with pytest.raises(DatabaseError), transaction.atomic():
        PastChat.objects.update(**wrong)


def test_migration_brings_along_what_ended_and_is_kept(
    start: Starter, counsellor: User, at: Any
) -> None:
    with at(0):
        left, talked, away, erased = (start().conversation for _ in range(4))
    with at(2):
        actions.claim(conversation=talked, by=counsellor)
        actions.end(conversation=left)
        actions.leave(conversation=away)
        actions.erase(conversation=erased)
    with at(12):
        actions.end(conversation=talked)
    with at(40):
        assert actions.sweep() == 1
        start()  # goes on
    written = sorted(kept(), key=str)
    assert written == [("answered", 2, 10), *[("left", 2, None)] * 3]
    PastChat.objects.all().delete()
    migration = import_module("chat.migrations.0011_past_chats")
    migration.count_what_ended(apps, None)
    # Of the erased one nothing is left to count.
    assert sorted(kept(), key=str) == written[:-1]
    assert {(str(row.day), row.hour) for row in PastChat.objects.all()} == {("2026-11-18", 22)}
