"""What colleagues write beside a chat, in the browser: notes, a whisper, and nothing of it for the
visitor.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, look
from tests.e2e.people import sign_in
from tests.e2e.test_connection import HANDED_ON_LATE, Network, say
from tests.e2e.test_outage import Both, meeting
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

WHISPER = "Vraag of ze nu alleen thuis is"
NOTE = "Haar zus weet ervan"


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def both(site: Site, new_page: NewPage) -> Iterator[Both]:
    with meeting(site, new_page) as both:
        yield both


@pytest.fixture
def robin(site: Site, new_page: NewPage, both: Both) -> Page:
    """A supervisor who reads along."""
    page = new_page(wide=True, base_url=site.url)
    sign_in(page, site, "demo-supervisor")
    page.goto("/console/chat/")
    return page


def read_along(robin: Page, both: Both) -> None:
    """From an alarm: a supervisor's way to a chat of somebody else."""
    both.sam.locator("#act-danger").click()
    robin.locator("#desk-alarms button").first.click()
    expect(robin.locator("#room-messages")).to_contain_text("hallo")


def write(page: Page, text: str) -> None:
    page.locator("#notes-text").fill(text)
    page.locator("#notes-text").press("Enter")


def test_whisper_and_note(both: Both, robin: Page) -> None:
    say(both.person, "hallo")
    both.show("hallo")
    read_along(robin, both)
    expect(robin.locator("#notes-label")).to_contain_text("Sam")
    write(robin, WHISPER)
    whisper = both.sam.locator("#room-whisper")
    expect(whisper).to_contain_text(WHISPER)
    expect(robin.locator("#notes-text")).to_have_value("")
    both.sam.locator("#room-text").fill("ik typ door")
    write(both.sam, NOTE)
    expect(robin.locator("#notes > li")).to_have_count(2)
    look(both.sam, "colleagues-counsellor")
    look(robin, "colleagues-supervisor")
    both.sam.locator("#whisper-seen").press("Enter")
    expect(whisper).to_be_hidden()
    expect(both.sam.locator("#room-text")).to_be_focused()
    expect(both.sam.locator("#room-text")).to_have_value("ik typ door")
    expect(robin.locator("#notes > li").first).to_contain_text("gelezen")
    both.sam.locator("#room-text").press("Enter")
    both.show("hallo", "ik typ door")
    both.person.reload()
    both.show("hallo", "ik typ door")
    for page in (both.person, both.person.context.new_page()):
        page.goto("/nl/chat/?simple=1")
        shown = page.content() + page.frame_locator(".chat__frame").locator("body").inner_html()
        assert WHISPER not in shown
        assert NOTE not in shown


def test_a_note_written_without_a_connection_goes_once(both: Both, trouble: Trouble) -> None:
    trouble.expected += ["net::ERR_FAILED", HANDED_ON_LATE]
    sam, network = both.sam, Network()
    network.between(sam)
    sam.reload()
    sam.locator("#desk-mine button").first.click()
    expect(sam.locator("#room")).to_be_visible()
    write(sam, NOTE)
    expect(sam.locator("#notes .desk__note-text")).to_have_text([NOTE])
    network.cut()
    write(sam, "nog een")
    expect(sam.locator("#notes-text")).to_have_value("nog een")
    network.mend()
    expect(sam.locator("#notes .desk__note-text")).to_have_text([NOTE, "nog een"], timeout=60_000)
    expect(sam.locator("#notes-text")).to_have_value("")
