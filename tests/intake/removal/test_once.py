"""Once and only once: the key that the database holds, and many workers who want the same rows."""

import email
import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions.drafting import write_notice
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    NoticeRequest,
    RemovalEvent,
    RemovalRequest,
)
from intake.removal.states import NoticeStatus, RequestStatus
from tests.databases import close
from tests.intake.removal.factories import URL, register
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]
DATABASES = ["default", "keys"]
WORKERS, NOTICES = 4, 24


def test_key_of_sending_is_recipient_location_ground_and_round(queued: Notice) -> None:
    entry = NoticeRequest.objects.get()
    request = entry.request
    key = (entry.recipient_id, entry.location_id, entry.ground_id, entry.round)
    assert key == (queued.recipient_id, request.location_id, queued.ground_id, request.round)


def test_database_refuses_the_same_key_for_another_request(
    queued: Notice, platform: Recipient
) -> None:
    """Not even a second row about the same ask gets by, however it came to be."""
    first = NoticeRequest.objects.get()
    twin = RemovalRequest.objects.create(
        location=first.location,
        recipient=platform,
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )
    again = NoticeRequest(
        notice=queued,
        request=twin,
        recipient=first.recipient,
        location=first.location,
        ground=first.ground,
        round=first.round,
        position=2,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save(force_insert=True)
    again.round += 1
    again.save(force_insert=True)


def test_second_notice_in_one_round_is_refused(
    queued: Notice, pair: GroundRoute, caseworker: User
) -> None:
    request = RemovalRequest.objects.get()
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        write_notice([request], pair)
    assert refused.value.refusal == Refusal.CHANGED
    assert Notice.objects.get() == queued


def test_cancelled_notice_gives_its_round_back(queued: Notice, caseworker: User) -> None:
    actions.cancel_notice(queued, by=caseworker)
    request = RemovalRequest.objects.get()
    assert (request.status, request.round) == (RequestStatus.READY, 1)
    actions.send_notice(actions.draft_notice([request], by=caseworker), by=caseworker)
    assert NoticeRequest.objects.get().round == 1


@pytest.mark.django_db(databases=DATABASES, transaction=True)
def test_many_workers_send_each_notice_once(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> None:
    for number in range(NOTICES):
        location = Location.objects.get(pk=register(f"{URL}/{number}").location_id)
        request = actions.propose(location, platform, by=caseworker)
        actions.choose(request, pair, by=caseworker)
        actions.send_notice(actions.draft_notice([request], by=caseworker), by=caseworker)
    start = threading.Barrier(WORKERS)
    failed: list[BaseException] = []

    def work() -> None:
        start.wait()
        try:
            while Notice.objects.filter(status=NoticeStatus.QUEUED).exists():
                actions.send_due_notices(timezone.now() + timedelta(seconds=1))
        except BaseException as error:  # noqa: BLE001 -- a thread's failure must reach the test
            failed.append(error)
        finally:
            close()

    workers = [threading.Thread(target=work) for _i in range(WORKERS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failed
    sent = Counter(email.message_from_bytes(mail.content)["Message-ID"] for mail in smtp.received)
    assert set(sent.values()) == {1}
    assert set(sent) == set(Notice.objects.values_list("message_id", flat=True))
    assert set(Notice.objects.values_list("status", flat=True)) == {NoticeStatus.ACCEPTED}
    begun = RemovalEvent.objects.filter(became=NoticeStatus.ATTEMPTING).values_list("notice")
    assert begun.count() == begun.distinct().count() == NOTICES


def migrate(*targets: tuple[str, str]) -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(list(targets) or executor.loader.graph.leaf_nodes())


@pytest.mark.django_db(databases=DATABASES, transaction=True)
def test_key_comes_along_with_notices_of_before(queued: Notice) -> None:
    entry = NoticeRequest.objects.get()
    migrate(("removal", "0014_mail_of_recipients"))
    migrate()
    again = NoticeRequest.objects.get()
    for field in NoticeRequest._meta.concrete_fields:
        assert getattr(again, field.attname) == getattr(entry, field.attname), field.name
