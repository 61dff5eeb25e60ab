"""The console as a place to work: several chats at once, everything by keyboard, on a desk and on a
phone, in both schemes.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import Console, say, visitor, wait_for
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def sam(console: Console) -> Page:
    """A counsellor, whose chats end with the test."""
    return console("demo-counsellor")


def test_evening_by_keyboard_alone(site: Site, new_page: NewPage, sam: Page) -> None:
    first = visitor(site, new_page, "ik ben de eerste")
    second = visitor(site, new_page, "en ik de tweede")
    expect(sam.locator("#desk-waiting > li")).to_have_count(2)
    look(sam, "console-01-queue")

    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-messages")).to_contain_text("ik ben de eerste")
    expect(sam.locator("#room-text")).to_be_focused()
    sam.keyboard.type("dag eerste")
    sam.keyboard.press("Shift+Enter")
    sam.keyboard.type("fijn dat je er bent")
    sam.keyboard.press("Enter")
    expect(first.locator(".chat-message--theirs")).to_contain_text(
        ["dag eerste\nfijn dat je er bent"]
    )

    sam.keyboard.type("half getypt")
    sam.keyboard.press("Alt+w")
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-messages")).to_contain_text("en ik de tweede")
    expect(sam.locator("#room-text")).to_be_focused()
    expect(sam.locator("#room-text")).to_have_value("")
    sam.keyboard.type("dag tweede")
    sam.keyboard.press("Enter")
    expect(second.locator(".chat-message--theirs")).to_contain_text(["dag tweede"])

    say(first, "ben je er nog?")
    expect(sam.locator("#desk-mine > li").first).to_contain_text("1 nieuw")
    sam.keyboard.press("Alt+n")
    expect(sam.locator("#room-messages")).to_contain_text("ben je er nog?")
    expect(sam.locator("#room-text")).to_have_value("half getypt")
    look(sam, "console-02-two-chats")
    sam.keyboard.press("Alt+ArrowDown")
    expect(sam.locator("#room-messages")).to_contain_text("en ik de tweede")
    sam.keyboard.press("Alt+ArrowUp")
    expect(sam.locator("#room-messages")).to_contain_text("ben je er nog?")

    sam.keyboard.press("Alt+l")
    expect(sam.locator("#room-log")).to_be_focused()
    sam.keyboard.press("?")
    expect(sam.locator("#dialog-keys")).to_be_visible()
    expect(sam.locator("#keys-list")).to_contain_text("Gevaar")
    look(sam, "console-03-keys")
    sam.keyboard.press("F8")
    sam.keyboard.press("Escape")
    expect(sam.locator("#dialog-keys")).to_be_hidden()
    expect(first.locator("#chat-danger")).to_be_hidden()

    sam.keyboard.press("Alt+m")
    sam.keyboard.press("End")
    sam.keyboard.type("?")
    expect(sam.locator("#room-text")).to_have_value("half getypt?")
    sam.keyboard.press("Alt+e")
    sam.keyboard.press("Enter")
    expect(first.locator("#chat-over")).to_be_visible()


def test_danger_and_possible_minor_by_one_key(
    site: Site, new_page: NewPage, sam: Page, console: Console
) -> None:
    robin = console("demo-supervisor")
    person = visitor(site, new_page, "er is een foto van mij, ik ben 15")
    expect(sam.locator("#desk-waiting button")).to_have_count(2)
    sam.keyboard.press("F8")
    expect(sam.locator("#desk-note")).to_contain_text("Open eerst")
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-text")).to_be_focused()

    sam.keyboard.press("F9")
    script = sam.locator("#side-minor")
    expect(script).to_have_attribute("open", "")
    expect(script).to_contain_text("Niet openen")
    expect(script).to_contain_text("meldpunt")
    assert script.locator("a").count() == 0

    sam.keyboard.press("F8")
    expect(person.locator("#chat-danger")).to_be_visible()
    expect(sam.locator("#side-script")).to_have_attribute("open", "")
    expect(sam.locator("#side-script")).to_contain_text("112")
    expect(sam.locator("#side-alarm")).to_contain_text("nog niet gezien")
    look(sam, "console-04-danger")
    robin.locator("#desk-alarms").get_by_text("Ik heb het gezien").click()
    expect(sam.locator("#side-alarm")).to_have_text("De leidinggevende heeft het gezien.")

    sam.keyboard.press("Alt+e")
    sam.keyboard.press("Enter")
    expect(person.locator("#chat-over")).to_be_visible()
    for closed in (script, sam.locator("#side-script")):
        expect(closed).not_to_have_attribute("open", "")


def test_alarm_that_waits_survives_a_reload(site: Site, new_page: NewPage, sam: Page) -> None:
    person = visitor(site, new_page, "help")
    expect(sam.locator("#desk-waiting button")).to_have_count(2)
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-text")).to_be_focused()
    [[number]] = site.rows("SELECT id FROM chat_conversation WHERE status = 'active'")
    # As a press leaves it that could not get through.
    sam.evaluate("number => sessionStorage.setItem('alarms', number)", str(number))
    sam.reload()
    expect(person.locator("#chat-danger")).to_be_visible()
    expect(sam.locator("#desk-mine .govuk-tag--red")).to_have_text("Gevaar")
    assert sam.evaluate("sessionStorage.getItem('alarms')") is None


def test_console_on_a_phone(site: Site, new_page: NewPage, sam: Page) -> None:
    visitor(site, new_page, "vanaf mijn telefoon")
    sam.set_viewport_size({"width": 390, "height": 844})
    expect(sam.locator("#desk-waiting button")).to_have_count(2)
    sam.locator("#desk-waiting button").first.click()
    expect(sam.locator("#room-composer")).to_be_visible()
    expect(sam.locator(".desk__lists")).to_be_hidden()
    assert sam.evaluate("document.documentElement.scrollWidth") <= 390
    sam.locator("#room-back").click()
    expect(sam.locator("#desk-mine button")).to_have_count(1)
    expect(sam.locator("#room")).to_be_hidden()
    assert sam.evaluate("document.documentElement.scrollWidth") <= 390


def test_numbers_and_connection_are_always_in_view(sam: Page) -> None:
    for width, height in ((1280, 720), (900, 700)):
        sam.set_viewport_size({"width": width, "height": height})
        for text in ("112", "0800-0113"):
            number = sam.locator(".desk-numbers__number", has_text=re.compile(f"^{text}$"))
            expect(number).to_be_in_viewport()
        expect(sam.locator("#desk-sync")).to_be_in_viewport()


LISTEN = """
  window.tones = 0;
  const start = OscillatorNode.prototype.start;
  OscillatorNode.prototype.start = function (...given) {
    window.tones += 1;
    return start.apply(this, given);
  };
  window.asked = 0;
  window.told = [];
  window.Notification = class {
    static permission = "default";
    static async requestPermission() {
      window.asked += 1;
      return (this.permission = "granted");
    }
    constructor(title, { body }) {
      window.told.push(`${title}: ${body}`);
    }
  };
