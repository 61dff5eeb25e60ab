"""A caseworker finds a location again by its address, host or registered name."""

import logging
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.privacy.logging import AllowlistFormatter
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.removal import actions
from intake.removal.canonical import canonicalise
from intake.removal.models import Location, PictureAge
from intake.removal.queries.search import PAGE, By, addresses_meant, indexes_of
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.intake.removal.test_desk import text
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

SEARCH = "/console/desk/search/"
HOST = "fotos.voorbeeld.co.uk"
URL = f"https://{HOST}/album/7?p=1#a"
NOBODY = "Niemand heeft dit hier gemeld."


@pytest.fixture
def client(caseworker: User) -> Client:
    return sign_in(caseworker)


def short(url: str, **facts: Any) -> str:
    return Location.objects.get(pk=register(url, **facts).location_id).short


def search(client: Client, typed: str, by: By = By.URL) -> str:
    return text(client.post(SEARCH, {"text": typed, "by": by}))


@pytest.mark.parametrize(
    "typed",
    [
        URL,
        "  hxxps://fotos[.]voorbeeld.co.uk:443/album/7?p=1#a ",
        "fotos.voorbeeld.co.uk/album/7?p=1#a",
        "HTTPS://FOTOS.VOORBEELD.CO.UK./album/7?p=1#a:~:text=x",
    ],
)
def test_exact_address_is_found_however_it_is_spelled(client: Client, typed: str) -> None:
    this, other = short(URL), short(f"https://{HOST}/album/8")
    page = search(client, typed)
    assert this in page
    assert other not in page


@pytest.mark.parametrize(
    ("by", "typed", "finds"),
    [
        (By.HOST, HOST, [0, 1]),
        (By.HOST, f"http://{HOST}:80/anything", [0, 1]),
        (By.HOST, "voorbeeld.co.uk", [3]),
        (By.DOMAIN, HOST, [0, 1, 2, 3]),
        (By.DOMAIN, "voorbeeld.co.uk:8080", [0, 1, 2, 3]),
        (By.URL, HOST, []),
    ],
)
def test_host_and_registered_name_are_found(
    client: Client, by: By, typed: str, finds: list[int]
) -> None:
    places = [
        short(url)
        for url in (
            URL,
            f"http://{HOST}/",
            "https://www.voorbeeld.co.uk/",
            "https://voorbeeld.co.uk/a",
            "https://anders.co.uk/a",
        )
    ]
    # Of a bare host the front page is meant, and that was reported over http.
    expected = [places[i] for i in finds] or [places[1]]
    page = search(client, typed, by)
    assert [place for place in places if place in page] == expected


def test_a_host_of_digits_is_its_own_registered_name(client: Client) -> None:
    this = short("https://93.184.215.14/x")
    assert this in search(client, "93.184.215.14", By.DOMAIN)
    assert this in search(client, "0x5db8d70e", By.HOST)


def test_what_is_found_shows_no_address(client: Client) -> None:
    minor = short(URL, age_in_picture="unknown")
    page = search(client, URL)
    assert minor in page
    assert "voorbeeld" not in page
    assert "govuk-tag--magenta" in page
    assert "voorbeeld" not in search(client, HOST, By.DOMAIN)


def test_a_search_touches_nothing_of_a_possible_minor(client: Client) -> None:
    place = register(URL, age_in_picture="unknown").location
    rows = Location.objects.filter(pk=place.pk).values(
        "picture_age", "age_assessed_at", "work", "due_at", "claimed_by", "reopened_at"
    )
    before = rows.get()
    search(client, URL)
    assert rows.get() == before
    assert before["picture_age"] == PictureAge.POSSIBLY_MINOR
    assert not place.requests.exists()


def test_a_search_is_on_record_without_what_was_searched(
    client: Client, caseworker: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    search(client, URL)
    entry = AuditEntry.objects.get(action="search_locations")
    assert (entry.actor, entry.subject_kind, entry.subject_id) == ("kim", "search", "url")
    for record in caplog.records:
        assert "voorbeeld" not in AllowlistFormatter().format(record)


def test_another_service_is_not_found(client: Client) -> None:
    other = Service.objects.create(slug="other", name="Other line")
    actions.register_statement(service=other, url=canonicalise(URL), facts=factories.ADULT)
    assert NOBODY in search(client, URL)


def test_a_forgotten_location_is_not_found(client: Client) -> None:
    statement = register(URL)
    actions.release_statement(statement)
    assert NOBODY in search(client, URL)


@pytest.mark.parametrize(
    "typed", ["", "   ", "geen adres", "ftp://example.org/", "http://10.0.0.1"]
)
def test_what_cannot_be_an_address_is_said_and_stays(client: Client, typed: str) -> None:
    page = search(client, typed)
    assert "govuk-error-message" in page
    assert f'value="{typed.strip()}"' in page or not typed.strip()
    assert not AuditEntry.objects.filter(action="search_locations").exists()


def test_more_is_found_on_the_next_page_without_the_address(client: Client) -> None:
    for i in range(PAGE + 2):
        register(f"https://{HOST}/{i}")
    first = search(client, HOST, By.HOST)
    assert first.count("desk-row__id") == PAGE
    index = ",".join(i.hex() for i in indexes_of(addresses_meant(HOST), By.HOST))
    assert index in first
    more = text(client.post(SEARCH, {"by": "host", "index": index, "number": 2}))
    assert more.count("desk-row__id") == 2
    assert AuditEntry.objects.filter(action="search_locations").count() == 2


@pytest.mark.parametrize(
    "more", [{"index": "zz"}, {"number": "0"}, {"number": "999999999999"}, {"by": "x"}]
)
def test_a_next_page_that_never_was_shows_the_box(client: Client, more: dict[str, str]) -> None:
    fields = {"by": "host", "index": "00" * 16, "number": "2", **more}
    assert NOBODY not in text(client.post(SEARCH, fields))


def test_search_takes_the_same_queries_however_much_it_finds(
    client: Client,
    caseworker: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(19) as taken:
            search(client, HOST, By.HOST)
        return len(taken.captured_queries)

    recipient = factories.recipient()
    place = Location.objects.get(pk=register(URL).location_id)
    actions.propose(place, recipient, by=caseworker)
    search(client, HOST, By.HOST)
    few = count()
    for i in range(12):
        place = Location.objects.get(pk=register(f"https://{HOST}/{i}").location_id)
        actions.propose(place, recipient, by=caseworker)
    assert count() == few
