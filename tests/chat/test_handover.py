"""Handover to a colleague, to the supervisors or to the queue; a supervisor asked along, or taking
over; and that the visitor is never left alone in between, nor reads what staff write.
"""

from collections.abc import Callable

import pytest
from django.utils import timezone

from chat import actions, permissions
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import GONE, Conversation, ConversationEvent, Handover, Seat
from chat.states import HandoverStatus, Kind, Presence, Status, Way
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, Starter, again, lines, refused, say
from tests.chat.test_races import together

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

SUMMARY = "Ex dreigt met foto, is zelf veilig, wil melding doen"


def kinds(conversation: Conversation) -> list[str]:
    return list(
        ConversationEvent.objects.filter(conversation=conversation).values_list("kind", flat=True)
    )


def codes(results: list[object]) -> list[str]:
    return [result.code for result in results if isinstance(result, ChatError)]


@pytest.fixture
def lotte(staff: StaffMaker) -> User:
    """A colleague at the console, on duty."""
    lotte = staff("lotte")
    actions.arrive(by=lotte)
    return lotte


Asker = Callable[..., Handover]


@pytest.fixture
def asked(active: Conversation, counsellor: User) -> Asker:
    """Ask somebody to go on with the active conversation."""

    def ask(to: User | None = None, way: Way = Way.COLLEAGUE) -> Handover:
        if way == Way.ADVICE:
            actions.ask_supervisor(conversation=again(active), by=counsellor, question=SUMMARY)
        else:
            actions.hand_over(
                conversation=again(active), way=way, summary=SUMMARY, by=counsellor, to=to
            )
        return Handover.objects.get(status=HandoverStatus.OPEN, way=way)

    return ask


def accept(handover: Handover, by: User) -> None:
    actions.accept_handover(
        conversation=again(handover.conversation), handover_id=handover.pk, by=by
    )


