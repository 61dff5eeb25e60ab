"""What visitors, counsellors, supervisors and the worker do."""

import uuid
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, protocol, queries
from chat.actions import desk
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, ConversationEvent, Message, ReportOffer
from chat.states import Kind, OfferStatus, Sender, Status
from helpline.privacy.models import DataKey
from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


def refused(code: Code) -> "pytest.RaisesExc[ChatError]":
    return pytest.raises(ChatError, check=lambda error: error.code == code)


def lines(conversation: Conversation) -> list[str]:
    return [m.text for m in queries.transcript(conversation.pk) if m.sender == Sender.SYSTEM]


def plan_of(statement: str) -> str:
    """How the database would find what a statement asks."""
    postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        if postgres:  # for a few rows it would not take the trouble
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(("EXPLAIN " if postgres else "EXPLAIN QUERY PLAN ") + statement)
        return str(cursor.fetchall())


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


class TestSay:
    def test_say_gives_gap_free_places(self, active: Conversation, counsellor: User) -> None:
        first = say(active, "Hoi")
        assert [say(active, "Dag", counsellor), say(active, "Fijn")] == [first + 1, first + 2]

    def test_say_again_returns_the_first_and_takes_no_place(self, waiting: Conversation) -> None:
        client_id = uuid.uuid4()
        first = actions.say(conversation=waiting, text="Hoi", client_id=client_id)
        second = actions.say(conversation=waiting, text="Hoi", client_id=client_id)
        assert (second.seq, second.sent_at, second.new) == (first.seq, first.sent_at, False)
        assert again(waiting).last_seq == 1

    def test_say_again_after_the_end_still_returns_the_first(self, waiting: Conversation) -> None:
        client_id = uuid.uuid4()
        first = actions.say(conversation=waiting, text="Hoi", client_id=client_id)
        actions.end(conversation=waiting)
        assert actions.say(conversation=waiting, text="Hoi", client_id=client_id).seq == first.seq

    def test_two_sides_may_use_one_client_id(self, active: Conversation, counsellor: User) -> None:
        client_id = uuid.uuid4()
        one = actions.say(conversation=active, text="Hoi", client_id=client_id)
        two = actions.say(conversation=active, text="Dag", client_id=client_id, by=counsellor)
        assert two.seq == one.seq + 1

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("", Code.EMPTY),
            (" \n\t", Code.EMPTY),
            ("a" * 4097, Code.TOO_LONG),
            ("é" * 2049, Code.TOO_LONG),
        ],
    )
    def test_say_refuses(self, text: str, code: Code, waiting: Conversation) -> None:
        with refused(code):
            say(waiting, text)
        assert Message.objects.count() == 0

    def test_say_takes_4096_bytes(self, waiting: Conversation) -> None:
        assert say(waiting, "é" * 2048) == 1

    def test_say_gives_back_control_characters_as_typed(self, waiting: Conversation) -> None:
        text = "a\x00b\x07\u202ec\r\nd\ud800"
        say(waiting, text)
        assert queries.transcript(waiting.pk)[0].text == text

    def test_say_after_the_end_is_refused(self, waiting: Conversation) -> None:
        actions.end(conversation=waiting)
        with refused(Code.ENDED):
            say(waiting, "Nog iets")

    def test_only_the_owner_writes(
        self, active: Conversation, staff: StaffMaker, supervisor: User
    ) -> None:
        for other in (staff("lotte"), supervisor):
            with pytest.raises(ChatError) as caught:
                say(active, "Hallo", other)
            assert caught.value.code in (Code.NOT_YOURS, Code.UNKNOWN)
        assert Message.objects.filter(sender=Sender.COUNSELLOR).count() == 0

    def test_counsellor_may_not_write_before_claiming(
        self, waiting: Conversation, counsellor: User
    ) -> None:
        with refused(Code.NOT_YOURS):
            say(waiting, "Hallo", counsellor)

    def test_words_are_sealed_at_rest(self, start: Starter) -> None:
        conversation = start(name="Pimpelmees").conversation
        say(conversation, "geheimwoord")
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM chat_message")
            (text,) = cursor.fetchone()
            cursor.execute("SELECT visitor_name FROM chat_conversation")
            (name,) = cursor.fetchone()
        assert b"geheimwoord" not in bytes(text)
        assert b"Pimpelmees" not in bytes(name)


