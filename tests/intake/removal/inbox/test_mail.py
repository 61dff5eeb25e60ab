"""Mail about a notice: kept once, read by a person, and no claim by itself."""

import io
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from helpline.privacy.erasure import erase_expired
from helpline.privacy.models import DataKey
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.fetching import fetch_mail
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.mail import (
    ACKNOWLEDGED_WITHIN,
    MOST_STRAY,
    Taken,
    give_stray,
    note_answer,
    open_mail,
    open_stray,
    take_mail,
    throw_away,
)
from intake.removal.errors import Refusal, RefusedError
from intake.removal.inbox.box import mailbox_at
from intake.removal.models import Answer, Location, Notice, ReceivedMail, StrayMail
from intake.removal.queries import progress_of
from intake.removal.states import MailKind, NoticeStatus, RequestStatus, Work
from tests.helpline.staff.conftest import client_of
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.inbox.letters import PICTURE, bounce, letter
from tests.intake.removal.test_sending import make_uncertain, request_of
from tests.standins.imap import mailbox
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


def reporter_keys() -> list[str]:
    statement = Location.objects.get().statements.get()
    return [step.key for step in progress_of(statement, statement.created_at).steps]


def test_mail_is_kept_and_waits_for_a_person(sent: Notice, caseworker: User) -> None:
    text = f"We removed {URL} today."
    assert take_mail(letter(sent.reply_to, text, attached=PICTURE)) == Taken.KEPT
    mail = ReceivedMail.objects.get()
    assert (mail.kind, mail.notice, mail.left_out) == (MailKind.ANSWER, sent, 1)
    assert request_of(sent).status == RequestStatus.REPLIED
    assert Location.objects.get().work == Work.DECIDE
    assert not Answer.objects.exists()
    assert reporter_keys() == ["asked", "they_wrote"]
    assert open_mail(mail, by=caseworker)[1] == text
    # The address stands in no mail: it goes with its location.
    assert URL not in mail.text
    assert AuditEntry.objects.filter(action="open_mail").exists()


def test_same_mail_twice_is_one(sent: Notice) -> None:
    raw = letter(sent.reply_to, "Gone.")
    assert [take_mail(raw), take_mail(raw, to=sent.reply_to)] == [Taken.KEPT, Taken.KNOWN]
    assert ReceivedMail.objects.count() == 1


@pytest.mark.parametrize("way", ["address", "envelope", "answers", "subject"])
def test_mail_finds_its_notice(sent: Notice, way: str) -> None:
    bare = "notices@helpline.test"
    raw, to = letter(bare, "Gone."), ""
    if way == "address":
        raw = letter(sent.reply_to.upper(), "Gone.")
    elif way == "envelope":
        to = sent.reply_to
    elif way == "answers":
        raw = letter(bare, "Gone.", In_Reply_To=str(sent.message_id))
    else:
        raw = letter(bare, "Gone.", subject=f"[Ticket 7] {sent.reference.lower()} closed")
    assert take_mail(raw, to=to) == Taken.KEPT


def test_silence_is_not_called_so_while_a_mail_waits(sent: Notice, caseworker: User) -> None:
    take_mail(letter(sent.reply_to, "We look into it."))
    assert mark_silent(timezone.now() + timedelta(days=60)) == 0
    note_answer(ReceivedMail.objects.get(), [], by=caseworker)
    request = request_of(sent)
    assert request.status == RequestStatus.SENT
    assert request.due_at is not None
    assert reporter_keys() == ["asked", "they_wrote"]
    assert mark_silent(request.due_at) == 1


def test_what_a_colleague_reads_in_it_is_a_claim(sent: Notice, caseworker: User) -> None:
    take_mail(letter(sent.reply_to, "It is gone."))
    mail = ReceivedMail.objects.get()
    note_answer(mail, [Claim(1, AnswerKind.REMOVED)], by=caseworker)
    assert request_of(sent).status == RequestStatus.SAID_REMOVED
    assert Location.objects.get().work == Work.CHECK
    assert Answer.objects.get().mail == mail
    with pytest.raises(RefusedError):
        note_answer(mail, [Claim(1, AnswerKind.REFUSED, "no")], by=caseworker)


