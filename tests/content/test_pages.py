"""What a reader gets: the page, no cookie, nothing kept, nothing from elsewhere, few queries."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from html.parser import HTMLParser
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page

from content.models import AdvicePage
from helpline.services.models import Service

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demo_site")]

HOME, INDEX, ADVICE, CONTACT = "/nl/", "/nl/advies/", "/nl/advies/druk/", "/nl/contact/"
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
# An address stays in the browser's history, where others may read it.
TELLING = ("naakt", "nude", "sex", "porn", "afpers", "chantage", "blackmail", "wraak", "politie")


class Seen(HTMLParser):
    """The parts of a page that tests ask about."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.title = ""
        self.headings: list[int] = []
        self.resources: list[str] = []
        self.alternates: dict[str, str] = {}
        self.links: list[str] = []
        self.styled = False
        self.ids: list[str] = []
        self._in_title = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdigit():
            self.headings.append(int(tag[1]))
        if tag == "a":
            self.links.append(values.get("href", ""))
        elif tag == "link" and values.get("rel") == "alternate":
            self.alternates[values["hreflang"]] = values["href"]
        else:
            self.resources += [values[name] for name in ("src", "srcset", "href") if name in values]
        self.styled = self.styled or "style" in values
        self.ids += [values["id"]] if "id" in values else []

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data
            self._in_title = False


def _every_address() -> list[str]:
    addresses = [page.get_url() for page in Page.objects.live().filter(depth__gte=2)]
    assert len(addresses) == 32
    return addresses


def test_every_page_leaves_no_trace_and_reads_in_order(client: Client) -> None:
    """All pages in one test: the demo site is loaded once for it."""
    links: set[str] = set()
    for address in _every_address():
        response = client.get(address)
        page = Seen(response.content.decode())
        links.update(page.links)

        assert response.status_code == 200, address
        assert not response.cookies, address
        assert response["Cache-Control"] == "no-cache", address
        assert page.title == settings.HELPLINE_ORGANISATION, address

        assert page.headings[0] == 1, address
        assert page.headings.count(1) == 1, address
        steps = zip(page.headings, page.headings[1:], strict=False)
        assert all(lower - higher <= 1 for higher, lower in steps), (address, page.headings)
        assert len(page.ids) == len(set(page.ids)), address

        assert all(r.startswith(("/", "#")) and r[:2] != "//" for r in page.resources), address
        assert not page.styled, address

        assert len(address) < 30, address
        assert not any(word in address for word in TELLING), address

    within = {link for link in links if link.startswith("/")}
    assert {"/nl/chat/", "/en/report/", "/nl/status/"} <= within
    assert {link: client.get(link).status_code for link in within} == dict.fromkeys(within, 200)


def test_a_page_names_itself_in_each_language(client: Client) -> None:
    page = Seen(client.get(ADVICE).content.decode())

    assert page.alternates == {
        "nl": f"{settings.HELPLINE_BASE_URL}/nl/advies/druk/",
        "en": f"{settings.HELPLINE_BASE_URL}/en/advice/pressure/",
    }
    assert "/en/advice/pressure/" in page.links


def test_a_page_without_translation_leads_to_the_first_page_of_the_other_language(
    client: Client,
) -> None:
    AdvicePage.objects.get(slug="pressure").unpublish()

    page = Seen(client.get(ADVICE).content.decode())

    assert "en" not in page.alternates
    assert "/en/" in page.links
    assert "/en/advies/druk/" not in page.links


def test_pages_ask_the_database_little(client: Client) -> None:
    client.get(HOME)  # Wagtail keeps where sites start in the cache

    for address, most in [(HOME, 11), (INDEX, 12), (ADVICE, 17), (CONTACT, 13)]:
        with _at_most(most):
            client.get(address)


