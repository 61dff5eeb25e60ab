"""What is said, and how far it was read."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, queries
from chat.errors import ChatError, Code
from chat.models import Conversation, Message
from chat.states import Sender
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, refused, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


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