def test_mail_after_a_claim_waits_to_be_read_and_changes_nothing(sent: Notice) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    take_mail(letter(sent.reply_to, "How did we do?"))
    assert request_of(sent).status == RequestStatus.SAID_REMOVED
    assert ReceivedMail.objects.get().read_at is None


@pytest.mark.parametrize("late", [False, True])
def test_what_a_ticket_system_sends_at_once_needs_no_reading(sent: Notice, late: bool) -> None:
    if late:
        Notice.objects.update(sent_at=timezone.now() - ACKNOWLEDGED_WITHIN)
    take_mail(letter(sent.reply_to, "Ticket 7.", Auto_Submitted="auto-generated"))
    mail = ReceivedMail.objects.get()
    assert mail.kind == (MailKind.ANSWER if late else MailKind.AUTO_REPLY)
    assert (mail.read_at is None) == late
    assert request_of(sent).status == (RequestStatus.REPLIED if late else RequestStatus.SENT)


def test_bounce_shows_that_it_did_not_arrive(sent: Notice) -> None:
    take_mail(bounce(sent))
    notice = Notice.objects.get()
    assert (notice.status, notice.outcome) == (NoticeStatus.REJECTED, "bounced 5.1.1")
    assert request_of(sent).status == RequestStatus.REJECTED
    assert Location.objects.get().work == Work.DECIDE
    mail = ReceivedMail.objects.get()
    assert (mail.kind, mail.code, mail.text) == (MailKind.BOUNCE, "5.1.1", "550 5.1.1 no such user")
    assert reporter_keys() == ["asked", "not_delivered"]


def test_bounce_decides_what_was_uncertain_and_nothing_is_sent_again(
    queued: Notice, smtp: MailServer
) -> None:
    make_uncertain(queued)
    take_mail(bounce(Notice.objects.get()))
    assert Notice.objects.get().status == NoticeStatus.REJECTED
    assert request_of(queued).status == RequestStatus.REJECTED
    actions.send_due_notices()
    assert smtp.received == []


def test_mail_decides_what_was_uncertain(queued: Notice) -> None:
    make_uncertain(queued)
    take_mail(letter(queued.reply_to, "Gone."))
    assert Notice.objects.get().status == NoticeStatus.ACCEPTED
    assert request_of(queued).status == RequestStatus.REPLIED


def test_delay_and_bounces_of_other_mail_change_nothing(sent: Notice) -> None:
    take_mail(bounce(sent, action="delayed", code="4.4.1"))
    take_mail(bounce(sent, about="<other@helpline.test>"))
    kinds = ReceivedMail.objects.order_by("received_at").values_list("kind", flat=True)
    assert list(kinds) == [MailKind.AUTO_REPLY, MailKind.UNKNOWN]
    assert Notice.objects.get().status == NoticeStatus.ACCEPTED
    assert request_of(sent).status == RequestStatus.SENT


def test_mail_to_a_notice_that_never_left_is_stray(queued: Notice) -> None:
    assert take_mail(letter(queued.reply_to, "Gone.")) == Taken.STRAY


# What belongs to no notice.


def test_stray_mail_is_sealed_kept_short_and_found_its_notice(
    sent: Notice, caseworker: User
) -> None:
    raw = letter("notices@helpline.test", "About https://example.org/x: gone.")
    assert [take_mail(raw), take_mail(raw)] == [Taken.STRAY, Taken.KNOWN]
    stray = StrayMail.objects.get()
    assert open_stray(stray, by=caseworker)[1] == "About [not shown] gone."
    with pytest.raises(RefusedError) as refused:
        give_stray(stray, "AAAA-BBBB-CCCC", by=caseworker)
    assert refused.value.refusal == Refusal.NO_SUCH_NOTICE
    mail = give_stray(stray, f" {sent.reference.lower()} ", by=caseworker)
    assert mail.notice == sent
    assert request_of(sent).status == RequestStatus.REPLIED
    assert not StrayMail.objects.exists()


