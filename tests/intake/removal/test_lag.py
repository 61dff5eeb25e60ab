"""Notices that wait for a worker are seen: on the desk, and by who keeps the site running."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpline.health import _notices
from helpline.staff.models import User
from intake.removal import actions
from intake.removal.models import Notice
from intake.removal.queries.lag import LATE, lag
from intake.removal.states import NoticeStatus
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def test_lag_is_none_while_notices_leave(queued: Notice, smtp: MailServer) -> None:
    assert lag() is None
    actions.send_due_notices()
    assert lag(timezone.now() + timedelta(days=3)) is None


def test_lag_counts_what_no_worker_took(queued: Notice) -> None:
    due = queued.next_action_at
    assert due is not None
    assert lag(due + LATE) is None
    found = lag(due + LATE + timedelta(seconds=1))
    assert found is not None
    assert (found.waiting, found.since) == (1, due)


def test_lag_leaves_out_what_waits_for_an_office(queued: Notice) -> None:
    Notice.objects.update(next_action_at=timezone.now() + timedelta(days=2))
    assert lag(timezone.now() + timedelta(days=1)) is None


def test_lag_counts_what_a_worker_never_finished(queued: Notice) -> None:
    over = timezone.now() - LATE - timedelta(seconds=1)
    Notice.objects.update(status=NoticeStatus.CLAIMED, lease_until=over)
    found = lag()
    assert found is not None
    assert found.waiting == 1


def test_desk_says_that_notices_wait(queued: Notice, caseworker: User) -> None:
    client = sign_in(caseworker)
    words = "de worker verstuurt niet"
    assert words not in client.get("/console/desk/").content.decode()
    Notice.objects.update(next_action_at=timezone.now() - timedelta(hours=1))
    assert words in client.get("/console/desk/").content.decode()


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_health_says_that_notices_wait(queued: Notice) -> None:
    assert _notices() == "ok"
    Notice.objects.update(next_action_at=timezone.now() - timedelta(hours=1))
    assert _notices() == "late"
