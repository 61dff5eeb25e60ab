"""A breath between chats, a longer one after heavy ones, and somebody to talk to."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions
from chat.aftercare import actions as aftercare
from chat.aftercare import queries
from chat.aftercare.actions import Facts
from chat.answers import Theme
from chat.errors import Code
from chat.models import Conversation, Debrief
from chat.states import Status
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, refused

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

Talk = Callable[..., Conversation]


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        yield clock


@pytest.fixture
def resting(service: Service) -> Service:
    """A service with the times that a site begins with."""
    service.breath_minutes, service.heavy_in_a_row = 2, 2
    service.save()
    return service


@pytest.fixture
def talk(start: Starter, counsellor: User, clock: time_machine.Traveller) -> Talk:
    """A chat of twenty minutes, from claim to end."""

    def one(*, heavy: bool = False, danger: bool = False) -> Conversation:
        conversation = start().conversation
        actions.claim(conversation=conversation, by=counsellor)
        if danger:
            actions.raise_danger(conversation=conversation, by=counsellor)
        clock.shift(timedelta(minutes=20))
        actions.end(conversation=again(conversation), by=counsellor)
        if heavy:
            aftercare.wrap_up(
                conversation=again(conversation),
                by=counsellor,
                facts=Facts(theme=Theme.BLACKMAIL, minutes=20, heavy=True),
            )
        return again(conversation)

    return one


def test_breath_before_the_next_chat(
    resting: Service,
    talk: Talk,
    start: Starter,
    counsellor: User,
    clock: time_machine.Traveller,
) -> None:
    talk()
    following = start().conversation
    with refused(Code.RESTING):
        actions.claim(conversation=following, by=counsellor)
    clock.shift(timedelta(seconds=121))
    actions.claim(conversation=following, by=counsellor)
    assert again(following).status == Status.ACTIVE


def test_ready_sooner_than_the_clock(
    resting: Service, talk: Talk, start: Starter, counsellor: User
) -> None:
    talk()
    aftercare.say_ready(by=counsellor)
    actions.claim(conversation=start().conversation, by=counsellor)
    assert queries.after(counsellor).breath is None


def test_ready_holds_for_one_chat(
    resting: Service, talk: Talk, start: Starter, counsellor: User
) -> None:
    talk()
    aftercare.say_ready(by=counsellor)
    talk()
    with refused(Code.RESTING):
        actions.claim(conversation=start().conversation, by=counsellor)


def test_second_press_of_a_claim_is_harmless_while_resting(
    resting: Service, start: Starter, counsellor: User
) -> None:
    one, other = start().conversation, start().conversation
    for conversation in (one, other):
        actions.claim(conversation=conversation, by=counsellor)
    actions.end(conversation=again(one), by=counsellor)
    actions.claim(conversation=again(other), by=counsellor)


def test_danger_does_not_wait_for_a_breath(
    resting: Service, talk: Talk, start: Starter, counsellor: User
) -> None:
    talk(danger=True)
    aftercare.say_ready(by=counsellor)
    talk(danger=True)
    waiting = start().conversation
    actions.raise_danger(conversation=waiting, by=counsellor)
    actions.claim(conversation=again(waiting), by=counsellor)
    assert again(waiting).owner == counsellor


def test_chat_that_came_from_a_colleague_counts_from_when_it_came(
    resting: Service,
    talk: Talk,
    start: Starter,
    counsellor: User,
    supervisor: User,
    staff: StaffMaker,
    clock: time_machine.Traveller,
) -> None:
    colleague = staff("mies")
    long = start().conversation
    actions.claim(conversation=long, by=colleague)
    actions.raise_danger(conversation=long, by=colleague)
    talk(heavy=True)
    clock.shift(timedelta(minutes=40))  # a long rest
    actions.arrive(by=counsellor)
    actions.reassign(conversation=again(long), to=counsellor, by=supervisor)
    clock.shift(timedelta(minutes=5))
    actions.end(conversation=again(long), by=counsellor)
    breath = queries.breath_of(counsellor)
    assert breath is not None
    assert not breath.heavy


@pytest.mark.parametrize("what", ["heavy", "danger"])
def test_heavy_chats_in_a_row_ask_for_a_longer_rest(
    what: str,
    resting: Service,
    talk: Talk,
    start: Starter,
    counsellor: User,
    clock: time_machine.Traveller,
) -> None:
    talk(**{what: True})
    aftercare.say_ready(by=counsellor)
    talk(**{what: True})
    with refused(Code.HEAVY):
        actions.claim(conversation=start().conversation, by=counsellor)
    with refused(Code.HEAVY):
        aftercare.say_ready(by=counsellor)
    clock.shift(timedelta(minutes=31))
    actions.claim(conversation=start().conversation, by=counsellor)


def test_light_chat_or_a_long_rest_ends_the_row(
    resting: Service, talk: Talk, counsellor: User, clock: time_machine.Traveller
) -> None:
    talk(heavy=True)
    aftercare.say_ready(by=counsellor)
    talk()
    aftercare.say_ready(by=counsellor)
    talk(heavy=True)
    assert queries.breath_of(counsellor) is not None
    aftercare.say_ready(by=counsellor)
    clock.shift(timedelta(minutes=31))
    talk(heavy=True)
    breath = queries.breath_of(counsellor)
    assert breath is not None
    assert not breath.heavy


def test_debrief_is_asked_once_and_taken_by_one_supervisor(
    resting: Service, counsellor: User, supervisor: User, staff: StaffMaker
) -> None:
    for _ in range(2):
        aftercare.ask_debrief(by=counsellor)
    debrief = Debrief.objects.get()
    assert [each.pk for each in queries.after(supervisor).debriefs] == [debrief.pk]
    assert queries.after(staff("bo")).debriefs == []
    own = queries.after(counsellor).own
    assert own is not None
    assert own.taken_by is None
    with refused(Code.FORBIDDEN):
        aftercare.take_debrief(debrief_id=debrief.pk, by=counsellor)
    for _ in range(2):
        aftercare.take_debrief(debrief_id=debrief.pk, by=supervisor)
    with refused(Code.TAKEN):
        aftercare.take_debrief(debrief_id=debrief.pk, by=staff("ria", "supervisor"))
    assert queries.after(supervisor).debriefs == []
    own = queries.after(counsellor).own
    assert own is not None
    assert own.taken_by == supervisor


def test_nobody_hears_themselves(resting: Service, supervisor: User) -> None:
    aftercare.ask_debrief(by=supervisor)
    assert queries.after(supervisor).debriefs == []
    with refused(Code.FORBIDDEN):
        aftercare.take_debrief(debrief_id=Debrief.objects.get().pk, by=supervisor)


def test_debrief_of_another_service_is_not_shown(
    resting: Service, counsellor: User, staff: StaffMaker
) -> None:
    other = Service.objects.create(slug="other", name="Other")
    stranger = staff("els", "supervisor", of=other)
    aftercare.ask_debrief(by=counsellor)
    assert queries.after(stranger).debriefs == []
    with refused(Code.FORBIDDEN):
        aftercare.take_debrief(debrief_id=Debrief.objects.get().pk, by=stranger)


def test_debrief_ends_the_rest_after_heavy_chats(
    resting: Service, talk: Talk, start: Starter, counsellor: User, supervisor: User
) -> None:
    talk(heavy=True)
    aftercare.say_ready(by=counsellor)
    talk(heavy=True)
    aftercare.ask_debrief(by=counsellor)
    aftercare.take_debrief(debrief_id=Debrief.objects.get().pk, by=supervisor)
    aftercare.say_ready(by=counsellor)
    actions.claim(conversation=start().conversation, by=counsellor)


@pytest.mark.parametrize("count", [1, 6])
def test_after_is_as_many_queries_for_one_chat_as_for_many(
    count: int,
    talk: Talk,
    counsellor: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(count):
        talk()
    who = User.objects.get(pk=counsellor.pk)
    # Chats, rest, debriefs, roles; minutes of what is not written down. Keys are in memory.
    with django_assert_num_queries(5):
        assert len(queries.after(who).unwritten) == count
