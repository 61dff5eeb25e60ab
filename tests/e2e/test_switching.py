"""Between the chat with a script and the one without, in the middle of a conversation."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.test_connection import HANDED_ON_LATE, Network, about, said, say
from tests.e2e.test_outage import Both, meeting, send
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


def frame(page: Page) -> FrameLocator:
    return page.frame_locator(".chat__frame")


def frame_shows(page: Page, *texts: str) -> None:
    said = frame(page).locator(".chat-message:not(.chat-message--system) .chat-message__text")
    expect(said).to_have_text(texts)


def test_to_the_simple_version_and_back(both: Both) -> None:
    person, sam = both.person, both.sam
    say(person, "met script")
    both.show("met script")
    person.goto("/nl/chat/?simple=1")
    frame_shows(person, "met script")
    send(person, "zonder script")
    say(sam, "antwoord")
    person.locator("#chat-text").fill("half getypt")
    frame_shows(person, "met script", "zonder script", "antwoord")
    person.locator(".chat__look").click()
    expect(person.locator("#chat-text")).to_have_value("half getypt")
    send(person, "nog eens zonder")
    person.goto("/nl/chat/")
    say(person, "weer met")
    both.show("met script", "zonder script", "antwoord", "nog eens zonder", "weer met")


def test_what_waits_in_the_tab_goes_once_after_the_simple_version(
    both: Both, trouble: Trouble
) -> None:
    trouble.expected += ["net::ERR_FAILED", HANDED_ON_LATE]
    person = both.person
    network = Network()
    network.between(person)
    person.reload()
    say(person, "eerst")
    both.show("eerst")
    network.cut()
    say(person, "wacht in dit tabblad")
    expect(about(person, "wacht in dit tabblad")).to_contain_text("Wacht")
    expect(person.locator("#chat-simple a")).to_be_visible(timeout=60_000)
    person.locator("#chat-simple a").click()
    frame_shows(person, "eerst")
    send(person, "over de gewone weg")
    frame_shows(person, "eerst", "over de gewone weg")
    network.mend()
    person.goto("/nl/chat/")
    both.show("eerst", "over de gewone weg", "wacht in dit tabblad")
    person.reload()
    both.show("eerst", "over de gewone weg", "wacht in dit tabblad")


@pytest.mark.parametrize("part", ["visitor", "talk"])
def test_script_that_is_blocked_halfway(both: Both, trouble: Trouble, part: str) -> None:
    trouble.expected += ["net::ERR_FAILED"]
    person = both.person
    say(person, "met script")
    both.show("met script")
    blocked = re.compile(rf"/chat/{part}\.")
    person.route(blocked, lambda route: route.abort())
    person.reload()
    expect(person.locator("#chat-simple a")).to_be_visible(timeout=30_000)
    screenshot(person, f"switching-01-script-blocked-{part}")
    send(person, "met een half script")
    expect(said(both.sam).last).to_have_text("met een half script")
    person.locator("#chat-simple a").click()
    frame_shows(person, "met script", "met een half script")
    send(person, "en zonder")
    frame_shows(person, "met script", "met een half script", "en zonder")
    person.unroute(blocked)
    person.goto("/nl/chat/")
    both.show("met script", "met een half script", "en zonder")
    expect(person.locator("#chat-simple")).to_be_hidden()


def test_link_to_the_simple_version_is_not_shown_without_a_script(
    site: Site, new_page: NewPage
) -> None:
    person = new_page(base_url=site.url, javascript=False)
    person.goto("/nl/chat/")
    person.locator(".chat-start__button").click()
    expect(frame(person).locator("body")).to_contain_text("beurt")
    expect(person.locator("#chat-simple")).to_be_hidden()
