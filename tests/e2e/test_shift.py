"""A shift in the browser: on duty and off, races for one visitor, and a counsellor whose browser is
killed in the middle of a chat.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import Console, end_chats
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

RACES = 5
SAM, ALEX = "demo-counsellor", "demo-counsellor-2"
MISSED_MS = 120_000  # a worker that began just now listens for a minute first


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def begin(page: Page) -> Page:
    page.goto("/nl/chat/")
    with page.expect_navigation():
        page.locator(".chat-start__button").click()
    expect(page.locator("#chat-with")).to_contain_text("aan de beurt")
    return page


def expect_presence(page: Page, value: str) -> None:
    for each in ("on", "paused", "off"):
        button = page.locator(f"#presence button[value={each}]")
        expect(button).to_have_attribute("aria-pressed", "true" if each == value else "false")


def test_a_shift(site: Site, new_page: NewPage, console: Console) -> None:
    sam = console(SAM)
    expect(sam.locator("#desk-sync")).to_have_text("Bijgewerkt")
    expect_presence(sam, "on")

    # A break by one key: nobody new comes, and it stays so over a reload.
    sam.keyboard.press("Alt+p")
    expect(sam.locator("#presence-since")).to_contain_text("Pauze")
    sam.reload()
    expect_presence(sam, "paused")
    visitor = begin(new_page(base_url=site.url))
    expect(sam.locator("#desk-waiting .desk__take")).to_have_count(2)  # take, and read along
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#desk-note")).to_contain_text("geen dienst")
    look(sam, "shift-01-on-a-break")
    sam.keyboard.press("Alt+p")
    expect_presence(sam, "on")

    # Who is urgent stands first, and everybody sees why.
    person = new_page(base_url=site.url)
    person.goto("/nl/chat/")
    person.locator("summary").filter(has_text="vooraf").click()
    person.locator("select[name=topic]").select_option("blackmail")
    person.locator("select[name=age_band]").select_option("16_17")
    person.locator("input[name=urgency][value=soon]").check()
    look(person, "shift-02-start")
    with person.expect_navigation():
        person.locator(".chat-start__button").click()
    expect(person.locator("#chat-with")).to_contain_text("als eerste")
    expect(visitor.locator("#chat-with")).to_contain_text("nummer 2")
    first = sam.locator("#desk-waiting > li").first
    for said in ("gechanteerd", "16 of 17", "Snel"):
        expect(first).to_contain_text(said)
    look(sam, "shift-03-queue")
    sam.locator("#desk-waiting > li").last.get_by_role("button").last.click()
    sam.locator("#urgency button[value=urgent]").click()
    expect(visitor.locator("#chat-with")).to_contain_text("als eerste")
    expect(sam.locator("#urgency button[value=urgent]")).to_have_attribute("aria-pressed", "true")
    look(sam, "shift-04-urgency")


def test_of_two_who_press_at_once_one_gets_the_visitor(
    site: Site, new_page: NewPage, console: Console
) -> None:
    sam, alex = console(SAM), console(ALEX)
    visitor = new_page(base_url=site.url)
    for _ in range(RACES):
        begin(visitor)
        for page in (sam, alex):
            expect(page.locator("#desk-waiting .desk__take")).to_have_count(2)
        press = "document.querySelector('#desk-waiting .desk__take').click()"  # in each at once
        for page in (sam, alex):
            page.evaluate(f"setTimeout(() => {press}, 300)")
        expect(visitor.locator("#chat-with")).to_contain_text("Je praat met")
        for page in (sam, alex):
            expect(page.locator("#desk-waiting .desk__take")).to_have_count(0)
        owners = [page.locator("#desk-mine .desk__select").count() for page in (sam, alex)]
        assert sorted(owners) == [0, 1]
        loser = (sam, alex)[owners.index(0)]
        winner = ("Sam", "Alex")[owners.index(1)]
        expect(loser.locator("#desk-note")).to_have_text(f"Een collega was je voor: {winner}.")
        expect(loser.locator("#room-empty")).to_be_visible()
        visitor.context.clear_cookies()
        end_chats(site)
        for page in (sam, alex):
            expect(page.locator("#desk-mine .desk__select")).to_have_count(0)
    taken = site.rows("SELECT count(*) FROM chat_queuedecision")
    assert taken == [(RACES,)]


def test_visitor_of_a_killed_browser_goes_to_the_front(
    site: Site, new_page: NewPage, console: Console
) -> None:
    sam, alex = console(SAM), console(ALEX)
    visitor = begin(new_page(base_url=site.url))
    expect(sam.locator("#desk-waiting .desk__take")).to_have_count(2)
    sam.keyboard.press("Alt+t")
    expect(visitor.locator("#chat-with")).to_contain_text("Je praat met")
    visitor.locator("#chat-text").fill("ik ben zo blij dat je er bent")
    visitor.keyboard.press("Enter")
    expect(sam.locator("#room-messages")).to_contain_text("ik ben zo blij")

    sam.reload()  # keeps the visitor, and their counsellor
    expect(sam.locator("#desk-mine .desk__select")).to_have_count(1)
    sam.context.close()
    ago = f"{timezone.now() - timedelta(minutes=3):%Y-%m-%d %H:%M:%S.%f}"
    site.rows(
        "UPDATE chat_seat SET seen_at = %s WHERE user_id ="
        " (SELECT id FROM staff_user WHERE username = 'demo-counsellor')",
        ago if site.embedded else f"{ago}+00",
    )
    expect(visitor.locator("#chat-messages")).to_contain_text(
        "wat je zei is bewaard", timeout=MISSED_MS
    )
    expect(visitor.locator("#chat-with")).to_contain_text("als eerste")
    look(visitor, "shift-05-missed")
    expect(alex.locator("#desk-waiting > li")).to_contain_text("Terug in de rij")
    look(alex, "shift-06-back-in-line")
    alex.keyboard.press("Alt+t")
    expect(alex.locator("#room-messages")).to_contain_text("ik ben zo blij dat je er bent")
    expect(visitor.locator("#chat-with")).to_contain_text(re.compile("Je praat met"))
