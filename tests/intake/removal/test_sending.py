"""A notice goes out once, or a person is told that nobody knows. Against real mail servers."""

import email
import email.policy
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from datetime import timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from helpline.staff.models import User
from intake.removal import actions
from intake.removal.actions import sending
from intake.removal.actions.clocks import mark_silent
from intake.removal.models import Location, Notice, RemovalEvent, RemovalRequest
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.databases import close
from tests.intake.removal.factories import URL
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer, crooked_server, silent, talk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

ROOT = Path(__file__).parents[3]


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def fresh(notice: Notice) -> Notice:
    return Notice.objects.get(pk=notice.pk)


def request_of(notice: Notice) -> RemovalRequest:
    return RemovalRequest.objects.get(entries__notice=notice)


def test_send_due_notices_delivers_the_very_text_of_the_preview(
    queued: Notice, smtp: MailServer
) -> None:
    shown = actions.envelope_of(fresh(queued))
    assert actions.send_due_notices() == 1
    (mail,) = smtp.received
    message = parsed(mail.content)
    assert message.get_content().replace("\r\n", "\n") == shown.text
    assert message["Subject"] == shown.subject
    assert message["Message-ID"] == shown.message_id
    assert message["Reply-To"] == shown.reply_to
    assert mail.recipients == ["abuse@platform.test"]
    assert URL in shown.text
    notice = fresh(queued)
    assert notice.status == NoticeStatus.ACCEPTED
    assert notice.sent_at is not None
    request = request_of(queued)
    assert request.status == RequestStatus.SENT
    assert request.due_at is not None
    assert request.due_at > timezone.now() + timedelta(hours=71)
    assert actions.send_due_notices() == 0
    assert len(smtp.received) == 1


def test_dry_run_is_said_and_blamed_on_nobody(
    queued: Notice, smtp: MailServer, caseworker: User, settings: Settings
) -> None:
    client = sign_in(caseworker)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    assert "on a dry run" not in client.get("/console/desk/").content.decode()
    settings.HELPLINE_DRY_RUN = True
    actions.send_due_notices()
    assert smtp.received == []
    assert "This site is on a dry run" in client.get("/console/desk/").content.decode()
    settings.HELPLINE_DRY_RUN = False
    page = client.get(f"/console/desk/notices/{queued.pk}/").content.decode()
    assert "It was sent while this site was on a dry run" in page
    assert "refused this" not in page


def test_send_due_notices_refused_for_good_is_shown_to_a_person(
    queued: Notice, smtp: MailServer
) -> None:
    smtp.on_recipient = "550 No such mailbox"
    actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.REJECTED
    assert "No such mailbox" in fresh(queued).outcome
    assert request_of(queued).status == RequestStatus.REJECTED
    assert Location.objects.get().work == Work.DECIDE