def test_reference_that_was_read_out_is_found(sent: Notice, caseworker: User) -> None:
    take_mail(letter("notices@helpline.test", "Hello."))
    typed = sent.reference.lower().replace("-", " ")
    mail = give_stray(StrayMail.objects.get(), typed, by=caseworker)
    assert mail.notice == sent


def test_stray_mail_goes_by_itself_with_its_key() -> None:
    take_mail(letter("somebody@helpline.test", "Hello."))
    stray = StrayMail.objects.get()
    erase_expired(timezone.now() + timedelta(days=13))
    assert StrayMail.objects.exists()
    erase_expired(timezone.now() + timedelta(days=15))
    assert not StrayMail.objects.exists()
    assert not DataKey.objects.filter(pk=stray.pk).exists()


def test_stray_mail_is_thrown_away(
    caseworker: User, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    take_mail(letter("somebody@helpline.test", "Hello."))
    stray = StrayMail.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        throw_away(stray, by=caseworker)
    assert not StrayMail.objects.exists()
    assert not DataKey.objects.filter(pk=stray.pk).exists()


def test_a_flood_of_stray_mail_fills_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("intake.removal.actions.mail.MOST_STRAY", 2)
    assert MOST_STRAY > 2
    taken = [take_mail(letter("x@helpline.test", f"Buy {n}")) for n in range(3)]
    assert taken == [Taken.STRAY, Taken.STRAY, Taken.DROPPED]


# A page that may show somebody under 18.


def test_mail_of_the_hotline_shows_no_address(caseworker: User, smtp: MailServer) -> None:
    factories.hotline()
    register(age_in_picture="unknown")
    send_hand_overs()
    actions.send_due_notices()
    notice = Notice.objects.get()
    take_mail(
        letter(
            notice.reply_to, f"{URL} and hxxps://other.test/a are gone.", sender="in@hotline.test"
        )
    )
    mail = ReceivedMail.objects.get()
    assert open_mail(mail, by=caseworker)[1] == "[not shown] and [not shown] are gone."
    note_answer(mail, [Claim(1, AnswerKind.REMOVED)], by=caseworker)
    assert request_of(notice).status == RequestStatus.SAID_REMOVED


def test_of_what_became_a_possible_minors_nothing_is_noted(sent: Notice, caseworker: User) -> None:
    take_mail(letter(sent.reply_to, f"Is {URL} yours?"))
    register(age_in_picture="under_18")
    mail = ReceivedMail.objects.get()
    assert open_mail(mail, by=caseworker)[1] == "Is [not shown] yours?"
    with pytest.raises(RefusedError) as refused:
        note_answer(mail, [Claim(1, AnswerKind.REMOVED)], by=caseworker)
    assert refused.value.refusal == Refusal.POSSIBLY_MINOR
    assert request_of(sent).status == RequestStatus.WITHDRAWN
    note_answer(mail, [], by=caseworker)  # read, and nothing more
    assert request_of(sent).status == RequestStatus.WITHDRAWN


# How it comes in.


def piped(raw: bytes, monkeypatch: pytest.MonkeyPatch, to: str = "") -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
    call_command("receive_mail", to=to)


def test_mail_by_a_pipe(sent: Notice, monkeypatch: pytest.MonkeyPatch) -> None:
    piped(letter("x@helpline.test", "Gone.", attached=PICTURE * 4000), monkeypatch, sent.reply_to)
    assert ReceivedMail.objects.get().kind == MailKind.ANSWER


def test_mail_by_imap_is_taken_once_and_deleted_there(sent: Notice, settings: Settings) -> None:
    assert fetch_mail() == 0  # no mailbox in the settings
    with mailbox() as box:
        settings.HELPLINE_MAILBOX = f"imap://user:secret@127.0.0.1:{box.port}/INBOX"
        box.put(letter(sent.reply_to, "Gone.", attached=PICTURE * 40_000))
        box.put(letter("x@helpline.test", "Whose is this?"))
        assert fetch_mail() == 2
        assert box.mails == {}
        assert box.fetched < 600_000
        assert fetch_mail() == 0
        box.uidplus = False
        box.put(letter(sent.reply_to, "All of it is gone."))
        assert fetch_mail() == 1
        assert box.mails == {}
    assert (ReceivedMail.objects.count(), StrayMail.objects.count()) == (2, 1)
    assert fetch_mail() == 0  # nobody is there any more, and nothing breaks


def test_mailbox_with_a_wrong_password_is_left_alone(settings: Settings) -> None:
    with mailbox() as box:
        settings.HELPLINE_MAILBOX = f"imap://user:wrong@127.0.0.1:{box.port}"
        box.put(letter("x@helpline.test", "Hello."))
        assert fetch_mail() == 0
        assert len(box.mails) == 1


@pytest.mark.parametrize(
    "address", ["imap://u:p@mail.example.org/", "https://u:p@x.test", "imaps://mail.example.org"]
)
def test_mailbox_in_the_clear_is_on_this_machine_only(address: str) -> None:
    with pytest.raises(ValueError, match="mailbox"):
        mailbox_at(address)
    assert mailbox_at("imaps://a%40b.test:p%2F@mail.test").user == "a@b.test"


# The desk.


def test_desk_reads_and_notes(sent: Notice, caseworker: User) -> None:
    take_mail(letter(sent.reply_to, "It is <b>gone</b>."))
    browser = client_of(caseworker)
    shown = browser.get(reverse("removal:mail")).content.decode()
    assert sent.reference in shown
    assert "gone" not in shown
    page = reverse("removal:read-mail", args=[ReceivedMail.objects.get().pk])
    shown = browser.get(page).content.decode()
    assert "It is &lt;b&gt;gone&lt;/b&gt;." in shown
    assert "another domain" not in shown
    assert "In their words" in shown
    assert "Your answer" not in shown
    assert "Choose what they say" in browser.post(page, {"go": "note"}).content.decode()
    wrong = browser.post(page, {"go": "note", "a1-kind": "will_do"}).content.decode()
    assert "Say by which day" in wrong
    browser.post(page, {"go": "note", "a1-kind": "removed"})
    assert request_of(sent).status == RequestStatus.SAID_REMOVED
    assert "Read by kim" in browser.get(page).content.decode()


def test_desk_says_when_it_comes_from_elsewhere(sent: Notice, caseworker: User) -> None:
    take_mail(letter(sent.reply_to, "Who are you?", sender="uploader@elsewhere.test"))
    page = reverse("removal:read-mail", args=[ReceivedMail.objects.get().pk])
    assert "another domain" in client_of(caseworker).get(page).content.decode()


def test_desk_takes_stray_mail_to_its_notice(sent: Notice, caseworker: User) -> None:
    take_mail(letter("x@helpline.test", "Gone."))
    stray = StrayMail.objects.get()
    browser = client_of(caseworker)
    assert "Gone." in browser.get(reverse("removal:stray-mail", args=[stray.pk])).content.decode()
    give = reverse("removal:give-mail", args=[stray.pk])
    assert "There is no notice" in browser.post(give, {"reference": "x"}).content.decode()
    answer = browser.post(give, {"reference": sent.reference}, follow=True)
    assert "What do they say?" in answer.content.decode()


def test_another_service_sees_no_mail(sent: Notice, platform: Recipient) -> None:
    service = Service.objects.create(slug="other", name="Other line")
    stranger = client_of(factories.person("sam", service=service))
    take_mail(letter(sent.reply_to, "Gone."))
    page = reverse("removal:read-mail", args=[ReceivedMail.objects.get().pk])
    assert stranger.get(page).status_code == 404
    assert sent.reference not in stranger.get(reverse("removal:mail")).content.decode()
    assert Client().get(page).status_code == 302
