"""A chat in a real browser over a bad network: no word is lost, and the page says how it stands."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, WebSocketRoute, expect

from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.people import on_duty, sign_in
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e


SENT = re.compile("Verstuurd|Gelezen")


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture(scope="module")
def signed_in() -> list[Any]:
    """The counsellor's cookies, once there are any: a one-time code is taken only once."""
    return []


# What a network stands between may be handed on after the site has closed its end.
HANDED_ON_LATE = "already in CLOSING or CLOSED state"


@dataclass
class Network:
    """What stands between one page and the site."""

    sockets: bool = True
    requests: bool = True
    swap: tuple[str, str] = ("", "")  # what the site reads in place of something a page sent
    open: WebSocketRoute | None = None

    def between(self, page: Page) -> None:
        page.route_web_socket(re.compile("/ws/"), self._socket)
        page.route(re.compile("/wire/"), self._request)

    def cut(self) -> None:
        """Nothing gets through any more."""
        self.sockets = self.requests = False
        self.drop()

    def mend(self) -> None:
        self.sockets = self.requests = True

    def drop(self) -> None:
        if self.open is not None:
            self.open.close(code=3000)

    def _socket(self, page: WebSocketRoute) -> None:
        if not self.sockets:
            page.close(code=3000)
            return
        self.open = page
        server = page.connect_to_server()

        def pass_on(message: str | bytes) -> None:
            text = message if isinstance(message, str) else message.decode()
            before, after = self.swap
            server.send(text.replace(before, after) if before else text)

        page.on_message(pass_on)

    def _request(self, route: Route) -> None:
        if self.requests:
            route.continue_()
        else:
            route.abort()


@dataclass
class Pair:
    """A visitor and the counsellor they talk to."""

    person: Page
    sam: Page
    network: Network

    def both_show(self, *texts: str) -> None:
        """Both pages show this at the end of the conversation, in this order, each once."""
        for page in (self.person, self.sam):
            expect(said(page)).to_contain_text(texts)
            shown = [text for text in said(page).all_inner_texts() if text in texts]
            assert shown == list(texts)


@pytest.fixture
def pair(site: Site, new_page: NewPage, trouble: Trouble, signed_in: list[Any]) -> Iterator[Pair]:
    """A chat that was just taken, with a network for the visitor's page."""
    trouble.expected.append(HANDED_ON_LATE)
    person, sam = new_page(base_url=site.url), new_page(base_url=site.url, wide=True)
    network = Network()
    network.between(person)
    person.goto("/nl/chat/")
    person.locator(".chat-start__button").click()
    if signed_in:
        sam.context.add_cookies(signed_in)
        on_duty(site, "demo-counsellor")
    else:
        sign_in(sam, site, "demo-counsellor")
        signed_in += sam.context.cookies()
    sam.goto("/console/chat/")
    sam.locator("#desk-waiting > li").first.get_by_role("button").first.click()
    expect(sam.locator("#room-composer")).to_be_visible()
    expect(person.locator("#chat-with")).to_contain_text("Sam")
    yield Pair(person, sam, network)
    network.mend()
    sam.locator("#act-end").click()
    sam.locator("#dialog-end button[value=yes]").click()
    expect(sam.locator("#desk-mine button")).to_have_count(0)


def said(page: Page) -> Locator:
    return page.locator(".chat-message__text")


def say(page: Page, text: str) -> None:
    page.locator("#chat-text, #room-text").fill(text)
    page.keyboard.press("Enter")


def about(page: Page, text: str) -> Locator:
    """What stands under a message."""
    return page.locator(".chat-message", has_text=text).locator(".chat-message__about")


def online(page: Page) -> None:
    """The browser says that the network is back."""
    page.evaluate("dispatchEvent(new Event('online'))")


def test_chat_without_sockets_and_back(pair: Pair) -> None:
    """Sockets are blocked, come back, and break again in the middle: one conversation."""
    person, sam, network = pair.person, pair.sam, pair.network
    say(person, "over de socket")
    pair.both_show("over de socket")

    network.sockets = False
    network.drop()
    say(person, "zonder socket")
    pair.both_show("over de socket", "zonder socket")
    say(sam, "ik lees je")
    pair.both_show("over de socket", "zonder socket", "ik lees je")
    expect(person.locator("#chat-sync")).to_have_class(re.compile("chat__sync--quiet"))
    screenshot(person, "connection-01-polling")

    network.sockets = True
    online(person)
    expect(person.locator("#chat-sync")).to_be_hidden()
    say(person, "weer met socket")
    pair.both_show("ik lees je", "weer met socket")
    say(sam, "fijn")
    pair.both_show("zonder socket", "ik lees je", "weer met socket", "fijn")

    network.sockets = False
    network.drop()
    for number in range(5):
        say(person, f"bericht {number}")
    pair.both_show("fijn", *(f"bericht {number}" for number in range(5)))


def test_counsellor_without_sockets(pair: Pair) -> None:
    network = Network(sockets=False)
    network.between(pair.sam)
    pair.sam.reload()
    pair.sam.locator("#desk-mine button").first.click()
    expect(pair.sam.locator("#room-composer")).to_be_visible(timeout=30_000)
    say(pair.sam, "dag")
    pair.both_show("dag")
    say(pair.person, "hallo")
    pair.both_show("dag", "hallo")
    screenshot(pair.sam, "connection-02-console-polling", both=False)


