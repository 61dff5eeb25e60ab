"""The supervisor's floor in a browser: it keeps itself up to date, by keyboard, and axe finds
nothing on its pages in either scheme.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, check_accessible, screenshot
from tests.e2e.people import sign_in
from tests.processes import Site, Sites


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def start_chat(page: Page) -> None:
    page.goto("/nl/chat/")
    page.locator(".chat-start__button").click()
    expect(page.locator("#chat")).to_be_visible()


def fact(page: Page, name: str) -> str:
    return page.locator(".floor-fact", has_text=name).locator("dd").inner_text()


def check(page: Page) -> None:
    check_accessible(page)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0


def test_floor_keeps_itself_up_to_date(site: Site, new_page: NewPage) -> None:
    robin = new_page(wide=True, base_url=site.url)
    sign_in(robin, site, "demo-supervisor")
    robin.goto("/console/floor/")
    expect(robin.locator("#floor-sync")).to_have_text("Bijgewerkt")
    assert fact(robin, "Langste wachttijd") == "–"

    visitor = new_page(base_url=site.url)
    start_chat(visitor)
    rows = robin.locator("[data-list=waiting] .floor-row")
    expect(rows).to_have_count(1)

    sam = new_page(wide=True, base_url=site.url)
    sign_in(sam, site, "demo-counsellor")
    sam.goto("/console/chat/")
    sam.locator("#desk-waiting > li").first.get_by_role("button").last.click()
    sam.locator("#act-claim").click()
    expect(rows).to_have_count(0)
    expect(robin.locator(".floor-person", has_text="Sam").locator(".floor-chat")).to_have_count(1)

    visitor.locator("#chat-text").fill("Hallo?")
    visitor.locator("#chat-composer").get_by_role("button").first.click()
    expect(robin.locator("[data-list=unanswered] .floor-row")).to_have_count(1)

    sam.locator("#act-danger").click()
    alarm = robin.locator("[data-list=alarms] .floor-row--alarm")
    expect(alarm).to_have_count(1)
    expect(robin).to_have_title(re.compile(r"^\(1\) "))
    screenshot(robin, "floor-alarm")
    check(robin)

    alarm.get_by_role("button").focus()
    robin.keyboard.press("Enter")
    expect(robin.locator("[data-list=alarms] .floor-row--quiet")).to_have_count(1)
    expect(robin).not_to_have_title(re.compile(r"^\("))

    more = robin.get_by_role("button", name="Eén chat tegelijk meer voor Sam")
    more.focus()
    robin.keyboard.press("Enter")
    expect(robin.locator(".floor-person", has_text="Sam")).to_contain_text("1 van 3")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
def test_pages_of_the_floor(site: Site, new_page: NewPage, *, dark: bool, wide: bool) -> None:
    page = new_page(base_url=site.url, dark=dark, wide=wide)
    sign_in(page, site, "demo-supervisor")
    look = f"{'dark' if dark else 'light'}-{'desk' if wide else 'phone'}"
    for name in ("", "figures/", "figures/?period=month", "hours/"):
        page.goto(f"/console/floor/helpline/{name}")
        if not name:
            expect(page.locator("#floor-sync")).to_have_text("Bijgewerkt")
        check(page)
        label = re.sub(r"\W+", "-", name).strip("-") or "now"
        screenshot(page, f"floor-{label}-{look}", both=False)


def test_floor_works_without_a_script(site: Site, new_page: NewPage) -> None:
    page = new_page(wide=True, javascript=False, base_url=site.url)
    sign_in(page, site, "demo-supervisor")
    page.goto("/console/floor/")
    page.locator("input[value=closed]").check()
    page.locator(".floor-card").get_by_role("button").click()
    expect(page.locator(".floor-card h2")).to_have_text("De chat is dicht")
    page.locator("input[value=open]").check()
    page.locator(".floor-card").get_by_role("button").click()
    expect(page.locator(".floor-card h2")).to_have_text("De chat is open")
    load = page.locator(".floor-person", has_text="Sam").locator(".floor-person__load")
    capacity = int(load.inner_text().split()[-1])
    page.get_by_role("button", name="Eén chat tegelijk minder voor Sam").click()
    expect(load).to_contain_text(f"van {capacity - 1}")
