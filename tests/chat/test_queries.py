"""Reading: the queue, the desk, replays, and how all that is open stands."""

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, protocol, queries
from chat.models import Conversation
from chat.states import Presence
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, plan_of, say

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


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

    def test_desk_says_of_an_alarm_that_nobody_is_there_to_see_it(
        self, waiting: Conversation, counsellor: User, supervisor: User
    ) -> None:
        actions.claim(conversation=waiting, by=counsellor)
        assert queries.desk(counsellor).unheard == []
        actions.raise_danger(conversation=waiting, by=counsellor)
        assert queries.desk(counsellor).unheard == [waiting.pk]
        actions.set_presence(presence=Presence.ON, by=supervisor)
        assert queries.desk(counsellor).unheard == []
        actions.set_presence(presence=Presence.PAUSED, by=supervisor)
        assert queries.desk(counsellor).unheard == [waiting.pk]
        actions.acknowledge_danger(conversation=again(waiting), by=supervisor)
        assert queries.desk(counsellor).unheard == []

    def test_supervisor_elsewhere_does_not_hear_an_alarm(
        self, waiting: Conversation, counsellor: User, staff: StaffMaker
    ) -> None:
        elsewhere = staff("eva", "supervisor", of=None)
        actions.claim(conversation=waiting, by=counsellor)
        actions.raise_danger(conversation=waiting, by=counsellor)
        actions.set_presence(presence=Presence.ON, by=elsewhere)
        assert queries.desk(counsellor).unheard == [waiting.pk]

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
        assert shown.more == 1
        assert [row.pk for row in shown.alarms] == [row.pk for row in begun[: queries.MOST_ALARMS]]
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
