"""Hours, holidays and the numbers that always show."""

from datetime import date, datetime, time
from typing import cast
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError
from django.http import HttpRequest
from pytest_django import DjangoAssertNumQueries

from helpline.services import context, queries
from helpline.services.help_lines import Number
from helpline.services.models import Banner, HelpNumber, Holiday, OpeningHours, Service

pytestmark = [pytest.mark.embedded, pytest.mark.django_db]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
TUESDAY = date(2026, 11, 24)


@pytest.fixture
def service() -> Service:
    service = Service.objects.create(slug="test", name="Test")
    OpeningHours.objects.create(service=service, weekday=1, opens=time(9), closes=time(21))
    return service


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), AMSTERDAM)


def test_chat_follows_the_timetable(service: Service) -> None:
    assert not queries.is_open(service, at(TUESDAY, 8))
    assert queries.is_open(service, at(TUESDAY, 9))
    assert not queries.is_open(service, at(TUESDAY, 21))


def test_a_switch_goes_before_the_timetable(service: Service) -> None:
    service.chat_open = "open"
    assert queries.is_open(service, at(TUESDAY, 3))
    service.chat_open = "closed"
    assert not queries.is_open(service, at(TUESDAY, 12))
    assert queries.next_opening(service, at(TUESDAY, 12)) is None


def test_a_holiday_goes_before_the_weekday(service: Service) -> None:
    Holiday.objects.create(service=service, date=TUESDAY, name="Feest")
    assert not queries.is_open(service, at(TUESDAY, 12))
    assert queries.next_opening(service, at(TUESDAY, 8)) == at(date(2026, 12, 1), 9)


def test_nobody_new_comes_in_shortly_before_closing(service: Service) -> None:
    service.last_entry_minutes = 60
    assert queries.chat_state(service, at=at(TUESDAY, 8)) == "closed"
    assert queries.chat_state(service, at=at(TUESDAY, 19)) == "open"
    assert queries.chat_state(service, at=at(TUESDAY, 20)) == "last_entry"
    assert queries.is_open(service, at(TUESDAY, 20))
    service.chat_open = "open"
    assert queries.chat_state(service, at=at(TUESDAY, 20)) == "open"


def test_a_chat_is_full_from_its_limit(service: Service) -> None:
    noon = at(TUESDAY, 12)
    assert queries.chat_state(service, waiting=1000, at=noon) == "open"
    service.full_limit = 3
    assert queries.chat_state(service, waiting=2, at=noon) == "open"
    assert queries.chat_state(service, waiting=3, at=noon) == "full"
    service.chat_open = "closed"
    assert queries.chat_state(service, waiting=3, at=noon) == "closed"


def test_closing_is_of_the_stretch_that_is_open(service: Service) -> None:
    OpeningHours.objects.create(service=service, weekday=1, opens=time(21, 30), closes=time(23))
    assert queries.closing(service, at(TUESDAY, 12)) == at(TUESDAY, 21)
    assert queries.closing(service, at(TUESDAY, 22)) == at(TUESDAY, 23)
    assert queries.closing(service, at(TUESDAY, 21)) is None


def test_next_opening_is_today_or_next_week(service: Service) -> None:
    assert queries.next_opening(service, at(TUESDAY, 8)) == at(TUESDAY, 9)
    assert queries.next_opening(service, at(TUESDAY, 9)) == at(date(2026, 12, 1), 9)


def test_a_closed_chat_asks_the_database_no_more_than_an_open_one(
    service: Service, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    OpeningHours.objects.all().delete()
    with django_assert_num_queries(2):
        assert not queries.is_open(service, at(TUESDAY, 12))
    with django_assert_num_queries(2):
        assert queries.chat_state(service, at=at(TUESDAY, 12)) == "closed"
    with django_assert_num_queries(2):
        assert queries.next_opening(service, at(TUESDAY, 12)) is None


def test_numbers_of_the_site_go_before_the_built_in_ones() -> None:
    built_in = queries.help_lines("nl").on_every_page
    assert [n.number for n in built_in] == ["112", "0800-0113", "0800-2000", "0800-0432"]
    HelpNumber.objects.create(language="nl", name="Lijn", number="112", hours="", audience="")
    for language in ("nl", "en"):
        assert [n.name for n in queries.help_lines(language).lines] == ["Lijn"]


def test_a_page_waits_once_for_a_database_that_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = []

    def gone(**kwargs: object) -> None:
        waited.append(kwargs)
        raise DatabaseError

    monkeypatch.setattr(HelpNumber.objects, "filter", gone)
    monkeypatch.setattr(Banner.objects, "filter", gone)
    shown = context.frame(HttpRequest())
    assert not shown["banner"]
    assert next(iter(cast("list[Number]", shown["help_numbers"]))).number == "112"
    assert len(waited) == 1


def test_a_site_starts_with_one_service() -> None:
    assert queries.default_service().slug == "helpline"
