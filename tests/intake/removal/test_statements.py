"""What reporters declare: one location an address, the most careful word, and erasure."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from helpline.privacy.erasure import erase_expired
from helpline.privacy.models import DataKey
from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.privacy.vault.sealing import blind_index
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import release_statement, withdraw_mandate
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.statements import change_wish, release_unheld_statements
from intake.removal.models import GroundRoute, Location, Notice, RemovalRequest, Statement, Wish
from intake.removal.queries import URL_INDEX, find_location, progress_of
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.databases import close
from tests.intake.removal.factories import URL, hotline, register

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def test_register_seals_the_address() -> None:
    location = register().location
    with connection.cursor() as cursor:
        cursor.execute("SELECT url FROM removal_location")
        assert b"example" not in bytes(cursor.fetchone()[0])
    assert Location.objects.get(pk=location.pk).url == URL
    assert find_location(location.service, URL) == location
    assert DataKey.objects.filter(pk=location.pk, kind="location").exists()


def test_register_same_address_is_one_location() -> None:
    first, second = register(), register("https://EXAMPLE.org:443/photos/7")
    assert first.location == second.location
    assert Location.objects.count() == 1
    assert Statement.objects.count() == 2


def test_register_adult_waits_for_a_caseworker() -> None:
    location = Location.objects.get(pk=register().location.pk)
    assert location.work == Work.ASK
    assert location.due_at is not None
    assert not RemovalRequest.objects.exists()


@pytest.mark.parametrize("age", ["under_18", "unknown", "skipped"])
def test_register_possible_minor_is_handed_to_the_hotline(age: str) -> None:
    hotline()
    statement = register(age_in_picture=age)
    request = RemovalRequest.objects.get()
    assert request.is_hand_over
    assert request.recipient.kind == "hotline"
    assert request.status == RequestStatus.READY
    assert send_hand_overs() == 1
    assert RemovalRequest.objects.get().status == RequestStatus.QUEUED
    notice = Notice.objects.get()
    assert notice.status == NoticeStatus.QUEUED
    assert notice.to == "in@hotline.test"
    assert Location.objects.get(pk=statement.location_id).work == Work.HAND_OVER


def test_register_without_a_hotline_waits_on_top_of_the_queue() -> None:
    location = Location.objects.get(pk=register(age_in_picture="unknown").location_id)
    assert not RemovalRequest.objects.exists()
    assert location.work == Work.HAND_OVER
    assert location.due_at is not None
    assert location.due_at <= timezone.now()


def test_register_most_careful_word_counts() -> None:
    hotline()
    first = register()
    assert not RemovalRequest.objects.exists()
    register(age_in_picture="unknown")
    assert RemovalRequest.objects.get().is_hand_over
    register()  # "an adult" once more changes nothing
    location = Location.objects.get(pk=first.location_id)
    assert location.is_possibly_minor
    assert RemovalRequest.objects.count() == 1


def test_release_last_statement_erases_the_address(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = register(), register()
    location_id = first.location_id
    release_statement(first)
    assert Location.objects.get(pk=location_id).url == URL
    with django_capture_on_commit_callbacks(execute=True):
        release_statement(second)
    location = Location.objects.get(pk=location_id)
    assert location.forgotten_at is not None
    assert location.url_index is location.host_index is location.domain_index is None
    assert not DataKey.objects.filter(pk=location_id).exists()
    with pytest.raises(KeyDestroyedError):
        _ = location.url
    assert register().location_id != location_id


def test_release_erases_the_hand_over_notice_too(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    hotline()
    statement = register(age_in_picture="unknown")
    send_hand_overs()
    notice = Notice.objects.get()
    with django_capture_on_commit_callbacks(execute=True):
        release_statement(statement)
    assert not DataKey.objects.filter(pk__in=[notice.pk, statement.location_id]).exists()
    assert Notice.objects.get().status == NoticeStatus.CANCELLED


def test_release_unheld_statements_finds_what_erasure_left_behind() -> None:
    statement = register()
    assert release_unheld_statements() == 0  # its report may be about to be stored
    Statement.objects.update(created_at=timezone.now() - timedelta(hours=2))
    holders = bool(Statement._meta.related_objects)
    assert release_unheld_statements() == int(holders)
    assert Statement.objects.filter(pk=statement.pk).exists() is not holders


def test_withdraw_mandate_takes_the_location_off_the_desk() -> None:
    statement = register()
    withdraw_mandate(statement)
    assert Location.objects.get(pk=statement.location_id).work == Work.DONE
    assert progress_of(statement, statement.created_at).state == "stopped"


def test_withdraw_mandate_of_one_leaves_the_other() -> None:
    first, second = register(), register()
    withdraw_mandate(first)
    assert Location.objects.get(pk=first.location_id).work == Work.ASK
    assert progress_of(second, second.created_at).state == "received"


def test_change_wish_to_wait_and_back() -> None:
    statement = register()
    change_wish(statement, Wish.WAIT)
    assert Location.objects.get(pk=statement.location_id).work == Work.DONE
    change_wish(statement, Wish.REMOVE)
    assert Location.objects.get(pk=statement.location_id).work == Work.ASK


def test_blind_index_tells_nothing() -> None:
    location = register().location
    assert bytes(Location.objects.get(pk=location.pk).url_index or b"") == blind_index(
        URL_INDEX, URL
    )


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_register_of_two_at_once_is_one_location() -> None:
    start = threading.Barrier(2)
    failed: list[BaseException] = []

    def call() -> None:
        start.wait()
        try:
            register()
        except BaseException as error:  # noqa: BLE001 -- a thread's failure must reach the test
            failed.append(error)
        finally:
            close()

    callers = [threading.Thread(target=call) for _i in range(2)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert not failed
    assert Location.objects.count() == 1
    assert Statement.objects.count() == 2
    assert DataKey.objects.count() == 1


@pytest.mark.parametrize("days", [89, 91])
def test_erasure_takes_what_is_left_of_a_forgotten_location(
    days: int, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    hotline()
    statement = register(age_in_picture="unknown")
    kept = register("https://example.org/kept")
    send_hand_overs()
    with django_capture_on_commit_callbacks(execute=True):
        release_statement(statement)
    erase_expired(timezone.now() + timedelta(days=days))
    left = set(Location.objects.values_list("pk", flat=True))
    gone = {statement.location_id} if days > 90 else set()
    assert left == {statement.location_id, kept.location_id} - gone
    assert Notice.objects.exists() is (days < 90)
    assert RemovalRequest.objects.exists() is (days < 90)


def test_notice_about_several_outlives_all_but_the_last(
    platform: Recipient,
    pair: GroundRoute,
    caseworker: User,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    """Forgetting one address empties it out of a notice that goes on for the other."""
    statements = [register(f"{URL}/{number}") for number in range(2)]
    requests = []
    for statement in statements:
        request = actions.propose(statement.location, platform, by=caseworker)
        actions.choose(request, pair, by=caseworker)
        requests.append(request)
    notice = actions.draft_notice(requests, by=caseworker)
    RemovalRequest.objects.update(status=RequestStatus.SENT)
    Notice.objects.update(status=NoticeStatus.ACCEPTED, message_id="<x@helpline.test>")
    with django_capture_on_commit_callbacks(execute=True):
        release_statement(statements[0])
    text = actions.envelope_of(Notice.objects.get(pk=notice.pk)).text
    assert f"{URL}/0" not in text
    assert "[erased]" in text
    assert f"{URL}/1" in text
    with django_capture_on_commit_callbacks(execute=True):
        release_statement(statements[1])
    assert not DataKey.objects.filter(pk=notice.pk).exists()
