"""Chat and report with JavaScript off: plain forms, and nothing lost."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, screenshot
from tests.e2e.people import Reporter, sign_in
from tests.processes import Site, Sites

SAYS = "Ik schrijf dit zonder script"
ANSWERS = "Dat werkt hier ook"
LINK = "https://example.org/zonder-script/foto"


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.mark.embedded
def test_chat_and_report_without_script(site: Site, new_page: NewPage) -> None:
    person = new_page(base_url=site.url, javascript=False)
    sam = new_page(base_url=site.url, wide=True)
    chat(site, person, sam)
    code = report(person)
    assert "Link 1" in Reporter(person).look(code)
    screenshot(person, "plain-05-status")


def chat(site: Site, person: Page, sam: Page) -> None:
    person.goto("/nl/chat/")
    screenshot(person, "plain-01-start")
    person.locator(".chat-start__button").click()
    person.locator("#chat-text").fill(SAYS)
    person.locator(".chat__send").click()
    messages = person.frame_locator(".chat__frame")
    expect(messages.locator("body")).to_contain_text(SAYS)
    screenshot(person, "plain-02-chat")

    sign_in(sam, site, "demo-counsellor")
    sam.goto("/console/chat/")
    sam.locator("#desk-waiting > li").first.get_by_role("button").first.click()
    expect(sam.locator("#room-messages")).to_contain_text(SAYS)
    sam.locator("#room-text").fill(ANSWERS)
    sam.locator("#room-composer").get_by_role("button").first.click()

    # What is being typed survives looking for news.
    person.locator("#chat-text").fill("half getypt")
    person.locator(".chat__look").click()
    expect(person.locator("#chat-text")).to_have_value("half getypt")
    expect(messages.locator("body")).to_contain_text(ANSWERS)
    screenshot(person, "plain-03-answer")
    person.locator("#chat-end summary").click()
    person.locator("#chat-end .govuk-button--warning").click()
    expect(sam.locator("#desk-mine")).not_to_contain_text(SAYS)
    sam.close()


def report(person: Page) -> str:
    reporter = Reporter(person)
    reporter.begin(f"hier: {LINK}")
    reporter.go("back")
    expect(person.locator("textarea[name=text]")).to_have_value(f"hier: {LINK}")
    reporter.go()
    reporter.answer_as_adult()
    code = reporter.send()
    screenshot(person, "plain-04-code")
    return code
