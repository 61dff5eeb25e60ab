"""What a console shows of the chats at hand, and what it keeps up for one in danger."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, protocol, queries
from chat.models import Conversation, Message, Seat
from chat.queries_silence import Silence
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.signed_in import session_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.mark.parametrize("visitors", [1, 12])
def test_desk_of_a_busy_counsellor_asks_the_same_few_queries(
    visitors: int,
    start: Starter,
    counsellor: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Seat.objects.update_or_create(user=counsellor, defaults={"capacity": visitors})
    for _ in range(visitors):
        begun = start().conversation
        actions.claim(conversation=begun, by=counsellor)
        say(begun, "hoi")
    fresh = User.objects.get(pk=counsellor.pk)
    with django_assert_num_queries(4):
        desk = queries.desk(fresh)
    assert len(desk.mine) == len(desk.silences) == visitors


def test_silence_is_measured_from_the_first_word_without_an_answer(
    waiting: Conversation, counsellor: User
) -> None:
    def at(seq: int) -> Message:
        return Message.objects.get(conversation=waiting, seq=seq)

    def quiet() -> Silence:
        return queries.desk(counsellor).silences[waiting.pk]

    first = at(say(waiting, "ben je daar?"))
    actions.claim(conversation=again(waiting), by=counsellor)
    assert quiet() == Silence(asked=first.sent_at, said=first.sent_at)
    second = at(say(waiting, "hallo?"))
    assert quiet() == Silence(asked=first.sent_at, said=second.sent_at)
    answer = at(say(waiting, "ik ben er", by=counsellor))
    assert quiet() == Silence(asked=None, said=answer.sent_at)
    actions.raise_danger(conversation=again(waiting), by=counsellor)
    assert quiet() == Silence(asked=None, said=answer.sent_at), "nobody said that"
    thanks = at(say(waiting, "dank je"))
    assert quiet() == Silence(asked=thanks.sent_at, said=thanks.sent_at)


def test_desk_of_a_chat_without_a_word_has_no_moments(
    waiting: Conversation, counsellor: User
) -> None:
    actions.claim(conversation=waiting, by=counsellor)
    [row] = protocol.desk(queries.desk(counsellor), user=counsellor)["mine"]
    assert (row["asked"], row["said"]) == ("", "")


@pytest.mark.parametrize("danger", [False, True])
def test_only_who_has_a_chat_in_danger_stays_signed_in(
    client: Client, active: Conversation, counsellor: User, danger: bool
) -> None:
    if danger:
        actions.raise_danger(conversation=active, by=counsellor)
    key = session_of(counsellor)
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    soon = timezone.now() + timedelta(minutes=10)
    Session.objects.filter(session_key=key).update(expire_date=soon)
    assert client.post("/console/chat/stay/").status_code == 204
    assert (Session.objects.get(session_key=key).expire_date > soon) is danger
    assert client.get("/console/chat/stay/").status_code == 405


def test_chat_that_ended_holds_nobody(active: Conversation, counsellor: User) -> None:
    actions.raise_danger(conversation=active, by=counsellor)
    assert queries.holds_danger(counsellor)
    actions.end(conversation=again(active), by=counsellor)
    assert not queries.holds_danger(counsellor)


def test_desk_opens_no_more_than_it_shows(
    start: Starter, counsellor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "MOST_WAITING", 3)
    begun = [start().conversation for _ in range(6)]
    opened: list[object] = []
    monkeypatch.setattr("chat.queries.keys.preload", opened.extend)
    desk = queries.desk(counsellor)
    assert [row.pk for row in desk.waiting] == [row.pk for row in begun[:3]]
    assert (desk.more, len(opened)) == (3, 3)
