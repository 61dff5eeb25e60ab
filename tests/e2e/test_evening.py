"""A whole evening by keyboard alone, three colleagues and two visitors at once: nobody has a mouse.

Each stage is looked at on a desk and on a phone, in both schemes and both languages, and axe finds
nothing in it.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import DEMO_PASSWORD, one_time_code
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

NO_MOUSE = """
  for (const kind of ["pointerdown", "mousedown", "touchstart", "wheel"]) {
    addEventListener(kind, () => console.error(`there is no mouse, but: ${kind}`), true);
  }
"""
MOST_TABS = 120
SUMMARY = "Wordt gechanteerd, heeft niets betaald. Wil zo een melding doen."
WHISPER = "Vraag of er nu iemand bij haar is"
NOTE = "Haar zus weet ervan"

# What the pages say, by what is looked for.
SAID = {
    "nl": {
        "online": "Bijgewerkt",
        "off": "Niet in dienst",
        "break": "Pauze",
        "reply": "/welk",
        "greeting": "ik ben Sam",
        "asks along": "Sam vraagt of je meekijkt",
        "asks on": "Sam vraagt of jij verdergaat",
        "unseen": "nog niet gezien",
        "seen": "De leidinggevende heeft het gezien.",
        "breath": "Neem even adem",
    },
    "en": {
        "online": "Up to date",
        "off": "Off duty",
        "break": "On a break",
        "reply": "/welc",
        "greeting": "I am Sam",
        "asks along": "Sam asks you to look along",
        "asks on": "Sam asks you to go on",
        "unseen": "has not seen it yet",
        "seen": "The supervisor has seen it.",
        "breath": "Take a breath",
    },
}


class Hands:
    """Somebody at a page, with a keyboard and nothing else. A mouse would fail the test."""

    def __init__(self, page: Page, language: str) -> None:
        self.page = page
        self.language = language
        self.said = SAID[language]
        page.add_init_script(NO_MOUSE)

    def look(self, stage: str) -> None:
        look(self.page, f"evening-{self.language}-{stage}")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def say(self, text: str) -> None:
        self.type(text)
        self.press("Enter")

    def tab_to(self, selector: str) -> None:
        """On with Tab until the keyboard is there."""
        here = f"document.activeElement.matches({selector!r})"
        for _ in range(MOST_TABS):
            if self.page.evaluate(here):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead to {selector}")

    def push(self, selector: str) -> None:
        self.tab_to(selector)
        self.press("Enter")

    def has(self, selector: str, text: str | re.Pattern[str] = "") -> None:
        expect(self.page.locator(selector)).to_contain_text(text)

    def at(self, selector: str) -> None:
        expect(self.page.locator(f"{selector}:focus")).to_be_visible()


@pytest.fixture
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open', breath_minutes = 5")
        yield site


def come_in(site: Site, new_page: NewPage, account: str, language: str) -> Hands:
    """Sign in, go to the chat, and on duty."""
    hands = Hands(new_page(base_url=site.url, wide=True, language=language), language)
    hands.page.goto("/console/sign-in/")
    hands.tab_to("[name=username]")
    hands.type(account)
    hands.tab_to("[name=password]")
    hands.say(DEMO_PASSWORD)
    expect(hands.page.locator("[name=code]")).to_be_visible()
    hands.tab_to("[name=code]")
    hands.say(one_time_code(site, account))
    expect(hands.page).not_to_have_url(re.compile("/sign-in/"))
    hands.push("a[href='/console/chat/']")
    hands.has("#desk-sync", hands.said["online"])
    hands.push("#presence button[value=off]")
    hands.has("#presence-since", hands.said["off"])
    hands.press("Alt+p")
    expect(hands.page.locator("#presence button[value=on]")).to_have_attribute(
        "aria-pressed", "true"
    )
    return hands


def visitor(site: Site, new_page: NewPage, text: str, language: str) -> Hands:
    hands = Hands(new_page(base_url=site.url, language=language), language)
    hands.page.goto(f"/{language}/chat/")
    with hands.page.expect_navigation():  # until its script is there
        hands.push(".chat-start__button")
    hands.tab_to("#chat-text")
    hands.say(text)
    hands.has(".chat-message--mine", text)
    return hands


@pytest.mark.parametrize("language", list(SAID))
def test_evening_without_a_mouse(site: Site, new_page: NewPage, language: str) -> None:
    sam, alex, robin = (
        come_in(site, new_page, f"demo-{who}", language)
        for who in ("counsellor", "counsellor-2", "supervisor")
    )
    sam.look("01-on-duty")
    merel = visitor(site, new_page, "iemand heeft een foto van mij", language)
    first_chat(sam, merel)
    zwaluw = visitor(site, new_page, "hij vraagt geld, anders zet hij alles online", language)
    second_chat(sam, zwaluw)
    supervisor_looks_along(sam, robin)
    colleague_goes_on(sam, alex, zwaluw)
    danger(sam, robin, merel)
    the_end(sam, merel)
    written_down(sam)
    somebody_to_talk_to(sam, robin)
    home(sam)


def comes(hands: Hands) -> None:
    """The desk shows somebody who waits: a key pressed before that finds nobody."""
    expect(hands.page.locator("#desk-waiting button").first).to_be_visible()


def first_chat(sam: Hands, merel: Hands) -> None:
    """Claim, answer, a prepared reply, a note."""
    comes(sam)
    sam.look("02-somebody-waits")
    sam.press("Alt+t")
    sam.has("#room-messages", "een foto van mij")
    sam.at("#room-text")
    sam.say("Wat naar. Fijn dat je het vertelt.")
    merel.has("#chat-messages", "Fijn dat je het vertelt.")
    sam.type(sam.said["reply"])
    sam.at("#replies-search")
    expect(sam.page.locator("#replies-list [role=option]").first).to_be_visible()
    sam.look("03-reply")
    sam.press("Enter", "Enter")
    merel.has("#chat-messages", merel.said["greeting"])
    sam.press("Alt+k")
    sam.say(NOTE)
    sam.has("#notes", NOTE)
    sam.look("04-first-chat")


def second_chat(sam: Hands, zwaluw: Hands) -> None:
    """Another one beside it, and back and forth with half a sentence kept."""
    comes(sam)
    sam.press("Alt+m")
    sam.type("half")
    sam.press("Alt+w")
    sam.at("#desk-waiting button")
    sam.press("Enter")
    sam.has("#room-messages", "hij vraagt geld")
    sam.at("#room-text")
    sam.say("Heb je iets betaald of gestuurd?")
    zwaluw.has("#chat-messages", "Heb je iets betaald")
    sam.press("Alt+ArrowDown")
    sam.at("#room-text")
    expect(sam.page.locator("#room-text")).to_have_value("half")
    sam.press("Control+a", "Delete")
    sam.look("05-two-chats")


def supervisor_looks_along(sam: Hands, robin: Hands) -> None:
    sam.press("F2")
    robin.has("#desk-asked", robin.said["asks along"])
    robin.look("06-asked-along")
    robin.press("Alt+a", "Enter")
    robin.has("#room-messages", "een foto van mij")
    expect(robin.page.locator("#notes-text")).to_be_visible()  # comes just after what was said
    robin.press("Alt+k")
    robin.say(WHISPER)
    robin.has("#notes", WHISPER)
    robin.look("07-reading-along")
    sam.has("#room-whisper", WHISPER)
    sam.look("08-whisper")
    sam.press("Alt+r")
    expect(sam.page.locator("#room-whisper")).to_be_hidden()
    sam.at("#room-text")


def colleague_goes_on(sam: Hands, alex: Hands, zwaluw: Hands) -> None:
    sam.press("Alt+ArrowDown")
    sam.has("#room-messages", "hij vraagt geld")
    sam.at("#room-text")
    sam.press("Alt+o")
    sam.at("#handover-who input")
    sam.look("09-whom")
    sam.press("Space", "Tab")
    sam.type(SUMMARY)
    sam.press("Tab", "Enter")
    sam.has("#handover-state", "Alex")
    alex.has("#desk-asked", alex.said["asks on"])
    alex.press("Alt+a", "Enter")
    alex.has("#handover-summary", SUMMARY)
    alex.look("10-asked")
    alex.press("Alt+a", "Tab", "Enter")
    alex.at("#room-text")
    alex.say("Ik ben Alex, ik heb gelezen wat je vertelde.")
    zwaluw.has("#chat-messages", "Ik ben Alex")
    alex.look("11-gone-on")
    expect(sam.page.locator("#room")).to_be_hidden()
    for hands in (zwaluw,):
        assert SUMMARY not in hands.page.content()


def danger(sam: Hands, robin: Hands, merel: Hands) -> None:
    """Raised in the middle of a sentence, which goes on."""
    sam.press("Alt+ArrowDown")
    sam.has("#room-messages", "een foto van mij")
    sam.at("#room-text")
    sam.type("Waar ben ")
    sam.press("F8")
    sam.has("#side-alarm", sam.said["unseen"])
    sam.say("je nu?")
    merel.has("#chat-messages", "Waar ben je nu?")
    expect(merel.page.locator("#chat-danger")).to_be_visible()
    sam.look("12-danger")
    expect(robin.page.locator("#desk-alarms button")).to_have_count(2)
    robin.look("13-alarm")
    robin.press("Alt+a", "Enter")
    sam.has("#side-alarm", sam.said["seen"])
    robin.at("#desk-alarms button")
    sam.press("F9")
    sam.at("#side-minor summary")
    sam.look("14-possible-minor")


def the_end(sam: Hands, merel: Hands) -> None:
    sam.press("Alt+e")
    expect(sam.page.locator("#dialog-end")).to_be_visible()
    sam.look("15-end")
    sam.press("Enter")
    expect(merel.page.locator("#chat-over")).to_be_visible()
    sam.has("#after-breath", sam.said["breath"])
    sam.look("16-over")


def written_down(sam: Hands) -> None:
    sam.press("Alt+c")
    sam.at("#wrap-up [name=theme]")
    sam.look("17-wrap-up")
    sam.press("ArrowDown")
    sam.tab_to("#wrap-up [name=danger]")
    sam.press("ArrowDown")
    sam.tab_to("#wrap-up [name=measures]")
    sam.press("Space")
    sam.look("18-with-danger")
    sam.push("#wrap-up button:not([type])")
    expect(sam.page.locator("#dialog-wrap-up")).to_be_hidden()
    expect(sam.page.locator("#after-unwritten li")).to_have_count(0)


def somebody_to_talk_to(sam: Hands, robin: Hands) -> None:
    sam.push("#act-ready")
    expect(sam.page.locator("#after-breath")).to_be_hidden()
    sam.press("Alt+b")
    robin.has("#after-debriefs", "Sam")
    robin.look("19-wants-to-talk")
    robin.push("#after-debriefs button")
    sam.has("#after-own", "Robin")
    sam.look("20-somebody-comes")


def home(sam: Hands) -> None:
    sam.press("Alt+p")
    sam.has("#presence-since", sam.said["break"])
    sam.look("21-break")
    sam.push(".console-header__person button")
    expect(sam.page).to_have_url(re.compile("/sign-in/"))