class TestClaim:
    def test_claim_makes_the_owner(self, active: Conversation, counsellor: User) -> None:
        assert (active.status, active.owner) == (Status.ACTIVE, counsellor)
        assert lines(active) == [Line.JOINED]

    def test_claim_twice_is_harmless(self, active: Conversation, counsellor: User) -> None:
        actions.claim(conversation=active, by=counsellor)
        assert lines(active) == [Line.JOINED]

    def test_claim_tells_the_loser_who_won(self, active: Conversation, staff: StaffMaker) -> None:
        with pytest.raises(ChatError) as caught:
            actions.claim(conversation=active, by=staff("lotte"))
        assert (caught.value.code, caught.value.who) == (Code.TAKEN, "Noor")

    def test_claim_stops_at_capacity(self, start: Starter, counsellor: User) -> None:
        for _ in range(2):
            actions.claim(conversation=start().conversation, by=counsellor)
        third = start().conversation
        with refused(Code.FULL):
            actions.claim(conversation=third, by=counsellor)
        assert again(third).status == Status.WAITING

    def test_claim_across_services_finds_nothing(
        self, waiting: Conversation, staff: StaffMaker
    ) -> None:
        stranger = staff("kim", of=Service.objects.create(slug="hotline", name="Hotline"))
        with refused(Code.UNKNOWN):
            actions.claim(conversation=waiting, by=stranger)

    def test_claim_needs_a_role(self, waiting: Conversation, staff: StaffMaker) -> None:
        with refused(Code.UNKNOWN):
            actions.claim(conversation=waiting, by=staff("ed", "editor"))

    def test_given_back_goes_to_its_old_place(
        self, active: Conversation, start: Starter, counsellor: User
    ) -> None:
        start()
        actions.give_back(conversation=active, by=counsellor)
        row = again(active)
        assert (row.status, row.owner, queries.position(row)) == (Status.WAITING, None, 1)


