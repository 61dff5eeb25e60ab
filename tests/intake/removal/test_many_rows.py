"""The desk with many rows on it: no page asks the database more than twenty times."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.removal import actions
from intake.removal.actions.importing import Kind, import_file
from intake.removal.models import GroundRoute, Location
from tests.bench.year.making import host, write
from tests.intake.removal import factories
from tests.intake.removal.test_desk import text
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

DESK = "/console/desk/"
MOST = 20


@pytest.fixture
def client(tmp_path: Path, caseworker: User, pair: GroundRoute) -> Client:
    """At a desk with 400 locations, some of them ready to send."""
    factories.recipient(suffix=host(0))
    factories.hotline()
    file = tmp_path / "year.csv"
    write(file, 400)
    import_file(service=default_service(), path=file, kind=Kind.CSV)
    sent = Location.objects.filter(work="send")
    assert len(sent) > 5
    for location in sent[:5]:
        actions.choose(location.requests.get(), pair, by=caseworker)
    client = sign_in(caseworker)
    client.get(DESK)
    return client


@pytest.mark.parametrize(
    "query",
    [
        *("", "?work=overdue", "?work=ask", "?work=send", "?work=hand_over", "?page=3"),
        "ready/",
    ],
)
def test_a_page_asks_twenty_times_at_most(
    client: Client, query: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(MOST - 1):
        text(client.get(DESK + query))


@pytest.mark.parametrize("by", ["host", "domain"])
def test_a_search_asks_twenty_times_at_most(
    client: Client, by: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(MOST - 1):
        assert text(client.post(DESK + "search/", {"text": host(0), "by": by})).count(
            "desk-row__id"
        )
