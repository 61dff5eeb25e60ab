"""Who is next, and why: first come, first served, with a head start that everybody can see."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions, queries
from chat.errors import ChatError, Code
from chat.models import Conversation, ConversationEvent, QueueDecision
from chat.states import HEAD_START, Kind, Sender, Urgency, Why
from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.conftest import StaffMaker, again, plan_of, refused
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

Ago = Callable[..., Conversation]


@pytest.fixture
def ago(service: Service) -> Ago:
    """A visitor who came so many minutes ago."""

    def begin(minutes: float, urgency: Urgency = Urgency.NORMAL) -> Conversation:
        row = actions.start(
            service=service, language="nl", name="", start_key=uuid.uuid4(), urgency=urgency
        ).conversation
        row.waiting_since = timezone.now() - timedelta(minutes=minutes)
        row.queue_from = row.queued_from
        row.save()
        return row

    return begin


def order(user: User) -> list[uuid.UUID]:
    """The queue as a console shows it, which is the places that visitors are told."""
    shown = queries.desk(user).waiting
    assert [queries.position(row) for row in shown] == list(range(1, len(shown) + 1))
    return [row.pk for row in shown]


def test_answers_of_the_visitor_are_kept(service: Service) -> None:
    row = actions.start(
        service=service,
        language="en",
        name="",
        start_key=uuid.uuid4(),
        topic="blackmail",
        age_band="16_17",
        urgency=Urgency.SOON,
    ).conversation
    row = again(row)
    assert (row.topic, row.age_band, row.urgency) == ("blackmail", "16_17", "soon")
    assert row.queue_from == row.waiting_since - timedelta(minutes=10)


def test_urgent_goes_before_who_came_a_little_earlier(ago: Ago, counsellor: User) -> None:
    earlier, urgent, soon = ago(5), ago(1, Urgency.URGENT), ago(2, Urgency.SOON)
    assert order(counsellor) == [urgent.pk, soon.pk, earlier.pk]


def test_nobody_is_passed_over_for_ever(ago: Ago, counsellor: User) -> None:
    starving = ago(HEAD_START[Why.URGENT].total_seconds() / 60 + 1)
    urgent = [ago(0, Urgency.URGENT) for _ in range(5)]
    assert order(counsellor) == [starving.pk, *(row.pk for row in urgent)]


def test_danger_and_who_came_back_stand_before_all(
    ago: Ago, counsellor: User, supervisor: User
) -> None:
    urgent, given_back, in_danger = ago(25, Urgency.URGENT), ago(3), ago(1)
    actions.claim(conversation=given_back, by=counsellor)
    actions.give_back(conversation=again(given_back), by=counsellor)
    actions.raise_danger(conversation=in_danger, by=supervisor)
    assert order(counsellor) == [in_danger.pk, given_back.pk, urgent.pk]
    for row in (urgent, given_back, in_danger):
        now = again(row)
        assert now.queue_from == now.queued_from
    assert again(given_back).returned


def test_counsellor_sets_urgency_and_it_is_on_record(ago: Ago, counsellor: User) -> None:
    first, second = ago(3), ago(2)
    for _ in range(2):
        actions.set_urgency(conversation=second, urgency=Urgency.URGENT, by=counsellor)
    assert order(counsellor) == [second.pk, first.pk]
    (event,) = ConversationEvent.objects.filter(kind=Kind.URGENCY)
    assert (event.was, event.became, event.by, event.side) == (
        "normal",
        "urgent",
        counsellor,
        Sender.COUNSELLOR,
    )


def test_urgency_of_another_service_cannot_be_set(ago: Ago, staff: StaffMaker) -> None:
    row = ago(1)
    stranger = staff("kim", of=Service.objects.create(slug="hotline", name="Hotline"))
    with refused(Code.UNKNOWN):
        actions.set_urgency(conversation=row, urgency=Urgency.URGENT, by=stranger)
    assert again(row).urgency == Urgency.NORMAL


def test_urgency_of_what_has_ended_stays(ago: Ago, supervisor: User) -> None:
    row = ago(1)
    actions.end(conversation=row)
    with refused(Code.ENDED):
        actions.set_urgency(conversation=row, urgency=Urgency.URGENT, by=supervisor)


def test_claim_puts_on_record_why_and_who_was_passed_over(ago: Ago, counsellor: User) -> None:
    first, urgent, third = ago(5), ago(1, Urgency.URGENT), ago(3)
    for row in (urgent, third):
        actions.claim(conversation=row, by=counsellor)
    one, other = QueueDecision.objects.all()
    assert (one.conversation_id, one.by, one.place, one.why, one.passed_over) == (
        urgent.pk,
        counsellor,
        1,
        Why.URGENT,
        [],
    )
    assert one.waiting_since == again(urgent).waiting_since
    assert (other.conversation_id, other.place, other.why, other.passed_over) == (
        third.pk,
        2,
        Why.WAITING,
        [str(first.pk)],
    )


def test_a_supervisor_who_takes_from_the_queue_is_on_record_too(ago: Ago, supervisor: User) -> None:
    first, second = ago(5), ago(3)
    actions.take_over(conversation=second, by=supervisor)
    (choice,) = QueueDecision.objects.all()
    assert (choice.by, choice.place, choice.passed_over) == (supervisor, 2, [str(first.pk)])


def test_a_claim_that_is_lost_leaves_no_record(ago: Ago, staff: StaffMaker) -> None:
    row = ago(1)
    actions.claim(conversation=row, by=staff("noor"))
    with pytest.raises(ChatError):
        actions.claim(conversation=row, by=staff("lotte"))
    assert QueueDecision.objects.count() == 1


def test_the_choice_goes_with_its_chat(ago: Ago, counsellor: User) -> None:
    row = ago(1)
    actions.claim(conversation=row, by=counsellor)
    Conversation.objects.filter(pk=row.pk).delete()
    assert QueueDecision.objects.count() == 0


def test_place_is_found_by_the_index_of_the_queue(
    ago: Ago, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    row = again(ago(1))
    with django_assert_num_queries(1) as asked:
        assert queries.position(row) == 1
    assert "conversation_queue" in plan_of(asked.captured_queries[0]["sql"])


def test_migration_keeps_everybodys_place(ago: Ago, supervisor: User) -> None:
    first, second, in_danger = ago(9), ago(5), ago(1)
    actions.raise_danger(conversation=in_danger, by=supervisor)
    Conversation.objects.update(queue_from=timezone.now())
    migration = import_module("chat.migrations.0007_queue_and_presence")
    migration.keep_the_order(apps, None)
    assert order(supervisor) == [in_danger.pk, first.pk, second.pk]
    assert again(in_danger).queue_from == again(in_danger).queued_from


@pytest.mark.parametrize("taken", [1, 2])
def test_supervisor_reads_why_in_the_same_few_queries(
    taken: int,
    ago: Ago,
    counsellor: User,
    supervisor: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    ago(9)
    for _ in range(taken):
        actions.claim(conversation=ago(2, Urgency.SOON), by=counsellor)
    with django_assert_num_queries(1):
        shown = queries.choices_from_queue(supervisor)
        assert [(c.by.work_name, c.why, c.waited, len(c.passed_over)) for c in shown] == [
            ("Noor", Why.SOON, 2, 0)
        ] * taken
    page = sign_in(supervisor).get("/console/chat/queue/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert text.count("waited 2 minutes") == taken
    assert "nobody passed over" in text


def test_why_is_for_supervisors_of_that_service(
    ago: Ago, counsellor: User, staff: StaffMaker
) -> None:
    actions.claim(conversation=ago(1), by=counsellor)
    assert sign_in(counsellor).get("/console/chat/queue/").status_code == 403
    other = Service.objects.create(slug="other", name="Other line")
    assert queries.choices_from_queue(staff("olga", "supervisor", of=other)) == []
