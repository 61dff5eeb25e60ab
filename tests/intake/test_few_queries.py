"""No page of the desk asks the database much, with all on it that can be."""

import pytest
from django.urls import get_resolver

from intake.removal.check.models import Watch
from intake.removal.check.states import WatchStatus
from tests.helpline.test_console_doors import walk
from tests.intake.desk_pages import MOST_QUERIES, pages
from tests.intake.full_desk import FullDesk, fill

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]

OF_THE_DESK = ("removal:", "talk:", "leads:", "dossiers:")


@pytest.fixture
def full() -> FullDesk:
    return fill()


def test_each_page_of_the_desk_asks_fewer_than_twenty(full: FullDesk) -> None:
    taken = {page.name: page.queries() for page in pages(full)}
    assert {name: asked for name, asked in taken.items() if len(asked) > MOST_QUERIES} == {}


def test_address_asks_few_where_looking_again_can_be_begun(full: FullDesk) -> None:
    """It asks then whether the site answers for what is gone, which it does not while a watch is on."""
    Watch.objects.update(status=WatchStatus.ENDED)
    [address] = [page for page in pages(full) if page.name == "address"]
    assert "Kijk vanaf nu opnieuw" in address.look().content.decode()
    assert len(address.queries()) <= MOST_QUERIES


def test_every_page_of_the_desk_is_among_them(full: FullDesk) -> None:
    counted = list(pages(full))
    boss = next(page.client for page in counted if page.route == "removal:look-rules")
    found = {
        name
        for name, address in walk(get_resolver().url_patterns)
        if name.startswith(OF_THE_DESK) and boss.get(address).status_code != 405
    }
    assert found - {page.route for page in counted} == set()
