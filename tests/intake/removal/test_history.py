"""A location's history over all its reports, and its address copied on purpose."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    Deed,
    DeskEvent,
    Location,
    Seen,
    Statement,
    WhyCopy,
    WhyUrgent,
)
from intake.removal.queries.desk import location_view
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.fixture
def client(caseworker: User) -> Client:
    browser = sign_in(caseworker)
    browser.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def page_of(location: Location) -> str:
    return f"/console/desk/{location.pk}/"


def page(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_history_is_of_all_reports_and_of_colleagues(
    caseworker: User, location: Location, platform: Recipient
) -> None:
    sam = factories.person("sam")
    again = register(URL)
    Statement.objects.filter(pk=again.pk).update(created_at=location.created_at + timedelta(1))
    actions.propose(location, platform, by=caseworker)
    actions.assign([location], to=sam, by=caseworker)
    actions.mark_urgent(location, WhyUrgent.SPREADING, by=sam)
    actions.copy_address(location, WhyCopy.POLICE, by=sam)
    actions.say_seen(again, Seen.STILL_THERE)
    actions.read_sightings(location, by=sam)
    actions.withdraw_mandate(again)
    lines = location_view(Location.objects.get()).history
    assert [line.at for line in lines] == sorted((line.at for line in lines), reverse=True)
    assert {(line.what, line.why, line.who) for line in lines} == {
        ("Reported", "", ""),
        ("Reported again", "", ""),
        ("Example photos: Recipient proposed", "", "kim"),
        ("Given to sam", "", "kim"),
        ("Marked as urgent", "It is spreading now", "sam"),
        ("Address copied", "For the police or a lawyer", "sam"),
        ("A reporter says: It is still there", "", ""),
        ("What a reporter says was read", "", "sam"),
        ("A reporter no longer wants us to ask", "", ""),
    }


def test_history_says_that_a_reporter_is_under_pressure(location: Location) -> None:
    actions.heed_pressure(location)
    lines = [(line.what, line.why, line.who) for line in location_view(location).history]
    assert ("A reporter is under pressure right now", "Blackmail is under way", "") in lines


def test_history_takes_no_query_for_a_line(
    client: Client, caseworker: User, location: Location, django_assert_max_num_queries: Any
) -> None:
    sam = factories.person("sam")

    def count() -> int:
        with django_assert_max_num_queries(19) as taken:
            page(client.get(page_of(location)))
        return len(taken.captured_queries)

    def work() -> None:
        actions.say_seen(register(URL), Seen.STILL_THERE)
        actions.read_sightings(location, by=sam)
        actions.assign([location], to=sam, by=caseworker)

    work()
    client.get(page_of(location))
    few = count()
    for _time in range(6):
        work()
    assert count() == few


def test_address_is_copied_with_a_reason_and_on_record(client: Client, location: Location) -> None:
    text = page(client.post(page_of(location) + "address/"))
    assert '<textarea class="govuk-textarea desk-inert"' not in text
    client.post(page_of(location) + "copy/", {"why": "because"})
    assert not DeskEvent.objects.exists()
    assert not AuditEntry.objects.filter(action="copy_address").exists()
    text = page(client.post(page_of(location) + "copy/", {"why": "police"}))
    assert f'aria-describedby="copied-hint">{URL}</textarea>' in text
    assert f'href="{URL}' not in text
    entry = AuditEntry.objects.get(action="copy_address")
    assert (entry.actor, entry.subject_id) == ("kim", str(location.pk))
    deed = DeskEvent.objects.get()
    assert (deed.what, deed.why) == (Deed.COPIED, WhyCopy.POLICE)


def test_address_stays_shut_when_the_record_cannot_be_written(
    location: Location, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**entry: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("helpline.staff.audit.record", broken)
    with pytest.raises(RuntimeError):
        actions.copy_address(location, WhyCopy.FORM, by=caseworker)
    assert not DeskEvent.objects.exists()


def test_possible_minors_address_is_copied_by_nobody(client: Client, caseworker: User) -> None:
    factories.hotline()
    minor = Location.objects.get(pk=register(URL, age_in_picture="unknown").location_id)
    with pytest.raises(RefusedError) as refused:
        actions.copy_address(minor, WhyCopy.OTHER, by=caseworker)
    assert refused.value.refusal == Refusal.POSSIBLY_MINOR
    text = page(client.post(page_of(minor) + "copy/", {"why": "other"}, follow=True))
    assert "example.org" not in text
    assert "copy/" not in text
    assert not DeskEvent.objects.exists()
    assert not AuditEntry.objects.filter(action="copy_address").exists()
