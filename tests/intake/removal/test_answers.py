"""What a recipient says is a claim: on file, correctable, and never a fact by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim
from intake.removal.actions.answers import PROMISES_END
from intake.removal.actions.clocks import mark_silent
from intake.removal.errors import RefusedError
from intake.removal.models import (
    Answer,
    GroundRoute,
    Location,
    Notice,
    RemovalEvent,
    RemovalRequest,
)
from intake.removal.queries import Progress, progress_of
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_sending import make_uncertain, request_of
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


def seen_by_reporter() -> Progress:
    statement = Location.objects.get().statements.get()
    return progress_of(statement, statement.created_at)


def keys() -> list[str]:
    return [step.key for step in seen_by_reporter().steps]


@pytest.mark.parametrize(
    ("kind", "status", "key"),
    [
        (AnswerKind.REMOVED, RequestStatus.SAID_REMOVED, "they_say_gone"),
        (AnswerKind.WAS_GONE, RequestStatus.SAID_REMOVED, "they_say_gone"),
        (AnswerKind.NOT_OURS, RequestStatus.WRONG_RECIPIENT, "not_theirs"),
        (AnswerKind.NEED_MORE, RequestStatus.NEED_MORE, "need_more"),
        (AnswerKind.REFUSED, RequestStatus.REFUSED, "refused"),
    ],
)
def test_answer_is_a_claim(sent: Notice, kind: AnswerKind, status: RequestStatus, key: str) -> None:
    assert actions.record_answers(sent, [Claim(1, kind, "because")]) == 1
    assert request_of(sent).status == status
    assert keys() == ["asked", key]
    assert not seen_by_reporter().settled
    assert Answer.objects.get().words == "because"


def test_claim_of_gone_is_checked_by_a_person(sent: Notice, caseworker: User) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    location = Location.objects.get()
    assert location.work == Work.CHECK
    assert seen_by_reporter().steps[-1].text == "Example photos says it is gone. We are checking."
    actions.record_check(location, gone=True, by=caseworker)
    assert request_of(sent).status == RequestStatus.REMOVED
    assert keys() == ["asked", "they_say_gone", "gone"]
    assert seen_by_reporter().state == "gone"
    assert seen_by_reporter().settled
    answer = Answer.objects.get()
    assert answer.checked_by == caseworker
    assert answer.checked_at is not None
    assert Location.objects.get().work == Work.DONE


def test_claim_of_gone_that_is_not_so(sent: Notice, caseworker: User, smtp: MailServer) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    actions.record_check(Location.objects.get(), gone=False, by=caseworker)
    request = request_of(sent)
    assert request.status == RequestStatus.STILL_THERE
    assert keys()[-1] == "still_there"
    actions.ask_again(request, by=caseworker)
    assert request.round == 2
    actions.send_notice(actions.draft_notice([request], by=caseworker), by=caseworker)
    actions.send_due_notices()
    assert len(smtp.received) == 2
    assert keys() == ["asked", "they_say_gone", "still_there", "asked"]


def test_same_answer_twice_is_one(sent: Notice) -> None:
    claims = [Claim(1, AnswerKind.REFUSED, "no")]
    assert actions.record_answers(sent, claims) == 1
    assert actions.record_answers(sent, claims) == 0
    assert Answer.objects.count() == 1


def test_answer_can_be_corrected(sent: Notice) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REFUSED, "no")])
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    assert request_of(sent).status == RequestStatus.SAID_REMOVED
    assert Answer.objects.count() == 2
    assert RemovalEvent.objects.filter(because="corrected").count() == 1


def test_promise_is_waited_for_and_then_is_silence(sent: Notice) -> None:
    until = timezone.localdate() + timedelta(days=5)
    actions.record_answers(sent, [Claim(1, AnswerKind.WILL_DO, until=until)])
    request = request_of(sent)
    assert request.status == RequestStatus.PROMISED
    assert request.due_at is not None
    assert timezone.localdate(request.due_at) == until + timedelta(days=1)
    assert Location.objects.get().work == Work.WAIT
    assert seen_by_reporter().state == "promised"
    assert keys() == ["asked", "promised"]
    assert mark_silent(request.due_at - timedelta(seconds=1)) == 0
    assert mark_silent(request.due_at) == 1
    assert request_of(sent).status == RequestStatus.NO_REPLY
    assert RemovalEvent.objects.filter(because="not_done").count() == 1


def test_promise_made_anew_puts_off_no_longer_than_the_notice_lasts(sent: Notice) -> None:
    for days in (3, 6, 30):
        until = timezone.localdate() + timedelta(days=days)
        actions.record_answers(sent, [Claim(1, AnswerKind.WILL_DO, until=until)])
    assert sent.sent_at is not None
    assert request_of(sent).due_at == sent.sent_at + PROMISES_END
    assert Answer.objects.count() == 3


def test_answer_after_the_check_changes_nothing(sent: Notice, caseworker: User) -> None:
    actions.record_check(Location.objects.get(), gone=True, by=caseworker)
    actions.record_answers(sent, [Claim(1, AnswerKind.REFUSED, "no")])
    assert request_of(sent).status == RequestStatus.REMOVED
    assert Answer.objects.count() == 1


def test_answer_about_what_is_not_in_the_notice_is_dropped(sent: Notice) -> None:
    assert actions.record_answers(sent, [Claim(2, AnswerKind.REMOVED)]) == 0


def test_answer_to_an_uncertain_notice_shows_that_it_arrived(queued: Notice) -> None:
    make_uncertain(queued)
    notice = Notice.objects.get(pk=queued.pk)
    actions.record_answers(notice, [Claim(1, AnswerKind.REMOVED)])
    assert Notice.objects.get(pk=queued.pk).status == NoticeStatus.ACCEPTED
    assert request_of(queued).status == RequestStatus.SAID_REMOVED


def test_answer_that_overtakes_our_bookkeeping(queued: Notice) -> None:
    Notice.objects.filter(pk=queued.pk).update(
        status=NoticeStatus.ATTEMPTING, message_id="<x@helpline.test>"
    )
    notice = Notice.objects.get(pk=queued.pk)
    assert actions.record_answers(notice, [Claim(1, AnswerKind.REMOVED)]) == 1
    assert request_of(queued).status == RequestStatus.SAID_REMOVED


def test_silence_is_a_state_of_its_own(sent: Notice, caseworker: User) -> None:
    request = request_of(sent)
    assert request.due_at is not None
    assert mark_silent(request.due_at) == 1
    assert request_of(sent).status == RequestStatus.NO_REPLY
    assert keys()[-1] == "no_reply"
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    assert request_of(sent).status == RequestStatus.SAID_REMOVED


def test_gone_for_one_is_gone_for_all(
    sent: Notice, caseworker: User, pair: GroundRoute, platform: Recipient
) -> None:
    location = Location.objects.get()
    other = Recipient.objects.get(pk=platform.pk)
    other.pk, other.name = None, "Their host"
    other.kind = "host"
    other.save()
    second = actions.propose(location, other, by=caseworker)
    actions.choose(second, pair, by=caseworker)
    actions.draft_notice([second], by=caseworker)
    actions.record_check(location, gone=True, by=caseworker)
    assert set(RemovalRequest.objects.values_list("status", flat=True)) == {"removed"}
    assert Location.objects.get().work == Work.DONE
    assert not Notice.objects.filter(status=NoticeStatus.DRAFT).exists()


def test_check_of_nothing_is_refused(location: Location, caseworker: User) -> None:
    with pytest.raises(RefusedError):
        actions.record_check(location, gone=True, by=caseworker)


# What one reporter sees of another: nothing.


def test_later_reporter_sees_nothing_of_before(sent: Notice, caseworker: User) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    later = register(URL)
    progress = progress_of(later, later.created_at)
    assert progress.steps == []
    assert progress.state == "received"
    actions.record_check(Location.objects.get(), gone=True, by=caseworker)
    assert [s.key for s in progress_of(later, later.created_at).steps] == ["gone"]


def test_reporters_progress_does_not_change_when_another_reports(sent: Notice) -> None:
    first = Location.objects.get().statements.get()
    before = progress_of(first, first.created_at)
    register(URL)
    register(URL, agreed="yes", wish="wait")
    assert progress_of(first, first.created_at) == before


def test_reported_again_after_gone_reopens_with_history(sent: Notice, caseworker: User) -> None:
    first = Location.objects.get().statements.get()
    actions.record_check(Location.objects.get(), gone=True, by=caseworker)
    before_the_report = timezone.now()
    later = register(URL)
    location = Location.objects.get()
    assert location.reopened_at is not None
    assert location.work == Work.DECIDE
    assert request_of(sent).status == RequestStatus.STILL_THERE
    # Who reports it again does not learn that it was reported before.
    assert progress_of(later, before_the_report).steps == []
    # Nor does who reported it first learn that somebody else did.
    assert [s.key for s in progress_of(first, first.created_at).steps][-1] == "gone"


def test_reported_as_a_minors_tells_nothing_of_before(sent: Notice) -> None:
    first = Location.objects.get().statements.get()
    before_the_report = timezone.now()
    later = register(URL, age_in_picture="unknown")
    assert progress_of(later, before_the_report).steps == []
    first = Location.objects.get().statements.get(pk=first.pk)
    assert progress_of(first, first.created_at).state == "with_hotline"


def test_gone_is_said_once_whoever_was_asked(
    sent: Notice, caseworker: User, pair: GroundRoute, platform: Recipient
) -> None:
    location = Location.objects.get()
    for number in range(2):
        asked = factories.recipient(name=f"Host {number}", kind="host")
        actions.choose(actions.propose(location, asked, by=caseworker), pair, by=caseworker)
    actions.record_check(location, gone=True, by=caseworker)
    assert keys() == ["asked", "gone"]


def test_token_of_the_notice_finds_it_and_no_other_does(sent: Notice) -> None:
    text = actions.envelope_of(sent).text
    token = text.split("/answer/")[1].split("/")[0]
    assert len(token) >= 32
    assert actions.notice_of_token(token) == sent
    assert actions.notice_of_token(token[:-1]) is None
    assert actions.notice_of_token("") is None
    assert token.encode() not in bytes(sent.token_hash)