class TestToAColleague:
    def test_asking_moves_nothing(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        asked(lotte)
        row = again(active)
        assert (row.owner, row.status) == (counsellor, Status.ACTIVE)
        assert lines(active) == [Line.JOINED]
        assert say(active, "Ik ben er nog", counsellor)
        with pytest.raises(ChatError):
            say(active, "Hallo", lotte)

    def test_accepted_is_theirs_and_the_visitor_is_told(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        handover = asked(lotte)
        accept(handover, lotte)
        row = again(active)
        assert (row.owner, row.status) == (lotte, Status.ACTIVE)
        assert lines(active) == [Line.JOINED, Line.HANDED_OVER]
        assert kinds(active)[-2:] == [Kind.HANDOVER, Kind.HANDED_OVER]
        handover.refresh_from_db()
        assert (handover.status, handover.answered_by) == (HandoverStatus.ACCEPTED, lotte)
        assert say(active, "Dag, ik ben Lotte", lotte)
        with pytest.raises(ChatError):
            say(active, "Nog iets", counsellor)
        assert not permissions.can_open(counsellor, row)

    def test_asked_reads_along_until_it_is_answered(
        self, asked: Asker, active: Conversation, lotte: User, staff: StaffMaker
    ) -> None:
        handover = asked(lotte)
        assert permissions.can_open(lotte, again(active))
        assert not permissions.can_open(staff("kim"), again(active))
        actions.decline_handover(conversation=again(active), handover_id=handover.pk, by=lotte)
        assert not permissions.can_open(lotte, again(active))

    def test_declined_stays_with_who_has_it(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        handover = asked(lotte)
        actions.decline_handover(conversation=again(active), handover_id=handover.pk, by=lotte)
        assert again(active).owner == counsellor
        assert lines(active) == [Line.JOINED]
        with refused(Code.ANSWERED):
            accept(handover, lotte)

    def test_only_who_is_asked_accepts(
        self, asked: Asker, lotte: User, staff: StaffMaker, counsellor: User, supervisor: User
    ) -> None:
        handover = asked(lotte)
        for other in (staff("kim"), counsellor, supervisor):
            with refused(Code.FORBIDDEN):
                accept(handover, other)

    def test_full_is_refused_when_asked(self, asked: Asker, lotte: User) -> None:
        Seat.objects.filter(user=lotte).update(capacity=0)
        with pytest.raises(ChatError) as caught:
            asked(lotte)
        assert (caught.value.code, caught.value.who) == (Code.THEY_ARE_FULL, "Lotte")
        assert not Handover.objects.exists()

    def test_full_is_refused_when_accepted(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        handover = asked(lotte)
        Seat.objects.filter(user=lotte).update(capacity=0)
        with refused(Code.FULL):
            accept(handover, lotte)
        handover.refresh_from_db()
        assert handover.status == HandoverStatus.OPEN
        assert again(active).owner == counsellor

    def test_who_is_not_on_duty_is_neither_asked_nor_accepts(
        self, asked: Asker, lotte: User
    ) -> None:
        handover = asked(lotte)
        actions.set_presence(presence=Presence.PAUSED, by=lotte)
        with refused(Code.OFF_DUTY):
            accept(handover, lotte)
        with refused(Code.THEY_ARE_OFF):
            asked(lotte)

    def test_who_never_came_is_not_asked(self, asked: Asker, staff: StaffMaker) -> None:
        with refused(Code.THEY_ARE_OFF):
            asked(staff("kim"))

    def test_who_is_gone_is_not_asked(self, asked: Asker, lotte: User) -> None:
        Seat.objects.filter(user=lotte).update(seen_at=timezone.now() - GONE)
        with refused(Code.THEY_ARE_OFF):
            asked(lotte)

    def test_needs_a_summary_that_is_not_too_long(
        self, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        for summary, code in ((" \n", Code.EMPTY), ("é" * 1025, Code.TOO_LONG)):
            with refused(code):
                actions.hand_over(
                    conversation=active,
                    way=Way.COLLEAGUE,
                    summary=summary,
                    by=counsellor,
                    to=lotte,
                )

    def test_only_who_has_it_hands_over(
        self, active: Conversation, lotte: User, supervisor: User
    ) -> None:
        for other, code in ((lotte, Code.UNKNOWN), (supervisor, Code.NOT_YOURS)):
            with refused(code):
                actions.hand_over(conversation=active, way=Way.QUEUE, summary=SUMMARY, by=other)

    def test_goes_to_nobody_outside_the_service_or_the_chat(
        self, asked: Asker, counsellor: User, staff: StaffMaker
    ) -> None:
        hotline = Service.objects.create(slug="hotline", name="Hotline")
        gone = staff("gone")
        gone.is_active = False
        gone.save()
        for other in (staff("far", of=hotline), staff("ed", "editor"), gone, counsellor):
            with refused(Code.UNKNOWN):
                asked(other)

    def test_new_question_replaces_the_open_one(
        self, asked: Asker, lotte: User, staff: StaffMaker
    ) -> None:
        first = asked(lotte)
        kim = staff("kim")
        actions.arrive(by=kim)
        second = asked(kim)
        first.refresh_from_db()
        assert first.status == HandoverStatus.WITHDRAWN
        assert second.status == HandoverStatus.OPEN
        with refused(Code.ANSWERED):
            accept(first, lotte)

    def test_withdrawn_is_not_to_be_accepted(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User
    ) -> None:
        handover = asked(lotte)
        for _ in range(2):
            actions.withdraw_handover(
                conversation=again(active), handover_id=handover.pk, by=counsellor
            )
        with refused(Code.ANSWERED):
            accept(handover, lotte)

    def test_goes_on_while_the_visitor_is_away(
        self, asked: Asker, active: Conversation, lotte: User
    ) -> None:
        handover = asked(lotte)
        actions.leave(conversation=active)
        accept(handover, lotte)
        assert (again(active).owner, again(active).status) == (lotte, Status.PAUSED)
        actions.resume(conversation=active)
        assert again(active).status == Status.ACTIVE

    def test_end_closes_it(self, asked: Asker, active: Conversation, lotte: User) -> None:
        handover = asked(lotte)
        actions.end(conversation=again(active))
        handover.refresh_from_db()
        assert handover.status == HandoverStatus.WITHDRAWN
        with refused(Code.ANSWERED):
            accept(handover, lotte)

    def test_summary_is_sealed(self, asked: Asker, lotte: User) -> None:
        handover = asked(lotte)
        [stored] = Handover.objects.filter(pk=handover.pk).values_list("summary", flat=True)
        assert repr(stored) == "<sealed>"
        handover.refresh_from_db()
        assert handover.summary == SUMMARY


class TestToTheSupervisors:
    def test_any_supervisor_accepts(
        self, asked: Asker, active: Conversation, supervisor: User, staff: StaffMaker
    ) -> None:
        handover = asked(way=Way.SUPERVISORS)
        with refused(Code.FORBIDDEN):
            accept(handover, staff("kim"))
        actions.arrive(by=supervisor)
        accept(handover, supervisor)
        assert again(active).owner == supervisor

    def test_supervisor_who_asks_does_not_accept(
        self, waiting: Conversation, supervisor: User
    ) -> None:
        actions.claim(conversation=waiting, by=supervisor)
        actions.hand_over(
            conversation=again(waiting), way=Way.SUPERVISORS, summary=SUMMARY, by=supervisor
        )
        with refused(Code.FORBIDDEN):
            accept(Handover.objects.get(), supervisor)

    def test_asked_along_leaves_the_chat_where_it_is(
        self, asked: Asker, active: Conversation, counsellor: User, supervisor: User
    ) -> None:
        handover = asked(way=Way.ADVICE)
        accept(handover, supervisor)
        handover.refresh_from_db()
        assert handover.status == HandoverStatus.ACCEPTED
        assert again(active).owner == counsellor
        assert lines(active) == [Line.JOINED]

    def test_asked_along_twice_is_once(self, active: Conversation, counsellor: User) -> None:
        for _ in range(2):
            actions.ask_supervisor(conversation=again(active), by=counsellor)
        assert Handover.objects.count() == 1

    def test_asked_along_and_handed_over_at_once(
        self, asked: Asker, active: Conversation, lotte: User
    ) -> None:
        advice, handover = asked(way=Way.ADVICE), asked(lotte)
        accept(handover, lotte)
        advice.refresh_from_db()
        assert advice.status == HandoverStatus.WITHDRAWN


class TestToTheQueue:
    def test_waits_again_with_the_summary_for_who_takes_it(
        self, asked: Asker, active: Conversation, lotte: User
    ) -> None:
        handover = asked(way=Way.QUEUE)
        row = again(active)
        assert (row.owner, row.status) == (None, Status.WAITING)
        assert lines(active) == [Line.JOINED, Line.GIVEN_BACK]
        actions.claim(conversation=row, by=lotte)
        handover.refresh_from_db()
        assert (handover.status, handover.answered_by) == (HandoverStatus.ACCEPTED, lotte)

    def test_is_refused_while_the_visitor_is_away(self, asked: Asker, active: Conversation) -> None:
        actions.leave(conversation=active)
        with refused(Code.PAUSED):
            asked(way=Way.QUEUE)


class TestSupervisorTakesOver:
    def test_at_once_and_however_full(
        self, asked: Asker, active: Conversation, counsellor: User, lotte: User, supervisor: User
    ) -> None:
        handover = asked(lotte)
        Seat.objects.create(user=supervisor, capacity=0)
        for _ in range(2):
            actions.take_over(conversation=again(active), by=supervisor)
        row = again(active)
        assert (row.owner, row.status) == (supervisor, Status.ACTIVE)
        assert lines(active) == [Line.JOINED, Line.HANDED_OVER]
        handover.refresh_from_db()
        assert handover.status == HandoverStatus.WITHDRAWN
        taken = Handover.objects.get(way=Way.TAKEN)
        assert (taken.holder, taken.to, taken.by) == (counsellor, supervisor, supervisor)
        with pytest.raises(ChatError):
            say(active, "Nog iets", counsellor)

    def test_counsellor_does_not(self, waiting: Conversation, counsellor: User) -> None:
        with refused(Code.FORBIDDEN):
            actions.take_over(conversation=waiting, by=counsellor)
        with refused(Code.FORBIDDEN):
            actions.reassign(conversation=waiting, to=counsellor, by=counsellor)

    def test_gives_it_to_a_colleague_at_once(
        self, active: Conversation, counsellor: User, lotte: User, supervisor: User
    ) -> None:
        actions.reassign(conversation=active, to=lotte, by=supervisor, summary="Noor is naar huis")
        assert again(active).owner == lotte
        given = Handover.objects.get()
        assert (given.way, given.holder, given.summary) == (
            Way.GIVEN,
            counsellor,
            "Noor is naar huis",
        )

    def test_gives_who_waits_to_a_colleague(
        self, waiting: Conversation, lotte: User, supervisor: User
    ) -> None:
        actions.reassign(conversation=waiting, to=lotte, by=supervisor)
        assert (again(waiting).owner, again(waiting).status) == (lotte, Status.ACTIVE)
        assert lines(waiting) == [Line.JOINED]

    def test_gives_nothing_to_who_is_full(
        self, active: Conversation, counsellor: User, lotte: User, supervisor: User
    ) -> None:
        Seat.objects.filter(user=lotte).update(capacity=0)
        with refused(Code.THEY_ARE_FULL):
            actions.reassign(conversation=active, to=lotte, by=supervisor)
        assert again(active).owner == counsellor

    def test_not_after_the_end(self, active: Conversation, supervisor: User) -> None:
        actions.end(conversation=active)
        with refused(Code.ENDED):
            actions.take_over(conversation=again(active), by=supervisor)


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
class TestTogether:
    def test_one_of_two_supervisors_gets_it(
        self, asked: Asker, active: Conversation, staff: StaffMaker
    ) -> None:
        supervisors = [staff(name, "supervisor") for name in ("sam", "alex")]
        for each in supervisors:
            actions.arrive(by=each)
        handover = asked(way=Way.SUPERVISORS)
        results = together(*[lambda by=by: accept(handover, by) for by in supervisors])
        assert codes(results) == [Code.ANSWERED]
        assert again(active).owner == supervisors[results.index(None)]
        assert lines(active) == [Line.JOINED, Line.HANDED_OVER]

    def test_accepting_two_at_once_never_makes_more_than_fit(
        self, start: Starter, counsellor: User, lotte: User
    ) -> None:
        Seat.objects.filter(user=lotte).update(capacity=1)
        handovers = []
        for _ in range(2):
            row = start().conversation
            actions.claim(conversation=row, by=counsellor)
            actions.hand_over(
                conversation=again(row),
                way=Way.COLLEAGUE,
                summary=SUMMARY,
                by=counsellor,
                to=lotte,
            )
            handovers.append(Handover.objects.get(conversation=row))
        results = together(*[lambda each=each: accept(each, lotte) for each in handovers])
        assert codes(results) == [Code.FULL]
        assert Conversation.objects.filter(owner=lotte).count() == 1