def test_page_says_since_when_it_is_not_up_to_date(pair: Pair, trouble: Trouble) -> None:
    trouble.expected += ["net::ERR_FAILED"]
    person = pair.person
    say(person, "voor de storing")
    pair.both_show("voor de storing")
    pair.network.cut()
    say(person, "tijdens de storing")
    person.locator("#chat-text").fill("half getypt")
    expect(person.locator("#chat-sync")).to_contain_text(re.compile(r"sinds \d\d:\d\d"))
    expect(about(person, "tijdens de storing")).to_contain_text("Wacht")
    screenshot(person, "connection-03-not-up-to-date")

    person.reload()
    expect(about(person, "tijdens de storing")).to_contain_text("Wacht")
    expect(person.locator("#chat-text")).to_have_value("half getypt")
    pair.network.mend()
    online(person)
    expect(about(person, "tijdens de storing")).to_contain_text(SENT)
    expect(person.locator("#chat-sync")).not_to_contain_text("sinds")
    pair.both_show("voor de storing", "tijdens de storing")


def test_old_page_is_renewed_without_losing_what_was_typed(pair: Pair) -> None:
    person = pair.person
    pair.network.swap = ('"v":3', '"v":1')
    pair.network.drop()
    renew = person.locator("#chat-sync a")
    expect(renew).to_be_visible()
    say(person, "voor het vernieuwen")
    person.locator("#chat-text").fill("half getypt")
    screenshot(person, "connection-04-renewed")
    pair.network.swap = ("", "")
    renew.click()
    expect(about(person, "voor het vernieuwen")).to_contain_text(SENT)
    expect(person.locator("#chat-text")).to_have_value("half getypt")
    pair.both_show("voor het vernieuwen")


def test_second_tab_follows_along(pair: Pair) -> None:
    first, second = pair.person, pair.person.context.new_page()
    second.goto("/nl/chat/")
    say(first, "uit het eerste tabblad")
    expect(said(second)).to_contain_text(["uit het eerste tabblad"])
    say(second, "uit het tweede")
    expect(said(pair.sam)).to_contain_text(["uit het tweede"])
    say(pair.sam, "ik zie beide")
    for page in (first, second):
        expect(said(page).last).to_have_text("ik zie beide")
        mine = page.locator(".chat-message--mine .chat-message__text")
        assert mine.all_inner_texts() == ["uit het eerste tabblad", "uit het tweede"]
    second.close()


def test_typing_reading_and_presence(pair: Pair) -> None:
    person, sam = pair.person, pair.sam
    expect(sam.locator("#room-present")).to_contain_text("open")
    person.locator("#chat-text").press_sequentially("ik")
    expect(sam.locator("#room-typing")).not_to_be_empty()
    screenshot(sam, "connection-05-typing-console", both=False)
    sam.locator("#room-text").press_sequentially("ik ook")
    expect(person.locator("#chat-typing")).to_contain_text("Sam")
    screenshot(person, "connection-06-typing")
    say(person, "ik ben er")
    expect(sam.locator("#room-typing")).to_be_empty()
    expect(about(person, "ik ben er")).to_contain_text("Gelezen")
    say(sam, "ik lees dat")
    expect(about(sam, "ik lees dat")).to_contain_text("Gelezen")
    expect(person.locator("#chat-typing")).to_be_empty()
    person.close()
    expect(sam.locator("#room-present")).to_contain_text("weg")


def test_failed_message_can_be_tried_again_or_thrown_away(pair: Pair) -> None:
    """What was refused stays visible and the next one goes."""
    person, network = pair.person, pair.network
    network.swap = ("te groot", "te groot " * 1000)
    for text in ("veel te groot", "toch niet: te groot", "daarna"):
        say(person, text)
    expect(about(person, "veel te groot")).to_contain_text("Niet verstuurd")
    pair.both_show("daarna")
    screenshot(person, "connection-07-failed")
    about(person, "toch niet").get_by_role("button", name="Weggooien").click()
    expect(said(person)).not_to_contain_text(["toch niet"])
    network.swap = ("", "")
    person.reload()
    retry = about(person, "veel te groot").get_by_role("button", name="Opnieuw proberen")
    retry.focus()
    person.keyboard.press("Enter")
    expect(about(person, "veel te groot")).to_contain_text(SENT)
    pair.both_show("daarna", "veel te groot")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_room_in_pictures(site: Site, new_page: NewPage, dark: bool) -> None:
    page = new_page(base_url=site.url, dark=dark)
    page.goto("/nl/chat/")
    page.locator(".chat-start__button").click()
    page.locator("#chat-text").fill("Dit is wat ik kwijt wil")
    page.locator(".chat__send").click()
    expect(about(page, "kwijt")).to_contain_text("Verstuurd")
    screenshot(page, f"connection-08-room-{'dark' if dark else 'light'}")
    page.locator("#chat-end summary").click()
    page.locator("#chat-end .govuk-button--warning").click()
    expect(page.locator("#chat-over")).to_be_visible()
