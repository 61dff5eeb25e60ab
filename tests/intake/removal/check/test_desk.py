"""Looking again on the desk: offered with the address shown, never of a possible minor."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.staff.models import User
from intake.removal import actions
from intake.removal.check.models import Check, Watch
from intake.removal.check.states import Verdict, Why
from intake.removal.models import Location, Notice
from tests.intake.removal.factories import URL, register
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def client(caseworker: User) -> Client:
    client = sign_in(caseworker)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def page(queued: Notice, smtp: MailServer, location: Location) -> str:
    actions.send_due_notices()
    return f"/console/desk/{location.pk}/"


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def test_offered_only_where_the_address_is_shown(client: Client, page: str) -> None:
    covered = text(client.get(page))
    assert "Show the address first" in covered
    assert "Look again from now on" not in covered
    assert "Look again from now on" in text(client.post(page + "address/"))


def test_not_offered_on_a_site_where_it_is_off(
    client: Client, page: str, settings: Settings
) -> None:
    settings.HELPLINE_CHECKS = False
    assert "Looking again" not in text(client.post(page + "address/"))


def test_switched_on_by_a_word_and_off_by_a_press(client: Client, page: str) -> None:
    refused = text(client.post(page + "watch/", follow=True))
    assert "Only a page that anybody can open" in refused
    assert not Watch.objects.exists()
    shown = text(client.post(page + "watch/", {"public": "on"}, follow=True))
    assert "The page is looked at from now on" in shown
    assert "Looks whether it goes" in shown
    assert "Look again from now on" not in text(client.post(page + "address/"))
    shown = text(client.post(page + "unwatch/", follow=True))
    assert "Does not look any more" in shown
    assert "Look again from now on" in text(client.post(page + "address/"))


def test_address_that_is_never_asked_says_why(
    client: Client, page: str, location: Location
) -> None:
    location.url = URL + "?token=abc"
    location.save(update_fields=["url"])
    shown = text(client.post(page + "address/"))
    assert "This address is never looked at: This may be a link that works once" in shown
    assert "works once" in text(client.post(page + "watch/", {"public": "on"}, follow=True))
    assert not Watch.objects.exists()


def test_possible_minor_is_offered_nothing(client: Client, page: str) -> None:
    client.post(page + "watch/", {"public": "on"})
    register(URL, age_in_picture="under_18")
    assert "Looking again" not in text(client.get(page))
    for press in ("watch/", "unwatch/"):
        assert "under 18" in text(client.post(page + press, {"public": "on"}, follow=True))


def test_what_was_seen_is_shown_in_the_same_queries_however_much(
    client: Client, page: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(32) as taken:
            text(client.get(page))
        return len(taken.captured_queries)

    client.post(page + "watch/", {"public": "on"})
    watch = Watch.objects.get()
    look = {"verdict": Verdict.ONLINE, "why": Why.ANSWERED, "answered": 200}
    Check.objects.create(watch=watch, at=timezone.now(), **look)
    client.get(page)
    few = count()
    for _turn in range(20):
        Check.objects.create(watch=watch, at=timezone.now(), **look)
    assert count() <= few
    assert text(client.get(page)).count("The page answers.") == 6