class TestOpen:
    def test_open_is_on_record_before_it_is_read(
        self, waiting: Conversation, counsellor: User
    ) -> None:
        actions.open_transcript(conversation=waiting, by=counsellor)
        entry = AuditEntry.objects.get()
        assert (entry.actor, entry.action, entry.subject_id) == (
            "noor",
            "open_transcript",
            str(waiting.pk),
        )

    def test_open_again_is_the_same_reading_for_half_an_hour(
        self, start: Starter, counsellor: User, supervisor: User
    ) -> None:
        one, other = start().conversation, start().conversation
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for minutes in (0, 0, 29):
                clock.shift(timedelta(minutes=minutes))
                actions.open_transcript(conversation=one, by=counsellor)
            actions.open_transcript(conversation=one, by=supervisor)
            actions.open_transcript(conversation=other, by=counsellor)
            clock.shift(timedelta(minutes=1))
            actions.open_transcript(conversation=one, by=counsellor)
        assert [(entry.actor, entry.subject_id) for entry in AuditEntry.objects.order_by("id")] == [
            ("noor", str(one.pk)),
            ("sam", str(one.pk)),
            ("noor", str(other.pk)),
            ("noor", str(one.pk)),
        ]

    def test_another_act_on_record_is_not_an_opening(
        self, waiting: Conversation, counsellor: User
    ) -> None:
        for action, kind in (("close", "conversation"), ("open_transcript", "report")):
            audit.record(
                by=counsellor, action=action, subject_kind=kind, subject_id=str(waiting.pk)
            )
        actions.open_transcript(conversation=waiting, by=counsellor)
        assert AuditEntry.objects.count() == 3

    def test_the_record_is_asked_by_its_index(
        self,
        waiting: Conversation,
        counsellor: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        actions.open_transcript(conversation=waiting, by=counsellor)
        with django_assert_num_queries(1) as asked:
            assert audit.is_on_record(
                by=counsellor,
                action="open_transcript",
                subject_kind="conversation",
                subject_id=str(waiting.pk),
                within=desk.SAME_READING,
            )
        assert "staff_audit_subject" in plan_of(asked.captured_queries[0]["sql"])

    def test_open_is_not_claiming(self, waiting: Conversation, counsellor: User) -> None:
        actions.open_transcript(conversation=waiting, by=counsellor)
        assert again(waiting).status == Status.WAITING

    def test_open_a_colleagues_conversation_finds_nothing(
        self, active: Conversation, staff: StaffMaker
    ) -> None:
        with refused(Code.UNKNOWN):
            actions.open_transcript(conversation=active, by=staff("lotte"))
        assert AuditEntry.objects.count() == 0

    def test_supervisor_reads_along(self, active: Conversation, supervisor: User) -> None:
        actions.open_transcript(conversation=active, by=supervisor)
        assert AuditEntry.objects.get().actor == "sam"

    def test_supervisor_of_another_service_finds_nothing(
        self, active: Conversation, staff: StaffMaker
    ) -> None:
        other = Service.objects.create(slug="hotline", name="Hotline")
        with refused(Code.UNKNOWN):
            actions.open_transcript(conversation=active, by=staff("bo", "supervisor", of=other))


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


class TestDanger:
    def test_danger_is_raised_once_and_told(self, active: Conversation, counsellor: User) -> None:
        actions.raise_danger(conversation=active, by=counsellor)
        actions.raise_danger(conversation=active, by=counsellor)
        assert again(active).danger_by == counsellor
        assert lines(active).count(Line.DANGER) == 1
        assert ConversationEvent.objects.filter(kind=Kind.DANGER).count() == 1

    @pytest.mark.parametrize("minutes", [60 * 24])
    def test_no_timer_closes_danger(
        self, minutes: int, active: Conversation, counsellor: User
    ) -> None:
        actions.raise_danger(conversation=active, by=counsellor)
        long_ago = timezone.now() - timedelta(minutes=minutes)
        Conversation.objects.update(visitor_seen_at=long_ago)
        assert actions.sweep() == 0
        actions.leave(conversation=active)
        Conversation.objects.update(paused_until=long_ago)
        assert actions.sweep() == 0
        assert again(active).status == Status.PAUSED

    def test_supervisor_sees_and_acknowledges(
        self, active: Conversation, counsellor: User, supervisor: User
    ) -> None:
        actions.raise_danger(conversation=active, by=counsellor)
        (alarm,) = queries.desk(supervisor).alarms
        assert (alarm.pk, alarm.acknowledged_at) == (active.pk, None)
        actions.acknowledge_danger(conversation=active, by=supervisor)
        assert again(active).acknowledged_by == supervisor

    def test_counsellor_does_not_acknowledge(self, active: Conversation, counsellor: User) -> None:
        actions.raise_danger(conversation=active, by=counsellor)
        assert queries.desk(counsellor).alarms == []
        with refused(Code.FORBIDDEN):
            actions.acknowledge_danger(conversation=active, by=counsellor)

    def test_danger_stands_first_in_the_queue(self, start: Starter, supervisor: User) -> None:
        start()
        second = start().conversation
        actions.raise_danger(conversation=second, by=supervisor)
        assert queries.desk(supervisor).waiting[0].pk == second.pk


class TestOffer:
    def test_offer_is_sealed_and_told(self, active: Conversation, counsellor: User) -> None:
        actions.offer_report(
            conversation=active, links=["https://images.example/geheim"], by=counsellor
        )
        offer = queries.open_offer(active.pk)
        assert offer is not None
        assert "geheim" in offer.links
        with connection.cursor() as cursor:
            cursor.execute("SELECT links FROM chat_reportoffer")
            assert b"geheim" not in bytes(cursor.fetchone()[0])
        assert lines(active)[-1] == Line.OFFERED

    def test_new_offer_replaces_the_open_one(self, active: Conversation, counsellor: User) -> None:
        for link in ("https://a.example/", "https://b.example/"):
            actions.offer_report(conversation=active, links=[link], by=counsellor)
        assert ReportOffer.objects.filter(status=OfferStatus.WITHDRAWN).count() == 1
        offer = queries.open_offer(active.pk)
        assert offer is not None
        assert "b.example" in offer.links

    def test_decline_once(self, active: Conversation, counsellor: User) -> None:
        actions.offer_report(conversation=active, links=["https://a.example/"], by=counsellor)
        offer = queries.open_offer(active.pk)
        assert offer is not None
        actions.decline_report(conversation=active, offer_id=offer.pk)
        with refused(Code.ANSWERED):
            actions.decline_report(conversation=active, offer_id=offer.pk)
        assert lines(active).count(Line.DECLINED) == 1

    def test_decline_anothers_offer_finds_nothing(
        self, active: Conversation, counsellor: User, start: Starter
    ) -> None:
        actions.offer_report(conversation=active, links=["https://a.example/"], by=counsellor)
        offer = queries.open_offer(active.pk)
        assert offer is not None
        with refused(Code.ANSWERED):
            actions.decline_report(conversation=start().conversation, offer_id=offer.pk)
        assert queries.open_offer(active.pk) is not None

    def test_offer_needs_the_owner(self, active: Conversation, supervisor: User) -> None:
        with refused(Code.NOT_YOURS):
            actions.offer_report(conversation=active, links=["https://a.example/"], by=supervisor)


class TestQueue:
    def test_position_is_first_come_first_served(self, start: Starter) -> None:
        rows = [start().conversation for _ in range(3)]
        assert [queries.position(again(row)) for row in rows] == [1, 2, 3]

    @pytest.mark.parametrize("visitors", [1, 12])
    def test_desk_asks_the_same_few_queries(
        self,
        visitors: int,
        start: Starter,
        counsellor: User,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for _ in range(visitors):
            start()
        with django_assert_num_queries(3):
            desk = queries.desk(counsellor)
            assert [row.visitor_name for row in desk.waiting] == ["Merel"] * visitors

    @pytest.mark.parametrize("messages", [1, 60])
    def test_transcript_is_one_query(
        self,
        messages: int,
        waiting: Conversation,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(messages):
            say(waiting, f"bericht {number}")
        with django_assert_num_queries(1):
            said = [message.text for message in queries.transcript(waiting.pk)]
        assert said == [f"bericht {number}" for number in range(messages)]

    def test_replay_comes_in_pages(self, waiting: Conversation) -> None:
        for number in range(7):
            say(waiting, f"bericht {number}")
        pages = [queries.messages_after(waiting.pk, since, limit=3) for since in (0, 3, 6, 7)]
        assert [([message.seq for message in page.messages], page.more) for page in pages] == [
            ([1, 2, 3], True),
            ([4, 5, 6], True),
            ([7], False),
            ([], False),
        ]

    def test_replay_page_is_bound_in_bytes(
        self, waiting: Conversation, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(40):
            say(waiting, "x" * 4000)
        with django_assert_num_queries(1):
            page = queries.messages_after(waiting.pk, 0)
        assert page.more
        assert [message.seq for message in page.messages] == list(range(1, 12))
        assert sum(len(message.text) for message in page.messages) <= queries.PAGE_BYTES

    @pytest.mark.parametrize("letter", ["x", '"', "\x01", "\U0001f600"])
    def test_replay_page_fits_in_a_frame(self, waiting: Conversation, letter: str) -> None:
        text = letter * (actions.MESSAGE_BYTES // len(letter.encode()))
        for _ in range(20):
            say(waiting, text)
        since, seen = 0, 0
        while True:
            page = queries.messages_after(waiting.pk, since)
            frame = protocol.dump(protocol.messages(*page, conversation=waiting.pk))
            assert len(frame) <= protocol.SENT_BYTES
            seen += len(page.messages)
            since = page.messages[-1].seq
            if not page.more:
                break
        assert seen == 20

    def test_desk_fits_in_a_frame(self, start: Starter, supervisor: User) -> None:
        begun = [start(name="\U0001f600" * 40).conversation for _ in range(queries.MOST_WAITING)]
        Conversation.objects.update(danger_at=timezone.now(), danger_by=supervisor)
        begun.append(start(name="the last").conversation)
        shown = queries.desk(supervisor)
        assert [row.pk for row in shown.waiting] == [row.pk for row in begun[:-1]]
        assert len(shown.alarms) == queries.MOST_ALARMS
        assert len(protocol.dump(protocol.desk(shown, user=supervisor))) <= protocol.SENT_BYTES

    def test_replay_gives_the_first_message_however_long(
        self, waiting: Conversation, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        say(waiting, "x" * 4000)
        say(waiting, "kort")
        monkeypatch.setattr(queries, "PAGE_BYTES", 100)
        page = queries.messages_after(waiting.pk, 0)
        assert ([message.seq for message in page.messages], page.more) == ([1], True)


class TestMarks:
    def marks(self, conversation: Conversation) -> tuple[int, int]:
        row = again(conversation)
        return (row.visitor_read_seq, row.counsellor_read_seq)

    def test_marks_of_both_sides_rise_and_never_fall(
        self, waiting: Conversation, start: Starter
    ) -> None:
        other = start().conversation
        for _ in range(5):
            say(waiting, "Hoi")
            say(other, "Hoi")
        actions.note_read(
            {
                (waiting.pk, Sender.VISITOR): 3,
                (waiting.pk, Sender.COUNSELLOR): 4,
                (other.pk, Sender.COUNSELLOR): 5,
            }
        )
        assert (self.marks(waiting), self.marks(other)) == ((3, 4), (0, 5))
        actions.note_read({(waiting.pk, Sender.VISITOR): 5, (waiting.pk, Sender.COUNSELLOR): 2})
        assert self.marks(waiting) == (5, 4)

    @pytest.mark.parametrize("seq", [2, 2**31, 2**62, 0, -1])
    def test_mark_above_what_was_said_changes_nothing(
        self, seq: int, waiting: Conversation
    ) -> None:
        say(waiting, "Hoi")
        actions.note_read({(waiting.pk, Sender.VISITOR): seq})
        assert self.marks(waiting) == (0, 0)

    def test_marks_of_unknown_conversations_hold_up_nobody(self, waiting: Conversation) -> None:
        say(waiting, "Hoi")
        actions.note_read({(uuid.uuid4(), Sender.VISITOR): 1, (waiting.pk, Sender.VISITOR): 1})
        assert self.marks(waiting) == (1, 0)

    @pytest.mark.parametrize("visitors", [1, 30])
    def test_marks_are_one_statement(
        self, visitors: int, start: Starter, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        rows = [start().conversation for _ in range(visitors)]
        for row in rows:
            say(row, "Hoi")
        with django_assert_num_queries(1):
            actions.note_read({(row.pk, Sender.VISITOR): 1 for row in rows})
        with django_assert_num_queries(1):
            actions.note_seen([row.pk for row in rows])
        assert [self.marks(row) for row in rows] == [(1, 0)] * visitors

    def test_no_marks_ask_nothing(self, service: Service) -> None:
        actions.note_read({})
        actions.note_seen([])

    def test_seen_is_noted_for_who_is_still_there(self, start: Starter) -> None:
        here, ended = start().conversation, start().conversation
        actions.end(conversation=ended)
        long_ago = timezone.now() - timedelta(hours=1)
        Conversation.objects.update(visitor_seen_at=long_ago)
        actions.note_seen([here.pk, ended.pk, uuid.uuid4()])
        assert again(here).visitor_seen_at > timezone.now() - timedelta(minutes=1)
        assert again(ended).visitor_seen_at == long_ago


class TestFloor:
    def test_floor_tells_how_every_open_conversation_stands(
        self, active: Conversation, start: Starter, supervisor: User
    ) -> None:
        second, ended = start().conversation, start().conversation
        actions.end(conversation=ended)
        say(second, "Hoi")
        actions.raise_danger(conversation=second, by=supervisor)
        actions.leave(conversation=active)
        for standing, row in zip(queries.floor(), map(again, [second, active]), strict=True):
            assert standing._asdict() == {
                name: getattr(row, name) for name in queries.Standing._fields
            }

    @pytest.mark.parametrize("visitors", [1, 20])
    def test_floor_is_one_query_by_its_own_index(
        self, visitors: int, start: Starter, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for _ in range(visitors):
            start()
        with django_assert_num_queries(1) as asked:
            assert len(queries.floor()) == visitors
        assert "conversation_floor" in plan_of(asked.captured_queries[0]["sql"])
