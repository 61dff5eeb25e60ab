"""The supervisor's floor as a page: what it shows, who gets in, what can be set, and its queries."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions
from chat.floor import queries
from chat.floor.queries import Floor
from chat.models import GONE, Conversation, Debrief, Message, Seat
from chat.states import Presence, Urgency
from helpline.privacy.vault import keys
from helpline.services.models import Service
from helpline.services.queries import is_open
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, say
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

FLOOR = "/console/floor/helpline/"


@pytest.fixture
def client(supervisor: User) -> Client:
    return sign_in(supervisor)


@pytest.fixture
def look(service: Service) -> Callable[[], Floor]:
    return lambda: queries.floor(service)


def page(client: Client) -> str:
    answer = client.get(FLOOR)
    assert answer.status_code == 200
    return str(answer.content.decode())


def said(answer: Any) -> str:
    return str(answer.content.decode()).split("console-page")[0]


class TestWhoGetsIn:
    def test_counsellor_is_refused(self, counsellor: User) -> None:
        assert sign_in(counsellor).get(FLOOR).status_code == 403

    def test_supervisor_of_another_service_finds_nothing(
        self, staff: StaffMaker, waiting: Conversation
    ) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        client = sign_in(staff("olga", "supervisor", of=other))
        assert client.get(FLOOR).status_code == 404
        for act in ("capacity", "chat", "acknowledge", "debrief"):
            assert client.post(f"{FLOOR}{act}/").status_code == 404
        assert client.get("/console/floor/", follow=True).request["PATH_INFO"].endswith("/other/")

    def test_floor_shows_nothing_of_another_service(
        self, look: Callable[[], Floor], staff: StaffMaker, start: Starter, waiting: Conversation
    ) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        staff("olga", of=other)
        Conversation.objects.filter(pk=waiting.pk).update(service=other)
        assert (look().chats, [person.name for person in look().people]) == ([], [])


class TestWhatItShows:
    def test_waiting_in_order_with_the_longest_wait(
        self, look: Callable[[], Floor], start: Starter
    ) -> None:
        second, first = start("Tweede").conversation, start("Eerste").conversation
        long_ago = timezone.now() - timedelta(minutes=12)
        Conversation.objects.filter(pk=first.pk).update(waiting_since=long_ago, queue_from=long_ago)
        floor = look()
        assert [chat.name for chat in floor.waiting] == ["Eerste", "Tweede"]
        assert floor.longest_wait is not None
        assert floor.longest_wait.since == long_ago
        assert [chat.id for chat in floor.talking] == []
        assert str(second.pk) == floor.waiting[1].id

    def test_people_with_load_and_room(
        self, look: Callable[[], Floor], active: Conversation, counsellor: User, supervisor: User
    ) -> None:
        floor = look()
        assert [(p.name, p.presence, p.load, p.capacity, p.room) for p in floor.people] == [
            ("Noor", "on", 1, 2, 1),
            ("Sam", "off", 0, 2, 0),
        ]
        assert (floor.on_duty, floor.room) == (1, 1)
        assert [[chat.name for chat in chats] for _person, chats in floor.rooms] == [["Merel"], []]

    def test_who_has_a_break_or_is_gone_has_no_room_and_stands_below(
        self, look: Callable[[], Floor], staff: StaffMaker
    ) -> None:
        gone = timezone.now() - GONE
        Seat.objects.create(user=staff("anna"), seen_at=gone)
        Seat.objects.create(user=staff("bea"), presence=Presence.PAUSED)
        Seat.objects.create(user=staff("cas"))
        assert [(p.name, p.presence, p.room) for p in look().people] == [
            ("Cas", "on", 2),
            ("Bea", "paused", 0),
            ("Anna", "off", 0),
        ]

    def test_head_start_shows_in_the_order_and_not_in_the_wait(
        self, look: Callable[[], Floor], start: Starter, supervisor: User
    ) -> None:
        first, second = start("Eerste").conversation, start("Tweede").conversation
        actions.set_urgency(conversation=second, urgency=Urgency.URGENT, by=supervisor)
        floor = look()
        assert [(c.name, c.urgency) for c in floor.waiting] == [
            ("Tweede", "urgent"),
            ("Eerste", "normal"),
        ]
        assert floor.longest_wait is not None
        assert floor.longest_wait.since == again(first).waiting_since

    def test_load_counts_chats_of_another_service(
        self, look: Callable[[], Floor], active: Conversation, counsellor: User
    ) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        Conversation.objects.filter(pk=active.pk).update(service=other)
        assert [(p.load, p.room) for p in look().people] == [(1, 1)]
        assert look().chats == []

    def test_load_is_not_multiplied_by_roles_or_services(
        self, look: Callable[[], Floor], staff: StaffMaker, start: Starter, service: Service
    ) -> None:
        both = staff("bo", "counsellor", "supervisor", "editor")
        other = Service.objects.create(slug="other", name="Other line")
        both.memberships.create(service=other)
        for _ in range(2):
            actions.claim(conversation=start().conversation, by=both)
        assert [(p.name, p.load) for p in look().people] == [("Bo", 2)]

    def test_who_left_with_chats_on_their_name_is_shown(
        self, look: Callable[[], Floor], active: Conversation, counsellor: User
    ) -> None:
        User.objects.filter(pk=counsellor.pk).update(is_active=False)
        assert [p.name for p in look().people] == ["Noor"]

    def test_chat_without_an_answer_counts_from_the_first_word_not_answered(
        self, look: Callable[[], Floor], active: Conversation, counsellor: User
    ) -> None:
        assert look().unanswered == []
        say(active, "Hoi")
        say(active, "Dag", counsellor)
        assert look().unanswered == []
        first = say(active, "Ben je er nog?")
        say(active, "Hallo?")
        (chat,) = look().unanswered
        assert chat.unanswered_since == Message.objects.get(conversation=active, seq=first).sent_at
        say(active, "Ja!", counsellor)
        assert look().unanswered == []

    def test_who_left_in_a_hurry_waits_for_no_answer(
        self, look: Callable[[], Floor], active: Conversation, start: Starter
    ) -> None:
        say(active, "Hoi")
        actions.leave(conversation=active)
        actions.leave(conversation=start().conversation)
        floor = look()
        assert (len(floor.talking), floor.waiting, floor.unanswered) == (1, [], [])

    def test_alarms_not_seen_come_first(
        self, look: Callable[[], Floor], start: Starter, supervisor: User
    ) -> None:
        seen, unseen = start("Gezien").conversation, start("Ongezien").conversation
        for conversation in (seen, unseen):
            actions.raise_danger(conversation=conversation, by=supervisor)
        actions.acknowledge_danger(conversation=seen, by=supervisor)
        floor = look()
        assert [chat.name for chat in floor.alarms] == ["Ongezien", "Gezien"]
        assert [chat.name for chat in floor.unseen] == ["Ongezien"]

    def test_page_shows_no_word_that_was_said(
        self, client: Client, active: Conversation, counsellor: User
    ) -> None:
        say(active, "een heel geheim woord")
        shown = page(client)
        assert "Merel" in shown
        assert "geheim" not in shown

    def test_a_lost_key_does_not_take_the_floor_with_it(
        self, client: Client, waiting: Conversation
    ) -> None:
        keys.destroy_key(waiting.pk)
        assert "Bezoeker zonder naam" in page(client)

    def test_page_takes_the_same_queries_however_long(
        self,
        client: Client,
        staff: StaffMaker,
        start: Starter,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        def count() -> int:
            keys.forget()
            with django_assert_max_num_queries(20) as taken:
                page(client)
            return len(taken.captured_queries)

        def busy(name: str) -> None:
            person = staff(name)
            for _ in range(2):
                conversation = start().conversation
                actions.claim(conversation=conversation, by=person)
                say(again(conversation), "Hoi")
            start()

        busy("een")
        page(client)
        few = count()
        for number in range(5):
            busy(f"meer-{number}")
        assert count() == few

    def test_page_asks_once_for_whom_they_work(self, client: Client, service: Service) -> None:
        with CaptureQueriesContext(connection) as asked:
            page(client)
        services = [each for each in asked if 'ORDER BY "services_service"."name"' in each["sql"]]
        assert len(services) == 1

    def test_floor_is_four_questions(
        self, active: Conversation, service: Service, django_assert_num_queries: Any
    ) -> None:
        with django_assert_num_queries(3):
            queries.floor(service)
        keys.forget()
        with django_assert_num_queries(1, using="keys"):
            queries.floor(service)


class TestCapacity:
    def set(self, client: Client, user: User, count: object) -> Any:
        data = {"set": f"{user.pk} {count}"}
        return client.post(f"{FLOOR}capacity/", data, follow=True)

    def test_supervisor_sets_it(self, client: Client, counsellor: User) -> None:
        answer = self.set(client, counsellor, 3)
        assert "Noor kan 3 chats tegelijk hebben." in said(answer)
        assert Seat.objects.get(user=counsellor).capacity == 3
        entry = AuditEntry.objects.get(action="set_capacity")
        assert (entry.actor, entry.subject_id) == ("sam", str(counsellor.pk))

    def test_who_was_never_here_is_not_on_duty_by_it(
        self, client: Client, look: Callable[[], Floor], counsellor: User
    ) -> None:
        self.set(client, counsellor, 3)
        assert [(p.name, p.presence) for p in look().people] == [("Noor", "off"), ("Sam", "off")]

    def test_lower_than_they_hold_takes_nothing_away(
        self, client: Client, active: Conversation, counsellor: User
    ) -> None:
        self.set(client, counsellor, 0)
        assert again(active).owner_id == counsellor.pk

    @pytest.mark.parametrize("count", ["-1", "13", "x", "", "1 2", "9" * 30])
    def test_nonsense_is_refused(self, client: Client, counsellor: User, count: str) -> None:
        self.set(client, counsellor, count)
        assert not Seat.objects.exists()

    def test_of_another_service_is_refused(self, client: Client, staff: StaffMaker) -> None:
        stranger = staff("otto", of=None)
        self.set(client, stranger, 3)
        assert not Seat.objects.exists()


class TestOpenAndClose:
    def test_closed_now_and_back_to_the_timetable(self, client: Client, service: Service) -> None:
        answer = client.post(f"{FLOOR}chat/", {"chat_open": "closed"}, follow=True)
        assert "De chat is nu dicht." in said(answer)
        service.refresh_from_db()
        assert not is_open(service)
        client.post(f"{FLOOR}chat/", {"chat_open": "timetable"})
        service.refresh_from_db()
        assert service.chat_open == "timetable"
        assert list(AuditEntry.objects.values_list("action", flat=True)) == [
            "chat_closed",
            "chat_timetable",
        ]

    def test_page_says_that_the_chat_is_full(
        self, client: Client, service: Service, waiting: Conversation
    ) -> None:
        assert "De chat is open" in page(client)
        Service.objects.filter(pk=service.pk).update(full_limit=1)
        assert "De chat is nu vol" in page(client)

    def test_nonsense_is_refused(self, client: Client, service: Service) -> None:
        client.post(f"{FLOOR}chat/", {"chat_open": "maybe"})
        service.refresh_from_db()
        assert service.chat_open == "open"


class TestAcknowledge:
    def test_supervisor_has_seen_it(self, client: Client, active: Conversation) -> None:
        actions.raise_danger(conversation=active, by=User.objects.get(username="noor"))
        client.post(f"{FLOOR}acknowledge/", {"conversation": str(active.pk)})
        assert again(active).acknowledged_at is not None

    def test_of_another_service_is_not_there(self, client: Client, active: Conversation) -> None:
        actions.raise_danger(conversation=active, by=User.objects.get(username="noor"))
        other = Service.objects.create(slug="other", name="Other line")
        Conversation.objects.filter(pk=active.pk).update(service=other)
        client.post(f"{FLOOR}acknowledge/", {"conversation": str(active.pk)})
        assert again(active).acknowledged_at is None


class TestDebrief:
    def test_first_supervisor_takes_it(
        self,
        client: Client,
        look: Callable[[], Floor],
        service: Service,
        counsellor: User,
        staff: StaffMaker,
    ) -> None:
        row = Debrief.objects.create(service=service, user=counsellor)
        assert [each.name for each in look().asking] == ["Noor"]
        assert "Ik praat met diegene" in page(client)
        late = sign_in(staff("olga", "supervisor"))
        client.post(f"{FLOOR}debrief/", {"debrief": str(row.pk)})
        answer = late.post(f"{FLOOR}debrief/", {"debrief": str(row.pk)}, follow=True)
        assert "Een collega was je voor: Sam." in said(answer)
        row.refresh_from_db()
        assert row.taken_by == User.objects.get(username="sam")
        assert look().asking == []

    def test_of_another_service_is_not_there(self, client: Client, counsellor: User) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        row = Debrief.objects.create(service=other, user=counsellor)
        client.post(f"{FLOOR}debrief/", {"debrief": str(row.pk)})
        row.refresh_from_db()
        assert row.taken_at is None