"""


def test_counsellor_is_told_of_who_comes(site: Site, new_page: NewPage, sam: Page) -> None:
    """By title and sound while the tab is in front; outside it only after a press, in neutral words."""
    sam.add_init_script(LISTEN)
    sam.reload()
    expect(sam.locator("#desk-sync")).to_have_text("Bijgewerkt")
    title = sam.title()
    sam.keyboard.press("Tab")
    first = visitor(site, new_page, "mijn naam is geheim")
    expect(sam).to_have_title(f"(1) {title}")
    wait_for(lambda: sam.evaluate("window.tones"), what="a sound")
    assert sam.evaluate("[window.asked, window.told]") == [0, []]

    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-text")).to_be_focused()
    sam.locator("#desk-notify").click()
    expect(sam.locator("#desk-notify")).to_have_attribute("aria-pressed", "true")
    assert sam.evaluate("window.asked") == 1
    sam.evaluate("Object.defineProperty(document, 'visibilityState', { get: () => 'hidden' })")
    say(first, "hoor je mij?")
    expect(sam).to_have_title(f"(1) {title}")
    wait_for(lambda: sam.evaluate("window.told.length"), what="a notification")
    assert set(sam.evaluate("window.told")) == {"Console: Er is iets nieuws."}

    sam.locator("#desk-sound").click()
    expect(sam.locator("#desk-sound")).to_have_attribute("aria-pressed", "false")
    before = sam.evaluate("[window.tones, window.told.length]")
    say(first, "en nu?")
    wait_for(lambda: sam.evaluate("window.told.length") > before[1], what="another one")
    assert sam.evaluate("window.tones") == before[0]
    sam.reload()
    expect(sam.locator("#desk-sound")).to_have_attribute("aria-pressed", "false")
    sam.locator("#desk-sound").click()


def ago(minutes: int) -> str:
    return (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat(" ")


def test_long_waits_grow_louder(site: Site, new_page: NewPage, sam: Page) -> None:
    person = visitor(site, new_page, "is daar iemand?")
    visitor(site, new_page, "ik wacht ook")
    site.rows("UPDATE chat_conversation SET waiting_since = %s WHERE status = 'waiting'", ago(3))
    sam.reload()
    expect(sam.locator("#desk-urgent")).to_have_text("Er wacht al lang iemand")
    expect(sam).to_have_title(re.compile(r"^\(2\) ! "))
    expect(sam.locator("#desk-waiting .govuk-tag--yellow").first).to_have_text(
        re.compile("^[34] min$")
    )
    site.rows("UPDATE chat_conversation SET waiting_since = %s WHERE status = 'waiting'", ago(6))
    sam.reload()
    expect(sam).to_have_title(re.compile(r"^\(2\) !! "))
    expect(sam.locator("#desk-waiting .govuk-tag--red").first).to_have_text(
        re.compile("^[67] min$")
    )

    for count in (1, 2):
        sam.locator("#desk-waiting button").first.click()
        expect(sam.locator("#desk-mine button")).to_have_count(count)
    site.rows("UPDATE chat_message SET sent_at = %s WHERE sender = 'visitor'", ago(7))
    sam.reload()
    long = re.compile("^Wacht op antwoord: [78] min$")
    expect(sam.locator("#desk-mine .govuk-tag--red")).to_have_text([long] * 2)
    expect(sam.locator("#desk-urgent")).to_contain_text("wacht al lang op antwoord")
    on_one_line(sam)  # it calls, and moves nothing
    look(sam, "console-05-long-waits")
    sam.keyboard.press("Alt+p")
    expect(sam.locator("#presence-since")).to_contain_text("Pauze sinds")
    on_one_line(sam)
    look(sam, "console-06-long-waits-on-a-break")
    sam.keyboard.press("Alt+p")
    expect(sam.locator("#presence-since")).to_be_empty()
    for count in (1, 0):
        sam.keyboard.press("Alt+ArrowDown")
        expect(sam.locator("#room-text")).to_be_focused()
        expect(sam.locator("#room-messages")).to_contain_text("i")
        sam.keyboard.type("sorry, ik ben er")
        sam.keyboard.press("Enter")
        expect(sam.locator("#desk-mine .govuk-tag--red")).to_have_count(count)
    expect(sam.locator("#desk-urgent")).to_be_hidden()
    expect(person.locator(".chat-message--theirs")).to_contain_text(["sorry, ik ben er"])


def on_one_line(page: Page) -> None:
    bar = page.locator(".desk-bar").bounding_box()
    assert bar is not None
    assert bar["height"] < 50


def test_draft_outlives_a_reload_and_no_sign_out(
    site: Site, new_page: NewPage, console: Console, cookies: dict[str, Any]
) -> None:
    robin = console("demo-supervisor")
    del cookies["demo-supervisor"]  # signs out at the end
    visitor(site, new_page, "hallo")
    visitor(site, new_page, "hoi")
    expect(robin.locator("#desk-waiting > li")).to_have_count(2)
    for count, text in enumerate(("half", "een ander half"), start=1):
        robin.locator("#desk-waiting button").first.click()
        expect(robin.locator("#desk-mine button")).to_have_count(count)
        expect(robin.locator("#room-text")).to_be_focused()
        robin.keyboard.type(text)
    expect(robin.locator("#desk-mine .govuk-tag--blue")).to_have_text("Concept")
    robin.reload()
    expect(robin.locator("#desk-mine .govuk-tag--blue")).to_have_text(["Concept", "Concept"])
    robin.locator("#desk-mine button").first.click()
    expect(robin.locator("#room-text")).to_have_value("half")
    robin.keyboard.press("F8")
    expect(robin.locator("#desk-alarms button").first).to_be_visible()  # till then the tab keeps it
    robin.locator(".console-header__person button").click()
    expect(robin.locator("#dialog-leave")).to_be_visible()
    robin.locator("#dialog-leave button[value=no]").click()
    assert robin.evaluate("sessionStorage.length") == 2
    robin.wait_for_timeout(1100)  # a second press within a second counts as a slip
    robin.locator(".console-header__person button").click()
    robin.locator("#dialog-leave button[value=yes]").click()
    expect(robin).to_have_url(re.compile("/sign-in/"))
    assert robin.evaluate("sessionStorage.length") == 0


def test_reader_of_old_messages_stays_and_is_told_of_new_ones(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    tall = "\n".join(["regel"] * 20)
    person = visitor(site, new_page, tall)
    say(person, tall)
    expect(sam.locator("#desk-waiting button")).to_have_count(2)
    sam.keyboard.press("Alt+t")
    expect(sam.locator(".chat-message--theirs")).to_have_count(2)
    below = sam.locator("#room-below")
    expect(below).to_be_hidden()
    sam.locator("#room-log").evaluate("log => log.scrollTop = 0")
    say(person, "daar ben ik weer")
    expect(below).to_be_visible()
    assert sam.locator("#room-log").evaluate("log => log.scrollTop") == 0
    below.click()
    expect(below).to_be_hidden()
    expect(sam.locator(".chat-message--theirs").last).to_be_in_viewport()
