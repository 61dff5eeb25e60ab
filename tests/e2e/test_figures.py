"""The figures in a browser: a chat that was deleted counts, a month is chosen, with and without a
script, and axe finds nothing in either scheme.
"""

import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look, screenshot
from tests.e2e.people import Console
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture(scope="module")
def last_month(site: Site) -> str:
    """A month before this one in which every day had chats and some answers; its name."""
    [[service]] = site.rows("SELECT id FROM services_service WHERE slug = 'helpline'")
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    last = today.replace(day=1) - timedelta(days=1)
    for number in range(last.day * 4):
        day = last.replace(day=number // 4 + 1)
        answered = number % 7 != 3
        site.rows(
            "INSERT INTO chat_pastchat (id, service_id, day, hour, went, waited, talked)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            str(uuid.uuid4()),
            service,
            day,
            18 + number % 5,
            "answered" if answered else "left",
            1 + number * 5 % 13,
            10 + number * 7 % 40 if answered else None,
        )
        site.rows(
            "INSERT INTO chat_surveyanswer (service_id, day, heard, knows, once_hash)"
            " VALUES (%s, %s, %s, %s, %s)",
            service,
            day,
            "yes" if number % 3 else "partly",
            "no" if number % 40 == 0 else "yes",
            uuid.uuid4().bytes,
        )
    return f"{last:%Y-%m}"


def fact(page: Page, name: str) -> str:
    return page.locator(".floor-fact", has_text=name).locator("dd").inner_text()


def test_chat_that_its_visitor_deletes_while_waiting_counts(
    site: Site, new_page: NewPage, console: Console
) -> None:
    robin = console("demo-supervisor")
    robin.goto("/console/floor/helpline/figures/")
    assert (fact(robin, "Aangeboden"), fact(robin, "Weg tijdens het wachten")) == ("0", "0")

    visitor = new_page(base_url=site.url)
    visitor.goto("/nl/chat/")
    visitor.locator(".chat-start__button").click()
    expect(visitor.locator("#chat")).to_be_visible()
    robin.reload()
    assert (fact(robin, "Aangeboden"), fact(robin, "Weg tijdens het wachten")) == ("1", "0")
    visitor.locator("#chat-end summary").click()
    visitor.locator("#chat-end button[data-erases]").click()
    expect(visitor.locator("h1")).to_have_text("Je chat is gewist")
    assert site.rows("SELECT id FROM chat_conversation") == []
    robin.reload()
    assert (fact(robin, "Aangeboden"), fact(robin, "Weg tijdens het wachten")) == ("1", "1")


def test_month_is_chosen_by_keyboard_and_saved(
    last_month: str, console: Console, tmp_path: Path
) -> None:
    robin = console("demo-supervisor")
    robin.goto("/console/floor/helpline/figures/")
    robin.get_by_role("link", name="Een maand").press("Enter")
    robin.get_by_label("Maand", exact=True).focus()
    robin.keyboard.press("ArrowDown")
    robin.keyboard.press("Tab")
    robin.keyboard.press("Enter")
    expect(robin.get_by_label("Maand", exact=True)).to_have_value(last_month)
    days = robin.locator("#floor-table-caption + thead + tbody tr")
    assert int(fact(robin, "Aangeboden")) == days.count() * 4
    survey = robin.locator("table", has_text="Wat bezoekers achteraf zeiden")
    expect(survey.get_by_role("row", name="Weet wat te doen")).to_contain_text("<5")
    look(robin, "figures-month")
    robin.set_viewport_size({"width": 390, "height": 844})
    wider = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert robin.evaluate(wider) <= 0
    with robin.expect_download() as kept:
        robin.get_by_role("link", name="Bewaren als CSV").press("Enter")
    assert kept.value.suggested_filename == f"helpline-{last_month}.csv"
    kept.value.save_as(tmp_path / "figures.csv")
    lines = (tmp_path / "figures.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[1].startswith(f"{last_month}-01,<5,")
    assert lines[-1].startswith("weet wat te doen,")
    robin.goto("/console/floor/helpline/figures/")
    look(robin, "figures-shift")


def test_month_is_chosen_without_a_script_and_in_english(
    site: Site, last_month: str, new_page: NewPage, console: Console
) -> None:
    page = new_page(base_url=site.url, wide=True, javascript=False, language="en-GB")
    cookies: Any = console("demo-supervisor").context.cookies()
    page.context.add_cookies(cookies)
    page.goto("/console/floor/helpline/figures/")
    page.get_by_role("link", name="A month").click()
    page.get_by_label("Month", exact=True).select_option(last_month)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_label("Month", exact=True)).to_have_value(last_month)
    expect(page.locator("main")).to_contain_text("What visitors said afterwards")
    screenshot(page, "figures-month-english")
