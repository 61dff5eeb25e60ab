"""Prepared replies and pages of the site, found and sent by keyboard alone, with the visitor beside."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, check_accessible, look
from tests.e2e.test_connection import say
from tests.e2e.test_outage import Both, meeting
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def both(site: Site, new_page: NewPage) -> Iterator[Both]:
    with meeting(site, new_page) as both:
        yield both


def chosen(page: Page) -> str:
    return page.locator("#replies-list [aria-selected=true] .replies__name").inner_text()


def test_replies_and_pages_by_keyboard(both: Both) -> None:
    person, sam = both.person, both.sam
    say(person, "hallo")
    both.show("hallo")
    box, press = sam.locator("#room-text"), sam.keyboard
    box.focus()
    press.type("/welk")
    expect(sam.locator("#replies-search")).to_be_focused()
    expect(sam.locator("#replies-list [role=option]")).not_to_have_count(0)
    assert chosen(sam) == "Welkom"
    look(sam, "replies-found")
    press.press("Enter")
    expect(box).to_be_focused()
    expect(box).to_have_value(re.compile("^Hoi .+, ik ben Sam. Goed dat je er bent."))
    assert "{" not in box.input_value()
    press.press("Enter")
    expect(person.locator("#chat-messages")).to_contain_text("ik ben Sam")

    # What is to be filled in is ready to be typed over.
    press.type("Ja. /uitzoeken")
    press.press("Enter")
    expect(box).to_have_value(re.compile(r"^Ja\. Ik zoek .* \[aantal\] minuten"))
    press.press("End")
    press.press("Enter")
    expect(sam.locator("#desk-note")).to_contain_text("[aantal]")
    press.type("tien")
    expect(box).to_have_value(re.compile("ongeveer tien minuten"))

    # A slash within a word, and one that was meant, stay what they are.
    box.fill("")
    press.type("en/of ")
    press.type("//")
    expect(box).to_have_value("en/of /")
    expect(sam.locator("#replies")).to_be_hidden()
    box.fill("")

    # Nothing is found, and Escape leads back.
    press.press("Alt+i")
    press.type("zzzz")
    expect(sam.locator("#replies-none")).to_be_visible()
    check_accessible(sam)
    press.press("Escape")
    expect(box).to_be_focused()

    share_a_page(both)


def share_a_page(both: Both) -> None:
    person, sam = both.person, both.sam
    box, press = sam.locator("#room-text"), sam.keyboard
    press.type("/naaktbeeld")
    expect(sam.locator("#replies-list .govuk-tag--blue").first).to_be_visible()
    title = chosen(sam)
    press.press("Enter")
    expect(sam.locator("#share-yes")).to_be_focused()
    look(sam, "replies-share")
    press.press("Escape")
    expect(sam.locator("#share")).to_be_hidden()
    expect(box).to_be_focused()
    assert title not in person.locator("#chat-messages").inner_text()
    press.type("/naaktbeeld")
    press.press("Enter")
    press.press("Enter")
    card = person.locator(".chat-card a")
    expect(card).to_contain_text(title)
    expect(sam.locator("#share")).to_be_hidden()
    expect(box).to_be_focused()
    look(person, "replies-card")
    look(sam, "replies-shared")
    with person.context.expect_page() as opened:
        card.click()
    expect(opened.value.locator("h1")).to_have_text(title)
    opened.value.close()
    expect(person.locator("#chat-composer")).to_be_visible()

    # The same card without a script, and afterwards.
    simple = person.context.new_page()
    simple.goto("/nl/chat/?simple=1")
    expect(simple.frame_locator(".chat__frame").locator(".chat-card a")).to_contain_text(title)
    simple.close()