def test_send_due_notices_without_a_server_tries_again_later(
    queued: Notice, settings: Settings
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        settings.EMAIL_PORT = listener.getsockname()[1]
    actions.send_due_notices()
    notice = fresh(queued)
    assert notice.status == NoticeStatus.QUEUED
    assert notice.attempts == 1
    assert notice.next_action_at is not None
    wait = notice.next_action_at - timezone.now()
    assert timedelta(seconds=30) < wait < timedelta(minutes=2)
    assert actions.send_due_notices() == 0
    assert request_of(queued).status == RequestStatus.QUEUED


def test_send_due_notices_put_off_goes_later(queued: Notice, smtp: MailServer) -> None:
    smtp.on_recipient = "451 Come back later"
    actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.QUEUED
    smtp.on_recipient = ""
    assert actions.send_due_notices(timezone.now() + timedelta(minutes=5)) == 1
    assert len(smtp.received) == 1
    assert fresh(queued).status == NoticeStatus.ACCEPTED


@pytest.mark.parametrize("script", [partial(talk), partial(talk, drop_inside_data=True)])
def test_send_due_notices_silence_after_the_text_is_uncertain(
    queued: Notice, settings: Settings, script: Any
) -> None:
    with crooked_server(script) as port:
        settings.EMAIL_PORT = port
        actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.UNCERTAIN
    assert request_of(queued).status == RequestStatus.UNCERTAIN
    assert Location.objects.get().work == Work.UNCLEAR


def test_send_due_notices_silence_before_the_text_tries_again(
    queued: Notice, settings: Settings
) -> None:
    with crooked_server(silent) as port:
        settings.EMAIL_PORT = port
        actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.QUEUED


def test_uncertain_is_never_sent_by_itself(
    queued: Notice, settings: Settings, smtp: MailServer
) -> None:
    with crooked_server(partial(talk)) as port:
        settings.EMAIL_PORT = port
        actions.send_due_notices()
    settings.EMAIL_PORT = smtp.port
    for days in range(1, 30):
        actions.send_due_notices(timezone.now() + timedelta(days=days))
        mark_silent(timezone.now() + timedelta(days=days))
    assert smtp.received == []
    assert fresh(queued).status == NoticeStatus.UNCERTAIN


def test_resolve_uncertain_sent(queued: Notice, caseworker: User) -> None:
    make_uncertain(queued)
    actions.resolve_uncertain(fresh(queued), was_sent=True, by=caseworker)
    assert fresh(queued).status == NoticeStatus.ACCEPTED
    assert request_of(queued).status == RequestStatus.SENT


def test_resolve_uncertain_not_sent_is_another_round(
    queued: Notice, caseworker: User, smtp: MailServer
) -> None:
    make_uncertain(queued)
    actions.resolve_uncertain(fresh(queued), was_sent=False, by=caseworker)
    request = request_of(queued)
    assert (request.status, request.round) == (RequestStatus.READY, 2)
    assert actions.send_due_notices() == 0
    second = actions.draft_notice([request], by=caseworker)
    actions.send_notice(second, by=caseworker)
    actions.send_due_notices()
    (mail,) = smtp.received
    assert "request number 2" in parsed(mail.content).get_content()


def make_uncertain(notice: Notice) -> None:
    now = timezone.now()
    Notice.objects.filter(pk=notice.pk).update(
        status=NoticeStatus.ATTEMPTING, message_id="<x@helpline.test>", lease_until=now
    )
    assert actions.recover_lost_notices(now + timedelta(seconds=1)) == 1
    assert fresh(notice).status == NoticeStatus.UNCERTAIN


def test_recover_lost_notices_of_one_only_claimed_sends_it(
    queued: Notice, smtp: MailServer
) -> None:
    assert sending._claim_next(timezone.now()) is not None
    assert actions.send_due_notices() == 0
    assert actions.send_due_notices(timezone.now() + sending.LEASE * 2) == 1
    assert len(smtp.received) == 1


def test_worker_thought_dead_may_still_say_what_it_knows(
    queued: Notice, smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from intake.recipients.channels import mail  # noqa: PLC0415 -- only this test replaces it

    deliver = mail.deliver

    def slow(envelope: Any) -> Any:
        outcome = deliver(envelope)
        assert actions.recover_lost_notices(timezone.now() + sending.LEASE * 2) == 1
        return outcome

    monkeypatch.setattr(mail, "deliver", slow)
    actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.ACCEPTED
    assert request_of(queued).status == RequestStatus.SENT
    assert len(smtp.received) == 1


def test_message_id_is_on_file_before_the_server_hears_of_it(
    queued: Notice, monkeypatch: pytest.MonkeyPatch, smtp: MailServer
) -> None:
    from intake.recipients.channels import mail  # noqa: PLC0415 -- only this test replaces it

    deliver = mail.deliver
    seen: list[tuple[str, str | None]] = []

    def watched(envelope: Any) -> Any:
        notice = fresh(queued)
        seen.append((notice.status, notice.message_id))
        return deliver(envelope)

    monkeypatch.setattr(mail, "deliver", watched)
    actions.send_due_notices()
    message = parsed(smtp.received[0].content)
    assert seen == [(NoticeStatus.ATTEMPTING, message["Message-ID"])]


def test_one_bad_row_does_not_hold_up_the_rest(
    queued: Notice, smtp: MailServer, caseworker: User
) -> None:
    Notice.objects.filter(pk=queued.pk).update(to="not an address")
    assert actions.send_due_notices() == 1
    notice = fresh(queued)
    assert notice.status == NoticeStatus.QUEUED
    assert notice.outcome == "ValueError"
    Notice.objects.filter(pk=queued.pk).update(to="abuse@platform.test")
    actions.send_due_notices(timezone.now() + timedelta(days=1))
    assert len(smtp.received) == 1


def test_stopped_while_leaving_keeps_its_own_word(
    queued: Notice, smtp: MailServer, caseworker: User
) -> None:
    """The victim withdraws in the second in which the notice leaves."""
    RemovalRequest.objects.update(status=RequestStatus.WITHDRAWN)
    actions.send_due_notices()
    assert fresh(queued).status == NoticeStatus.ACCEPTED
    assert request_of(queued).status == RequestStatus.WITHDRAWN


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_two_workers_at_once_send_once(queued: Notice, smtp: MailServer) -> None:
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def work() -> None:
        start.wait()
        try:
            for _turn in range(3):
                actions.send_due_notices()
        except BaseException as error:  # noqa: BLE001 -- a thread's failure must reach the test
            failed.append(error)
        finally:
            close()

    workers = [threading.Thread(target=work) for _i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    assert len(smtp.received) == 1
    assert fresh(queued).status == NoticeStatus.ACCEPTED
    events = RemovalEvent.objects.filter(notice=queued, became=NoticeStatus.ATTEMPTING)
    assert events.count() == 1


WORKER = """
import django
django.setup()
from django.conf import settings
settings.EMAIL_PORT = {port}
settings.EMAIL_TIMEOUT = 60
settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
from intake.removal import actions
actions.send_due_notices()
"""


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_worker_killed_in_the_middle_leaves_uncertain(
    queued: Notice, settings: Settings, smtp: MailServer
) -> None:
    with crooked_server(partial(talk)) as port:  # takes the text and never answers
        worker = subprocess.Popen(  # noqa: S603 -- our own worker
            [sys.executable, "-c", WORKER.format(port=port)],
            cwd=ROOT,
            env={**os.environ, "DJANGO_SETTINGS_MODULE": "helpline.settings.test"},
        )
        try:
            deadline = time.monotonic() + 60
            while fresh(queued).status != NoticeStatus.ATTEMPTING:
                assert time.monotonic() < deadline
                assert worker.poll() is None
                time.sleep(0.1)
            time.sleep(1)  # on into the text
            worker.send_signal(signal.SIGKILL)
        finally:
            worker.kill()
            worker.wait()
    assert fresh(queued).status == NoticeStatus.ATTEMPTING
    assert actions.send_due_notices() == 0
    assert fresh(queued).status == NoticeStatus.ATTEMPTING  # its lease may still hold
    later = timezone.now() + sending.LEASE * 2
    assert actions.send_due_notices(later) == 0
    assert fresh(queued).status == NoticeStatus.UNCERTAIN
    assert request_of(queued).status == RequestStatus.UNCERTAIN
    for days in range(3):
        actions.send_due_notices(later + timedelta(days=days))
    assert smtp.received == []
