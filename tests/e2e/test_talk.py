"""Words between the holder of a code and a caseworker, in a real browser: on a phone and a desk."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import Reporter, sign_in
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

CARD = ".ask-card"


def press(page: Page, button: str) -> None:
    """Press a button of the status page and wait for the page that follows."""
    with page.expect_navigation():
        page.locator(f"button[name=go]{button}").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_reporter_and_caseworker_talk_about_a_report(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    phone = new_page(base_url=site.url)
    reporter = Reporter(phone)
    address = f"https://example.org/talk/{int(javascript)}"
    reporter.begin(address)
    reporter.answer_as_adult()
    code = reporter.send()

    status = new_page(base_url=site.url, javascript=javascript)
    Reporter(status).look(code)
    status.locator("[name=say-text]").fill("Ik schrok, staat het er nog?")
    press(status, "[value=write]")
    expect(status.locator(".govuk-notification-banner--success")).to_be_visible()
    expect(status.locator(".words__text")).to_have_text(["Ik schrok, staat het er nog?"])
    if javascript:
        look(status, "talk-status-said")
    press(status, "[value=write]")  # nothing in the box
    expect(status.locator(".govuk-error-summary")).to_be_visible()
    if javascript:
        look(status, "talk-status-error")

    desk = new_page(base_url=site.url, wide=True)
    sign_in(desk, site, "demo-caseworker")
    desk.goto("/console/desk/")
    desk.locator(".desk-ways a[href*='/messages/']").click()
    look(desk, "talk-tray")
    assert "Ik schrok" not in desk.content()
    desk.locator(".desk-row__link").first.click()
    expect(desk.locator(".words__text")).to_have_text(["Ik schrok, staat het er nog?"])
    look(desk, "talk-desk")
    assert "example.org" not in desk.content()
    desk.locator("[name=about]").select_option(index=1)
    desk.locator("[name=text]").fill("Ja, we wachten op antwoord. Is het jouw account?")
    desk.locator("main form[action$='/write/'] button").click()
    expect(desk.locator(".govuk-notification-banner")).to_be_visible()
    look(desk, "talk-desk-asked")

    Reporter(status).look(code)
    expect(status.locator(CARD)).to_contain_text("Is het jouw account?")
    if javascript:
        look(status, "talk-status-question")
    status.locator(f"{CARD} textarea").fill("Nee, van iemand anders")
    press(status, "[value^='answer:']")
    expect(status.locator(CARD)).to_have_count(0)
    expect(status.locator(".words__text")).to_have_count(3)
    assert status.context.cookies() == []
    assert re.fullmatch(r".*/nl/status/(#[a-z-]*)?", status.url)

    desk.reload()
    expect(desk.locator(".words__text").last).to_have_text("Nee, van iemand anders")
    desk.locator("form[action$='/no-answer/'] button").click()
    expect(desk.locator(".desk-row")).to_have_count(0)


def test_talk_goes_by_keyboard_and_keeps_what_was_typed(site: Site, new_page: NewPage) -> None:
    phone = new_page(base_url=site.url)
    reporter = Reporter(phone)
    reporter.begin("https://example.org/talk/keyboard")
    reporter.answer_as_adult()
    code = reporter.send()
    reporter.look(code)
    box = phone.locator("[name=say-text]")
    box.focus()
    phone.keyboard.type("x" * 30)
    box.fill("x" * 2001)  # pasted: nothing is cut off
    phone.keyboard.press("Tab")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    assert box.input_value() == "x" * 2001
    expect(phone.locator(".govuk-error-summary")).to_contain_text("2001")
    box.fill("Dank je wel")
    phone.keyboard.press("Tab")
    with phone.expect_navigation():
        phone.keyboard.press("Enter")
    with phone.expect_navigation():
        phone.reload()
    expect(phone.locator(".words__text")).to_have_text(["Dank je wel"])


def test_note_beside_a_location(site: Site, new_page: NewPage) -> None:
    reporter = Reporter(new_page(base_url=site.url))
    reporter.begin("https://example.org/talk/note")
    reporter.answer_as_adult()
    reporter.send()
    desk = new_page(base_url=site.url, wide=True)
    sign_in(desk, site, "demo-caseworker")
    desk.goto("/console/desk/?work=ask")
    desk.locator(".desk-row__link").last.click()
    desk.locator("[name=note-text]").fill("Gebeld; ze kijken ernaar.")
    desk.locator("form[action*='/notes/'] button").click()
    expect(desk.locator(".words__text")).to_have_text(["Gebeld; ze kijken ernaar."])
    look(desk, "desk-note")
    desk.locator("form[action$='/remove/'] button").click()
    expect(desk.locator(".words__text")).to_have_count(0)
