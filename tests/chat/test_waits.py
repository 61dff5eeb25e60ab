"""An honest wait, and a place in line that is kept and shown while somebody reads on."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pytest_django import DjangoAssertNumQueries

from chat import actions
from chat.models import Conversation, ConversationEvent, Seat
from chat.states import Kind, Sender, Status
from chat.visit import COOKIE
from chat.waits import Wait, wait_now
from content.actions import load_demo_site
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import Starter, again
from tests.chat.test_views import begin, post

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

PLACE = "/nl/chat/place/"


@pytest.fixture
def answered(start: Starter, counsellor: User) -> Any:
    """Makes conversations that were answered after so many minutes."""

    def make(*minutes: float, ago: timedelta = timedelta(minutes=20)) -> None:
        for each in minutes:
            row = start().conversation
            at = timezone.now() - ago
            Conversation.objects.filter(pk=row.pk).update(
                started_at=at - timedelta(minutes=each), status=Status.ENDED, ended_at=at
            )
            ConversationEvent.objects.create(
                conversation=row,
                at=at,
                kind=Kind.STATUS,
                was=Status.WAITING,
                became=Status.ACTIVE,
                side=Sender.COUNSELLOR,
                by=counsellor,
            )

    return make


class TestWait:
    def test_is_the_middle_of_who_was_answered_lately(
        self, service: Service, answered: Any
    ) -> None:
        answered(1, 2, 3.5, 8, 90)
        answered(500, 500, 500, 500, 500, 500, ago=timedelta(hours=3))
        assert wait_now(service) == Wait(waiting=0, longest=0, middle=4)

    def test_of_too_few_is_not_said(self, service: Service, answered: Any) -> None:
        answered(1, 2, 3, 4)
        assert wait_now(service).middle is None

    def test_counts_the_first_answer_of_who_was_given_back(
        self, service: Service, answered: Any
    ) -> None:
        answered(1, 1, 1, 1, 1)
        for event in list(ConversationEvent.objects.filter(was=Status.WAITING)):
            ConversationEvent.objects.create(
                conversation=event.conversation,
                kind=Kind.STATUS,
                was=Status.WAITING,
                became=Status.ACTIVE,
                side=Sender.COUNSELLOR,
            )
        assert wait_now(service).middle == 1

    def test_never_says_less_than_the_first_in_line_has_waited(
        self, service: Service, answered: Any, start: Starter
    ) -> None:
        answered(1, 1, 1, 1, 1)
        row = start().conversation
        start()
        Conversation.objects.filter(pk=row.pk).update(
            waiting_since=timezone.now() - timedelta(minutes=22)
        )
        wait = wait_now(service)
        assert wait == Wait(waiting=2, longest=25, middle=1)
        assert [line for line in wait.sentences() if "25" in line]
        assert not [line for line in wait.sentences() if "half" in line]

    @pytest.mark.parametrize(
        ("wait", "words"),
        [
            (Wait(0, 0, None), ["Nobody is in line now."]),
            (
                Wait(1, 1, None),
                ["1 person is in line now.", "Who waits longest has been waiting for 1 minute."],
            ),
            (
                Wait(3, 70, 4),
                [
                    "3 people are in line now.",
                    "Who waits longest has been waiting for more than an hour.",
                ],
            ),
            (
                Wait(0, 0, 15),
                [
                    "Nobody is in line now.",
                    "In the past two hours half of the people got an answer within 15 minutes.",
                ],
            ),
            (
                Wait(0, 0, 65),
                [
                    "Nobody is in line now.",
                    "In the past two hours half of the people waited more than an hour.",
                ],
            ),
        ],
    )
    def test_in_words(self, wait: Wait, words: list[str]) -> None:
        with override("en"):
            assert wait.sentences() == words

    def test_tells_who_is_first_in_line_only_of_others(self) -> None:
        with override("en"):
            assert Wait(waiting=3, longest=12, middle=5).sentences(1) == []
            assert Wait(waiting=3, longest=12, middle=5).sentences(2) == [
                "Who waits longest has been waiting for 12 minutes."
            ]
            assert Wait(waiting=3, longest=2, middle=5).sentences(1) == [
                "In the past two hours half of the people got an answer within 5 minutes."
            ]

    def test_asks_two_questions_whatever_the_line(
        self,
        service: Service,
        answered: Any,
        start: Starter,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(3):
            start()
        answered(1, 2, 3, 4, 5, 6)
        with django_assert_num_queries(2):
            wait_now(service)

    def test_stands_on_the_page_before_and_in_the_waiting_room(
        self, client: Client, service: Service, start: Starter
    ) -> None:
        start()
        assert "1 person is in line now." in client.get("/en/chat/").content.decode()
        begin(client)
        text = client.get("/en/chat/").content.decode()
        assert "Who waits longest has been waiting for 1 minute." in text
        for part in ("While you wait", "Breathe calmly", "Leave without a trace"):
            assert part in text


class TestPlace:
    def test_is_said_and_the_visitor_counts_as_there(
        self, client: Client, service: Service, counsellor: User
    ) -> None:
        row = begin(client)
        Conversation.objects.update(visitor_seen_at=timezone.now() - timedelta(minutes=14))
        said = client.get(PLACE).json()
        assert not said["ready"]
        assert said["text"].startswith("Je bent als eerste")
        assert again(row).visitor_seen_at > timezone.now() - timedelta(minutes=1)
        actions.sweep()
        assert again(row).status == Status.WAITING
        Seat.objects.create(user=counsellor)
        actions.claim(conversation=row, by=counsellor)
        assert client.get(PLACE).json()["ready"]

    @pytest.mark.parametrize("token", [None, "", "nobody's"])
    def test_without_a_chat_says_nothing(
        self, token: str | None, client: Client, service: Service
    ) -> None:
        if token is not None:
            client.cookies[COOKIE] = token
        assert client.get(PLACE).json() == {"text": "", "ready": False}

    def test_stands_on_other_pages_while_the_chat_goes_on(
        self, client: Client, service: Service
    ) -> None:
        assert "chat-strip" not in client.get("/nl/report/").content.decode()
        begin(client)
        text = client.get("/nl/report/").content.decode()
        assert 'id="chat-strip"' in text
        assert "Je bent als eerste" in text
        assert "chat-strip" not in client.get("/nl/chat/").content.decode()
        post(client, "end")
        assert "chat-strip" not in client.get("/nl/report/").content.decode()

    def test_stays_in_no_browser(self, client: Client, service: Service) -> None:
        load_demo_site()
        assert client.get("/nl/")["Cache-Control"] == "no-cache"
        begin(client)
        page = client.get("/nl/")
        assert 'id="chat-strip"' in page.content.decode()
        assert page["Cache-Control"] == "no-store"

    def test_says_nothing_after_leaving_in_a_hurry(self, client: Client, service: Service) -> None:
        row = begin(client)
        actions.leave(conversation=row)
        assert client.get(PLACE).json()["text"] == ""
        assert "chat-strip" not in client.get("/nl/report/").content.decode()

    def test_costs_who_has_no_chat_nothing(
        self, client: Client, service: Service, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client.get(PLACE)
        with django_assert_num_queries(0):
            client.get(PLACE)


class TestSentence:
    """How long the line is, for who stands in it with the page open."""

    WAIT = "/nl/chat/wait/"

    def test_follows_what_happens(self, client: Client, service: Service, start: Starter) -> None:
        row = start().conversation
        begin(client)
        Conversation.objects.filter(pk=row.pk).update(
            waiting_since=timezone.now() - timedelta(minutes=6.5)
        )
        assert "7 minuten" in client.get(self.WAIT).json()["wait"]
        assert "7 minuten" in client.get("/nl/chat/").content.decode()
        Conversation.objects.filter(pk=row.pk).update(
            waiting_since=timezone.now() - timedelta(minutes=8.5)
        )
        assert "9 minuten" in client.get(self.WAIT).json()["wait"]
        # Without a script it stands where it renews itself.
        assert "9 minuten" in client.get("/nl/chat/transcript/").content.decode()

    def test_is_nothing_for_who_does_not_wait(
        self, client: Client, service: Service, counsellor: User
    ) -> None:
        assert client.get(self.WAIT).json() == {"wait": ""}
        row = begin(client)
        actions.claim(conversation=row, by=counsellor)
        assert client.get(self.WAIT).json() == {"wait": ""}
        assert client.get(self.WAIT)["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("visitors", [1, 12])
    def test_asks_the_same_few_queries(
        self,
        visitors: int,
        client: Client,
        start: Starter,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(visitors):
            start()
        begin(client)
        client.get(self.WAIT)
        with django_assert_num_queries(4):
            client.get(self.WAIT)
