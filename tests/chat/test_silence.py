"""A visitor who does not answer any more: asked gently, given long, never in danger."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, queries
from chat.models import Conversation, ConversationEvent, Seat
from chat.states import Kind, Status
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, lines, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def unanswered(active: Conversation, counsellor: User) -> Conversation:
    """A chat in which the counsellor spoke last."""
    say(active, "Hoi")
    say(active, "Vertel maar", counsellor)
    return active


def pass_by(clock: time_machine.Traveller, minutes: float) -> None:
    """Time goes by; the visitor's page is open and says so."""
    clock.shift(timedelta(minutes=minutes))
    Conversation.objects.update(visitor_seen_at=timezone.now())
    actions.sweep_silence()
    actions.sweep()


def test_silence_is_asked_about_once_and_closed_long_after(
    clock: time_machine.Traveller, unanswered: Conversation
) -> None:
    pass_by(clock, 9)
    assert lines(unanswered) == ["joined"]
    pass_by(clock, 2)
    pass_by(clock, 10)
    pass_by(clock, 19)
    assert lines(unanswered) == ["joined", "still_there"]
    pass_by(clock, 2)
    assert lines(unanswered) == ["joined", "still_there", "ended_by_silence"]
    assert again(unanswered).status == Status.ENDED
    assert ConversationEvent.objects.filter(kind=Kind.ASKED).count() == 1


def test_answer_keeps_the_chat(clock: time_machine.Traveller, unanswered: Conversation) -> None:
    pass_by(clock, 11)
    say(unanswered, "Ja, ik ben er nog")
    pass_by(clock, 200)
    assert lines(unanswered) == ["joined", "still_there"]
    assert again(unanswered).status == Status.ACTIVE


def test_new_words_of_the_counsellor_begin_the_time_anew(
    clock: time_machine.Traveller, unanswered: Conversation, counsellor: User
) -> None:
    pass_by(clock, 11)
    pass_by(clock, 20)
    say(unanswered, "Ik ben er nog voor je", counsellor)
    pass_by(clock, 9)
    assert lines(unanswered) == ["joined", "still_there"]
    pass_by(clock, 2)
    assert lines(unanswered) == ["joined", "still_there", "still_there"]
    pass_by(clock, 29)
    assert again(unanswered).status == Status.ACTIVE


def test_counsellor_who_is_silent_is_not_the_visitors_silence(
    clock: time_machine.Traveller, active: Conversation
) -> None:
    say(active, "Is daar iemand?")
    pass_by(clock, 300)
    assert lines(active) == ["joined"]


def test_danger_is_never_closed_by_a_clock(
    clock: time_machine.Traveller, unanswered: Conversation, counsellor: User
) -> None:
    pass_by(clock, 11)
    actions.raise_danger(conversation=unanswered, by=counsellor)
    pass_by(clock, 500)
    assert again(unanswered).status == Status.ACTIVE


def test_paused_and_waiting_are_left_alone(
    clock: time_machine.Traveller, unanswered: Conversation, counsellor: User
) -> None:
    actions.give_back(conversation=unanswered, by=counsellor)
    pass_by(clock, 60)
    assert again(unanswered).status == Status.WAITING


def test_service_sets_its_own_times(
    clock: time_machine.Traveller, unanswered: Conversation, service: Service
) -> None:
    Service.objects.filter(pk=service.pk).update(silence_minutes=1, grace_minutes=2)
    pass_by(clock, 1.5)
    pass_by(clock, 2.5)
    assert again(unanswered).status == Status.ENDED


def test_looking_costs_as_much_for_one_as_for_many(
    start: Starter, counsellor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Seat.objects.create(user=counsellor, capacity=9)
    for _ in range(5):
        begun = start().conversation
        actions.claim(conversation=begun, by=counsellor)
        say(begun, "Dag", counsellor)
    with django_assert_num_queries(2):
        assert actions.sweep_silence() == 0


def test_who_left_in_a_hurry_leaves_no_trace_on_the_device(
    clock: time_machine.Traveller, start: Starter, counsellor: User
) -> None:
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    say(started.conversation, "Vertel maar", counsellor)
    pass_by(clock, 11)
    actions.leave(conversation=started.conversation)
    pass_by(clock, 16)
    assert again(started.conversation).status == Status.ENDED
    clock.shift(timedelta(minutes=11))
    assert queries.closed_quietly(started.token) is None


def test_who_was_closed_by_a_clock_can_ask_for_a_way_back(
    clock: time_machine.Traveller, start: Starter, counsellor: User
) -> None:
    started = start()
    actions.claim(conversation=started.conversation, by=counsellor)
    say(started.conversation, "Vertel maar", counsellor)
    pass_by(clock, 11)
    pass_by(clock, 31)
    clock.shift(timedelta(hours=2))
    assert queries.by_token(started.token) is None
    closed = queries.closed_quietly(started.token)
    assert closed is not None
    assert closed.pk == started.conversation.pk
    clock.shift(timedelta(hours=12))
    assert queries.closed_quietly(started.token) is None
