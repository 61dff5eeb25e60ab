"""What counsellors and supervisors do with a chat at the desk."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, queries
from chat.actions import desk
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, ConversationEvent, ReportOffer
from chat.states import Kind, OfferStatus, Status
from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again, lines, plan_of, refused

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


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
