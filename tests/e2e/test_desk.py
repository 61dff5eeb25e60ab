"""A desk of two: chosen by keyboard, asked together, read by a second person. The pictures of the
caseworkers' guide are made here and where that work is walked, in test_desk_goes_on, test_ends and
test_dossier: docs/images/guide-desk-*.png are screenshots/guide-desk-*.png.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look, screenshot
from tests.e2e.people import sign_in, wait_for
from tests.e2e.test_removal import report
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

QUEUE = "/console/desk/?work=ask"


def choose_by_keyboard(page: Page) -> None:
    """The first three rows of the queue."""
    rows = page.locator("#queue .desk-row")
    expect(rows).to_have_count(4)
    rows.first.locator(".desk-row__link").focus()
    for _row in range(3):
        page.keyboard.press("x")
        page.keyboard.press("ArrowDown")
    expect(page.locator("#queue input:checked")).to_have_count(3)
    expect(rows.nth(3).locator(".desk-row__link")).to_be_focused()


def test_desk_of_two(site: Site, new_page: NewPage) -> None:
    report(site, *(f"https://example.org/desk/{number}" for number in range(3)))
    report(site, "https://example.org/desk/agreed", agreed="yes")
    kim = new_page(base_url=site.url, wide=True)
    sign_in(kim, site, "demo-caseworker")
    boss = new_page(base_url=site.url, wide=True)
    sign_in(boss, site, "demo-supervisor")

    boss.goto("/console/desk/rules/")
    boss.fill("[name$=most_alone]", "1")
    with boss.expect_navigation():
        boss.get_by_role("button", name="Bewaar de regels").click()
    look(boss, "desk-rules")

    kim.goto(QUEUE)
    kim.locator(".desk-narrow summary").click()
    kim.fill("#view-name", "Vandaag")
    with kim.expect_navigation():
        kim.get_by_role("button", name="Bewaar", exact=True).click()
    expect(kim.locator(".desk-filters__link--view")).to_have_text("Vandaag")
    kim.goto(QUEUE)
    choose_by_keyboard(kim)
    look(kim, "desk-chosen")
    screenshot(kim, "guide-desk-queue", both=False)
    with kim.expect_navigation():
        kim.get_by_role("button", name="Vraag samen").click()
    look(kim, "desk-together")
    screenshot(kim, "guide-desk-together", both=False)
    with kim.expect_navigation():
        kim.get_by_role("button", name="Maak één melding").first.click()
    with kim.expect_navigation():
        kim.get_by_role("button", name="Vraag een collega om het te lezen").click()
    expect(kim.locator("#look")).to_be_visible()
    expect(kim.locator(".desk-send")).not_to_contain_text("Verstuur naar")
    look(kim, "desk-look-asked")

    boss.goto("/console/desk/")
    with boss.expect_navigation():
        boss.locator(".desk-ways a[href$='/looks/']").click()
    look(boss, "desk-looks")
    with boss.expect_navigation():
        boss.locator(".desk-row__link").first.click()
    look(boss, "desk-look")
    screenshot(boss, "guide-desk-look", both=False)
    sent = len(site.mail.received)
    with boss.expect_navigation():
        boss.get_by_role("button", name="Ik heb het gelezen").click()
    wait_for(lambda: len(site.mail.received) > sent)


def test_address_is_copied_on_purpose(site: Site, new_page: NewPage) -> None:
    report(site, "https://example.org/desk/copied")
    page = new_page(base_url=site.url, wide=True, javascript=False)
    sign_in(page, site, "demo-caseworker")
    page.goto(QUEUE)
    page.locator(".desk-row__link").last.click()
    page.get_by_role("button", name="Laat zien").click()
    page.locator("#why-copy").select_option("police")
    page.get_by_role("button", name="Kopieer het adres").click()
    expect(page.locator("#copied")).to_have_value("https://example.org/desk/copied")
    page.locator(".govuk-back-link").click()
    expect(page.locator("[aria-labelledby=history]")).to_contain_text("Voor de politie")
