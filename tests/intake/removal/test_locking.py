"""Two at once about one location: whoever comes second waits, and sees what the first did.

On PostgreSQL, where two transactions really run beside each other.
"""

import threading
from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions.clocks import mark_silent
from intake.removal.errors import RefusedError
from intake.removal.locking import lock_location
from intake.removal.models import AgeInPicture, Location, Notice, RemovalRequest
from intake.removal.states import NoticeStatus, RequestStatus
from intake.removal.workflow import settle_locations
from tests.databases import close
from tests.intake.removal import factories

pytestmark = pytest.mark.django_db(databases=["default", "keys"], transaction=True)


def beside(
    first: Callable[[], object],
    second: Callable[[], object],
    *,
    then: Callable[[], object] = lambda: None,
) -> list[BaseException]:
    """Run two acts beside each other: the second begins before the first commits. That goes on, with
    ``then``, once the other waits for it or is done. Returns what they raised."""
    raised: list[BaseException] = []
    begun, done = threading.Event(), threading.Event()
    pid: list[int] = []

    def run() -> None:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                pid.extend(cursor.fetchone())
            begun.set()
            second()
        except (RefusedError, DatabaseError) as error:
            raised.append(error)
        finally:
            done.set()
            close()

    other = threading.Thread(target=run)
    try:
        with transaction.atomic():
            first()
            other.start()
            assert begun.wait(60)
            while not done.wait(0.02) and not waits(pid[0]):
                pass
            then()
    except (RefusedError, DatabaseError) as error:
        raised.append(error)
    other.join()
    return raised


def waits(pid: int) -> bool:
    """Whether a connection waits for a lock that another holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT cardinality(pg_blocking_pids(%s)) > 0", [pid])
        return bool(cursor.fetchone()[0])


@pytest.fixture
def draft(ready: RemovalRequest, caseworker: User) -> Notice:
    # Somebody is to be asked sooner: what the location waits for stays as it is.
    host = factories.recipient("host", name="Their host")
    sooner = actions.propose(ready.location, host, by=caseworker)
    RemovalRequest.objects.filter(pk=sooner.pk).update(due_at=timezone.now())
    settle_locations([ready.location_id])
    return actions.draft_notice([ready], by=caseworker)


def as_now() -> tuple[str, str]:
    request = RemovalRequest.objects.get(recipient__name="Example photos")
    return Notice.objects.get().status, request.status


@pytest.mark.parametrize("what", ["minor", "stop"])
def test_what_a_reporter_says_beside_send_calls_the_notice_back(
    draft: Notice, caseworker: User, what: str
) -> None:
    statement = Location.objects.get().statements.get()

    def say() -> None:
        if what == "minor":
            actions.correct_age(statement, AgeInPicture.UNDER_18)
        else:
            actions.withdraw_mandate(statement)

    assert beside(lambda: actions.send_notice(draft, by=caseworker), say) == []
    assert as_now() == (NoticeStatus.CANCELLED, RequestStatus.WITHDRAWN)


def test_send_beside_what_a_reporter_says_is_refused(draft: Notice, caseworker: User) -> None:
    statement = Location.objects.get().statements.get()
    (refused,) = beside(
        lambda: actions.correct_age(statement, AgeInPicture.UNDER_18),
        lambda: actions.send_notice(draft, by=caseworker),
    )
    assert isinstance(refused, RefusedError)
    assert as_now() == (NoticeStatus.CANCELLED, RequestStatus.WITHDRAWN)


def test_nobody_is_proposed_beside_a_word_that_it_may_be_a_minor(
    location: Location, platform: Recipient, caseworker: User
) -> None:
    statement = location.statements.get()
    (refused,) = beside(
        lambda: actions.correct_age(statement, AgeInPicture.UNDER_18),
        lambda: actions.propose(location, platform, by=caseworker),
    )
    assert isinstance(refused, RefusedError)
    assert not RemovalRequest.objects.filter(is_hand_over=False).exists()


def test_two_colleagues_propose_the_same(
    location: Location, platform: Recipient, caseworker: User
) -> None:
    def propose() -> None:
        actions.propose(Location.objects.get(), platform, by=caseworker)

    assert beside(propose, propose) == []
    assert RemovalRequest.objects.count() == 1


def test_clock_and_reporter_do_not_wait_for_each_other(draft: Notice) -> None:
    asked = RemovalRequest.objects.filter(recipient__name="Example photos")
    asked.update(status=RequestStatus.SENT, due_at=timezone.now())
    statement = Location.objects.get().statements.get()
    raised = beside(
        lambda: lock_location(statement.location_id),
        lambda: mark_silent(timezone.now()),
        then=lambda: actions.withdraw_mandate(statement),
    )
    assert raised == []
    assert asked.get().status == RequestStatus.WITHDRAWN
