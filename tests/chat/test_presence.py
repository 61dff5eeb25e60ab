"""On duty, on a break, off; and somebody who is gone without a word."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, queries
from chat.actions import presence
from chat.errors import Code
from chat.lines import Line
from chat.models import Conversation, ConversationEvent, Seat
from chat.states import Presence, Sender, Status, Urgency
from helpline.privacy.vault import keys
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, lines, refused, say
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

Silence = Callable[[User], None]


@pytest.fixture(autouse=True)
def listening(monkeypatch: pytest.MonkeyPatch) -> presence.Ear:
    """A worker that has run for a while."""
    ear = presence.Ear()
    ear.since -= 2 * presence.LISTENING
    monkeypatch.setattr(presence, "_ear", ear)
    return ear


@pytest.fixture
def silence() -> Silence:
    """Nothing was heard of a counsellor for three minutes."""

    def fall(user: User) -> None:
        Seat.objects.filter(user=user).update(seen_at=timezone.now() - timedelta(minutes=3))

    return fall


def seat_of(user: User) -> Seat:
    return Seat.objects.get(user=user)


@pytest.mark.parametrize("away", [Presence.PAUSED, Presence.OFF])
def test_who_is_not_on_duty_takes_nobody(
    away: Presence, waiting: Conversation, counsellor: User
) -> None:
    actions.set_presence(presence=away, by=counsellor)
    with refused(Code.OFF_DUTY):
        actions.claim(conversation=waiting, by=counsellor)
    assert again(waiting).status == Status.WAITING
    actions.set_presence(presence=Presence.ON, by=counsellor)
    actions.claim(conversation=waiting, by=counsellor)
    assert again(waiting).owner == counsellor


def test_a_break_keeps_the_chats_that_are_theirs(active: Conversation, counsellor: User) -> None:
    actions.set_presence(presence=Presence.PAUSED, by=counsellor)
    say(active, "Ik ben er nog", counsellor)
    assert actions.miss_counsellors() == 0
    assert again(active).owner == counsellor


def test_since_is_when_it_changed(counsellor: User) -> None:
    actions.set_presence(presence=Presence.PAUSED, by=counsellor)
    since = seat_of(counsellor).since
    actions.set_presence(presence=Presence.PAUSED, by=counsellor)
    assert seat_of(counsellor).since == since
    actions.set_presence(presence=Presence.ON, by=counsellor)
    assert seat_of(counsellor).since > since


def test_an_editor_has_no_seat(staff: StaffMaker) -> None:
    with refused(Code.FORBIDDEN):
        actions.set_presence(presence=Presence.ON, by=staff("ed", "editor"))
    assert Seat.objects.count() == 0


def test_visitors_of_who_is_gone_stand_at_the_front_with_their_words(
    active: Conversation, start: Starter, counsellor: User, staff: StaffMaker, silence: Silence
) -> None:
    say(active, "Hoi")
    say(active, "Dag, vertel", counsellor)
    actions.set_urgency(conversation=start().conversation, urgency=Urgency.URGENT, by=counsellor)
    silence(counsellor)
    assert actions.miss_counsellors() == 1
    row = again(active)
    assert (row.status, row.owner, row.returned, queries.position(row)) == (
        Status.WAITING,
        None,
        True,
        1,
    )
    assert lines(active) == [Line.JOINED, Line.VANISHED]
    event = ConversationEvent.objects.filter(conversation=active).last()
    assert event is not None
    assert (event.was, event.became, event.side, event.by) == (
        Status.ACTIVE,
        Status.WAITING,
        Sender.SYSTEM,
        None,
    )
    assert seat_of(counsellor).presence == Presence.OFF
    lotte = staff("lotte")
    actions.claim(conversation=row, by=lotte)
    said = [m.text for m in queries.transcript(active.pk) if m.sender != Sender.SYSTEM]
    assert said == ["Hoi", "Dag, vertel"]
    assert actions.miss_counsellors() == 0


def test_who_comes_back_in_time_keeps_everything(
    active: Conversation, counsellor: User, silence: Silence
) -> None:
    silence(counsellor)
    actions.arrive(by=counsellor)
    assert actions.miss_counsellors() == 0
    assert again(active).owner == counsellor
    assert seat_of(counsellor).presence == Presence.ON


def test_who_is_off_and_gone_loses_their_visitors_too(
    active: Conversation, counsellor: User, silence: Silence
) -> None:
    actions.set_presence(presence=Presence.OFF, by=counsellor)
    silence(counsellor)
    assert actions.miss_counsellors() == 1
    assert again(active).status == Status.WAITING


def test_a_visitor_who_left_in_a_hurry_finds_the_queue_when_they_are_back(
    active: Conversation, counsellor: User, silence: Silence, start: Starter
) -> None:
    start()  # somebody else is heard
    actions.leave(conversation=active)
    silence(counsellor)
    assert actions.miss_counsellors() == 0
    actions.resume(conversation=active)
    assert actions.miss_counsellors() == 1
    assert again(active).status == Status.WAITING


@pytest.mark.parametrize("how", ["switched off", "no role", "no service"])
def test_visitors_of_who_may_not_answer_any_more_stand_at_the_front_at_once(
    how: str, active: Conversation, counsellor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "_ear", presence.Ear())  # also in a worker that just began
    assert actions.miss_counsellors() == 0
    match how:
        case "switched off":
            User.objects.filter(pk=counsellor.pk).update(is_active=False)
        case "no role":
            counsellor.groups.clear()
        case "no service":
            counsellor.memberships.all().delete()
    assert seat_of(counsellor).is_there  # their page was heard a moment ago
    assert actions.miss_counsellors() == 1
    row = again(active)
    assert (row.status, row.owner, row.returned) == (Status.WAITING, None, True)
    assert queries.position(row) == 1
    assert lines(active) == [Line.JOINED, Line.GIVEN_BACK]
    assert actions.miss_counsellors() == 0


def test_danger_goes_back_to_the_very_front(
    active: Conversation, counsellor: User, silence: Silence
) -> None:
    actions.raise_danger(conversation=active, by=counsellor)
    silence(counsellor)
    assert actions.miss_counsellors() == 1
    row = again(active)
    assert row.in_danger
    assert row.queue_from == row.queued_from


def test_a_chat_that_was_erased_keeps_no_other_visitor(
    active: Conversation, start: Starter, counsellor: User, silence: Silence
) -> None:
    other = start().conversation
    actions.claim(conversation=other, by=counsellor)
    keys.destroy_key(active.pk)
    silence(counsellor)
    assert actions.miss_counsellors() == 1
    assert again(other).status == Status.WAITING


def test_nobody_is_missed_when_the_site_heard_nobody(
    active: Conversation, counsellor: User, silence: Silence
) -> None:
    silence(counsellor)
    Conversation.objects.update(visitor_seen_at=timezone.now() - timedelta(minutes=2))
    assert actions.miss_counsellors() == 0
    # The site is back: everybody has time to come back as well.
    Conversation.objects.update(visitor_seen_at=timezone.now())
    assert actions.miss_counsellors() == 0
    assert again(active).owner == counsellor


def test_nobody_is_missed_right_after_a_worker_began_or_stood_still(
    active: Conversation,
    counsellor: User,
    silence: Silence,
    listening: presence.Ear,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    silence(counsellor)
    listening.last -= presence.LISTENING  # no run for a minute: the database was away
    assert actions.miss_counsellors() == 0
    monkeypatch.setattr(presence, "_ear", presence.Ear())
    assert actions.miss_counsellors() == 0
    assert again(active).owner == counsellor


@pytest.mark.parametrize("people", [1, 20])
def test_being_there_is_one_statement_for_all(
    people: int,
    staff: StaffMaker,
    silence: Silence,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    users = [staff(f"noor {number}") for number in range(people)]
    for user in users:
        actions.arrive(by=user)
        silence(user)
    with django_assert_num_queries(1):
        actions.note_staff_seen([user.pk for user in users])
    assert all(seat_of(user).is_on_duty for user in users)


def test_presence_is_set_without_the_script_too(counsellor: User) -> None:
    client = sign_in(counsellor)
    answer = client.post("/console/chat/presence/", {"presence": "paused"})
    assert (answer.status_code, answer["Location"]) == (302, "/console/chat/")
    assert seat_of(counsellor).presence == Presence.PAUSED
    page = client.get("/console/chat/").content.decode()
    assert 'value="paused" aria-pressed="true"' in page
    assert 'value="on" aria-pressed="false"' in page


@pytest.mark.parametrize("given", [{}, {"presence": ""}, {"presence": "asleep"}])
def test_another_presence_changes_nothing(given: dict[str, str], counsellor: User) -> None:
    assert sign_in(counsellor).post("/console/chat/presence/", given).status_code == 400
    assert Seat.objects.count() == 0


def test_presence_is_not_for_other_roles(staff: StaffMaker) -> None:
    client = sign_in(staff("ed", "editor"))
    assert client.post("/console/chat/presence/", {"presence": "on"}).status_code == 403
