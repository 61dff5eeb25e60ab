"""What has not begun to leave is called back: they answered, the page is gone, or nobody may write to
them any more. What was sent together with it is for a person again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.removal import actions
from intake.removal.actions.chasing import chase
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.mail import note_answer, take_mail
from intake.removal.errors import IncompleteError, RefusedError
from intake.removal.linter import Missing
from intake.removal.models import (
    AnswerKind,
    GroundRoute,
    LegalGround,
    Location,
    Notice,
    ReceivedMail,
    RemovalRequest,
    Statement,
)
from intake.removal.queries import progress_of
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.intake.removal.inbox.letters import letter
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

URLS = [f"https://example.org/photos/{number}" for number in (7, 8, 9)]
WILL_BE_SILENT = timedelta(days=60)
GONE = actions.Claim(1, AnswerKind.REMOVED)


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


@pytest.fixture
def together(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> list[RemovalRequest]:
    """Three pages that were sent in one notice."""
    for url in URLS:
        place = Location.objects.get(pk=register(url).location_id)
        request = actions.propose(place, platform, by=caseworker)
        actions.choose(request, pair, by=caseworker)
    notice = actions.draft_notice(list(RemovalRequest.objects.order_by("pk")), by=caseworker)
    actions.send_notice(notice, by=caseworker)
    actions.send_due_notices()
    return requests()


def requests() -> list[RemovalRequest]:
    return list(RemovalRequest.objects.select_related("location__service").order_by("pk"))


def remind(*, alone: bool = True) -> Notice:
    """Everybody is silent, and reminded; the reminder waits for their office."""
    GroundRoute.objects.update(chasers_alone=int(alone))
    mark_silent(timezone.now() + WILL_BE_SILENT)
    assert chase() == 1
    reminder = Notice.objects.latest("created_at")
    assert reminder.status == (NoticeStatus.QUEUED if alone else NoticeStatus.DRAFT)
    return reminder


def status(notice: Notice) -> str:
    return Notice.objects.values_list("status", flat=True).get(pk=notice.pk)


# They answer what was sent before.


@pytest.mark.parametrize("alone", [True, False])
def test_answer_to_the_notice_before_calls_a_reminder_back(
    sent: Notice, smtp: MailServer, alone: bool
) -> None:
    reminder = remind(alone=alone)
    assert actions.record_answers(sent, [GONE]) == 1
    (request,) = requests()
    assert (request.status, request.round) == (RequestStatus.SAID_REMOVED, 1)
    assert request.location.work == Work.CHECK
    assert status(reminder) == NoticeStatus.CANCELLED
    actions.send_due_notices()
    assert len(smtp.received) == 1


def test_mail_about_the_notice_before_calls_a_reminder_back(
    sent: Notice, smtp: MailServer, caseworker: User
) -> None:
    reminder = remind()
    take_mail(letter(sent.reply_to, "We look at it."))
    assert requests()[0].status == RequestStatus.REPLIED
    assert status(reminder) == NoticeStatus.CANCELLED
    actions.send_due_notices()
    assert len(smtp.received) == 1
    # There was no answer in it: they are waited for as before, and reminded after all.
    note_answer(ReceivedMail.objects.get(), [], by=caseworker)
    (request,) = requests()
    assert (request.status, request.round) == (RequestStatus.SENT, 1)
    remind()
    actions.send_due_notices()
    assert len(smtp.received) == 2


@pytest.mark.parametrize("by_mail", [True, False])
def test_answer_to_the_notice_before_counts_when_the_reminder_has_left(
    sent: Notice, smtp: MailServer, caseworker: User, by_mail: bool
) -> None:
    remind()
    actions.send_due_notices()
    assert len(smtp.received) == 2
    if by_mail:
        take_mail(letter(sent.reply_to, "It is gone."))
        assert requests()[0].status == RequestStatus.REPLIED
        note_answer(ReceivedMail.objects.get(), [GONE], by=caseworker)
    else:
        actions.record_answers(sent, [GONE])
    (request,) = requests()
    assert (request.status, request.round) == (RequestStatus.SAID_REMOVED, 2)


def test_mail_without_an_answer_about_the_notice_before_leaves_the_clock_of_the_last(
    sent: Notice, smtp: MailServer, caseworker: User
) -> None:
    reminder = remind()
    actions.send_due_notices()
    due_at = requests()[0].due_at
    take_mail(letter(sent.reply_to, "We look at it."))
    take_mail(letter(reminder.reply_to, "We still look at it."))
    for mail in ReceivedMail.objects.order_by("received_at"):
        assert requests()[0].status == RequestStatus.REPLIED
        note_answer(mail, [], by=caseworker)
    (request,) = requests()
    assert (request.status, request.round) == (RequestStatus.SENT, 2)
    assert request.due_at is not None
    assert due_at is not None
    assert abs(request.due_at - due_at) < timedelta(minutes=1)


def test_answer_that_a_notice_arrived_after_all_keeps_it_from_going_twice(
    sent: Notice, smtp: MailServer, caseworker: User
) -> None:
    Notice.objects.update(status=NoticeStatus.UNCERTAIN)
    RemovalRequest.objects.update(status=RequestStatus.UNCERTAIN)
    actions.resolve_uncertain(Notice.objects.get(), was_sent=False, by=caseworker)
    draft = actions.draft_notice(requests(), by=caseworker)
    actions.record_answers(sent, [GONE])
    assert requests()[0].status == RequestStatus.SAID_REMOVED
    with pytest.raises(RefusedError):
        actions.send_notice(draft, by=caseworker)


def test_hand_over_of_a_page_reported_again_goes_on(smtp: MailServer) -> None:
    """What the hotline said of the first report is not about the second."""
    factories.hotline()
    register(age_in_picture="under_18")
    actions.send_due_notices()
    first = Notice.objects.get()
    actions.record_answers(first, [GONE])
    register(age_in_picture="under_18")
    (request,) = requests()
    assert (request.status, request.round) == (RequestStatus.READY, 2)
    actions.record_answers(first, [actions.Claim(1, AnswerKind.WAS_GONE)])
    assert requests()[0].status == RequestStatus.READY
    actions.send_due_notices()
    assert len(smtp.received) == 2


def test_another_reporter_reads_nothing_of_what_was_called_back(sent: Notice) -> None:
    """They were asked before this report; the reminder after it never left."""
    mark_silent(timezone.now() + WILL_BE_SILENT)
    later = register(facts=factories.ADULT)
    GroundRoute.objects.update(chasers_alone=1)
    assert chase() == 1
    actions.record_answers(sent, [GONE])
    assert progress_of(later, later.created_at).steps == []
    first = Statement.objects.order_by("pk")[0]
    steps = progress_of(first, first.created_at).steps
    assert [step.key for step in steps] == ["asked", "no_reply", "they_say_gone"]


# Sent together, and one of them is done with.


def test_reminder_is_about_those_of_a_notice_that_are_still_silent(
    together: list[RemovalRequest], caseworker: User, smtp: MailServer
) -> None:
    sent = Notice.objects.get()
    actions.stop(together[0], by=caseworker)
    actions.record_answers(sent, [actions.Claim(2, AnswerKind.REFUSED, "no")])
    reminder = remind()
    text = actions.envelope_of(reminder).text
    assert [url in text for url in URLS] == [False, False, True]
    actions.send_due_notices()
    assert [request.status for request in requests()] == ["withdrawn", "refused", "sent"]
    assert len(smtp.received) == 2


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("why", ["stopped", "answered", "gone", "minor"])
def test_rest_of_a_reminder_is_for_a_person_when_one_is_done_with(
    together: list[RemovalRequest], caseworker: User, smtp: MailServer, why: str, alone: bool
) -> None:
    sent = Notice.objects.get()
    reminder = remind(alone=alone)
    one = requests()[0]
    if why == "stopped":
        actions.stop(one, by=caseworker)
    elif why == "answered":
        actions.record_answers(sent, [GONE])
    elif why == "gone":
        actions.record_check(one.location, gone=True, by=caseworker)
    else:
        register(URLS[0], age_in_picture="under_18")
    assert status(reminder) == NoticeStatus.CANCELLED
    actions.send_due_notices()
    assert len(smtp.received) == 1
    done, *rest = requests()
    assert done.status not in (RequestStatus.READY, RequestStatus.QUEUED)
    assert {(each.status, each.round) for each in rest} == {(RequestStatus.READY, 2)}
    assert {each.location.work for each in rest} == {Work.SEND}
    again = actions.draft_notice(rest, by=caseworker)
    assert "request number 2" in actions.envelope_of(again).text
    actions.send_notice(again, by=caseworker)
    actions.send_due_notices()
    assert len(smtp.received) == 2


# Gone, or not to be written to, while it waits for their office.


def test_page_that_is_gone_is_asked_of_nobody_any_more(
    queued: Notice, caseworker: User, smtp: MailServer
) -> None:
    host = factories.recipient("host", name="Their host")
    place = Location.objects.get()
    request = actions.propose(place, host, by=caseworker)
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    actions.choose(request, pair, by=caseworker)
    RemovalRequest.objects.filter(pk=request.pk).update(status=RequestStatus.NO_REPLY)
    actions.record_check(place, gone=True, by=caseworker)
    assert {each.status for each in requests()} == {RequestStatus.REMOVED}
    assert Location.objects.get().work == Work.DONE
    actions.send_due_notices()
    assert smtp.received == []


@pytest.mark.parametrize("why", ["active", "hostile", "law", "pair"])
def test_notice_that_waits_does_not_go_to_who_may_not_be_written_to(
    queued: Notice, smtp: MailServer, caseworker: User, why: str
) -> None:
    if why == "pair":
        GroundRoute.objects.exclude(route__key="hotline").delete()
    elif why == "law":
        LegalGround.objects.update(verified=False)
    else:
        Recipient.objects.update(**{why: why == "hostile"})
    assert actions.send_due_notices() == 1
    assert smtp.received == []
    assert status(queued) == NoticeStatus.CANCELLED
    (request,) = requests()
    assert request.status == RequestStatus.READY
    with pytest.raises(RefusedError):
        actions.draft_notice([request], by=caseworker)


def test_hand_over_that_waits_goes_to_the_hotline_of_now(smtp: MailServer) -> None:
    first = factories.hotline(address="old@hotline.test")
    register(age_in_picture="under_18")
    smtp.on_data = "451 later"
    actions.send_due_notices()
    Recipient.objects.filter(pk=first.pk).update(active=False)
    factories.hotline(address="new@hotline.test")
    smtp.on_data = ""
    Notice.objects.update(next_action_at=timezone.now())
    actions.send_due_notices()
    actions.send_due_notices()
    assert smtp.received[-1].recipients == ["new@hotline.test"]


def test_form_of_who_may_not_be_written_to_is_not_filled_in(
    ready: RemovalRequest, caseworker: User
) -> None:
    form = {"channel": Channel.FORM, "form_url": "https://platform.test/form"}
    Recipient.objects.update(**form)
    notice = actions.draft_notice(requests(), by=caseworker)
    actions.send_notice(notice, by=caseworker)
    Recipient.objects.update(hostile=True)
    with pytest.raises(IncompleteError) as incomplete:
        actions.handwork_of(Notice.objects.get(), by=caseworker)
    assert incomplete.value.missing == [Missing.HOSTILE]