def test_more_advice_asks_no_more_of_the_database(client: Client) -> None:
    client.get(HOME)
    before = {address: _count(client, address) for address in (HOME, INDEX)}

    model = AdvicePage.objects.get(slug="druk")
    for number in range(10):
        model.get_parent().add_child(
            instance=AdvicePage(
                title=f"More {number}",
                slug=f"more-{number}",
                situation="More",
                summary="More",
                body=model.body,
                locale=model.locale,
            )
        )
    cache.clear()
    client.get(HOME)

    assert {address: _count(client, address) for address in (HOME, INDEX)} == before


def test_the_home_page_says_when_the_chat_is_open(client: Client) -> None:
    Service.objects.update(chat_open="timetable")

    for moment, words in (
        (datetime(2026, 11, 23, 10, 0, tzinfo=AMSTERDAM), "De chat is nu open."),
        (datetime(2026, 11, 23, 8, 0, tzinfo=AMSTERDAM), "Vandaag gaat hij open om 09:00 uur."),
        (datetime(2026, 11, 23, 22, 0, tzinfo=AMSTERDAM), "Morgen gaat hij open om 09:00 uur."),
        (datetime(2026, 11, 27, 22, 0, tzinfo=AMSTERDAM), "Op maandag gaat hij open om 09:00 uur."),
    ):
        with time_machine.travel(moment, tick=False):
            assert words in client.get(HOME).content.decode()


def test_a_chat_that_is_closed_by_hand_promises_no_hour(client: Client) -> None:
    Service.objects.update(chat_open="closed")

    html = client.get(HOME).content.decode()

    assert "De chat is nu dicht." in html
    assert "gaat hij open" not in html


def test_the_home_page_leads_to_chat_report_status_and_numbers(client: Client) -> None:
    links = Seen(client.get(HOME).content.decode()).links

    for wanted in ("/nl/chat/", "/nl/report/", "/nl/status/", "tel:112", "tel:08000113"):
        assert wanted in links


def test_contact_shows_the_hours_and_numbers_of_the_service(client: Client) -> None:
    Service.objects.update(phone="010 000 00 00", mail="help@example.org")

    html = client.get(CONTACT).content.decode()

    assert 'href="tel:0100000000"' in html
    assert 'href="mailto:help@example.org"' in html
    assert "09:00–21:00" in html
    assert "Zondag" in html


def test_search_engines_find_every_page_in_each_language(client: Client) -> None:
    response = client.get("/sitemap.xml")
    xml = response.content.decode()

    assert response["Content-Type"] == "application/xml"
    for address in _every_address():
        assert f"<loc>{settings.HELPLINE_BASE_URL}{address}</loc>" in xml
    assert 'hreflang="en"' in xml


def test_search_engines_stay_out_of_private_paths(client: Client) -> None:
    robots = client.get("/robots.txt").content.decode()

    for path in ("/answer/", "/cms/", "/console/"):
        assert f"Disallow: {path}\n" in robots


def test_search_engines_may_list_advice_and_nothing_private(client: Client) -> None:
    assert "X-Robots-Tag" not in client.get(ADVICE).headers
    assert client.get("/console/")["X-Robots-Tag"] == "noindex, nofollow"


def test_a_demo_says_so_on_every_page_and_a_real_site_does_not(client: Client) -> None:
    words = "Dit is een demo, geen echte hulplijn."

    assert words in client.get(ADVICE).content.decode()
    with override_settings(HELPLINE_DEMO=False):
        assert words not in client.get(ADVICE).content.decode()


def test_the_foot_of_every_page_leads_to_what_we_keep(client: Client) -> None:
    for code in ("nl", "en"):
        foot = Seen(client.get(f"/{code}/").content.decode()).links
        for slug in ("contact", "privacy"):
            assert f"/{code}/{slug}/" in foot


def test_a_page_offers_editors_no_password_that_would_set_a_cookie() -> None:
    assert AdvicePage.private_page_options == []


def _count(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@contextmanager
def _at_most(most: int) -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    assert len(captured) <= most, "\n".join(query["sql"][:160] for query in captured)
