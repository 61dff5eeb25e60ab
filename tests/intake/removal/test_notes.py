"""Notes of caseworkers beside a location: sealed, for colleagues only, gone with the last report."""

import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.removal import actions
from intake.removal.actions import release_statement
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Location, LocationNote
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_desk import page_of
from tests.intake.report.walk import Page
from tests.signed_in import sign_in

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def note(location: Location, by: User, text: str = "Called them.") -> LocationNote:
    return actions.write_note(location, text=text, client_id=uuid.uuid4(), by=by)


def test_note_is_written_read_and_sealed(location: Location, caseworker: User) -> None:
    client = sign_in(caseworker)
    where = page_of(location)
    page = Page(client.get(where))
    typed = {"note-key": page.fields["note-key"][0], "note-text": "Called <b>them</b>"}
    for _press in range(2):
        page = Page(client.post(where + "notes/", typed, follow=True))
    assert "Called <b>them</b>" in page.words
    assert LocationNote.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM removal_locationnote")
        (stored,) = cursor.fetchone()
    assert b"Called" not in bytes(stored)
    colleague = Page(sign_in(factories.person("sam")).get(where))
    assert "Called <b>them</b>" in colleague.words


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_note_that_cannot_be_kept_stays_in_the_box(
    location: Location, caseworker: User, text: str
) -> None:
    page = Page(sign_in(caseworker).post(page_of(location) + "notes/", {"note-text": text}))
    assert page.status == 200
    assert page.fields["note-text"] == [text]
    assert "govuk-error-message" in page.html
    assert not LocationNote.objects.exists()


def test_note_beside_a_possible_minor_touches_nothing(caseworker: User) -> None:
    location = register(URL, age_in_picture="unknown").location
    before = Location.objects.values("work", "due_at", "picture_age", "claimed_by").get()
    note(location, caseworker, "The hotline was called.")
    assert Location.objects.values("work", "due_at", "picture_age", "claimed_by").get() == before


def test_only_the_writer_takes_a_note_away(location: Location, caseworker: User) -> None:
    kept = note(location, caseworker)
    where = f"{page_of(location)}notes/{kept.pk}/remove/"
    refused = sign_in(factories.person("sam")).post(
        where, follow=True, headers={"accept-language": "en"}
    )
    assert "Only who wrote a note" in Page(refused).words
    assert LocationNote.objects.exists()
    client = sign_in(caseworker)
    assert where in client.get(page_of(location)).content.decode()
    client.post(where)
    assert not LocationNote.objects.exists()
    assert AuditEntry.objects.get(action="remove_note").actor == "kim"
    assert client.post(where).status_code == 404


def test_note_is_reached_by_its_own_location_only(location: Location, caseworker: User) -> None:
    kept = note(location, caseworker)
    other = register(URL + "/other").location
    client = sign_in(caseworker)
    assert client.post(f"{page_of(other)}notes/{kept.pk}/remove/").status_code == 404


@pytest.mark.parametrize("role", ["counsellor", "editor"])
def test_others_write_none(location: Location, role: str) -> None:
    with pytest.raises(PermissionDenied):
        note(location, factories.person("out", role))


def test_another_service_writes_none(location: Location) -> None:
    other = factories.person("else", service=Service.objects.create(slug="other", name="Other"))
    with pytest.raises(PermissionDenied):
        note(location, other)
    client = sign_in(other)
    assert client.post(page_of(location) + "notes/", {"note-text": "x"}).status_code == 404


def test_notes_go_with_the_last_report(caseworker: User) -> None:
    first, second = register(), register()
    location = Location.objects.get(pk=first.location_id)
    note(location, caseworker)
    release_statement(first)
    assert LocationNote.objects.exists()
    release_statement(second)
    assert not LocationNote.objects.exists()
    with pytest.raises(RefusedError) as refused:
        note(location, caseworker)
    assert refused.value.refusal == Refusal.FORGOTTEN
