"""A visitor on a phone, in English and with the keyboard alone: from before the chat to after it, with
a counsellor, a supervisor who takes over, a hurried way out and the way back.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import NewPage, Trouble, look
from tests.e2e.people import Console
from tests.e2e.test_connection import say
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SAYS = "I do not know who to tell"


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def tab_to(page: Page, wanted: Locator) -> None:
    """Get there with Tab and nothing else."""
    expect(wanted).to_be_visible()
    for _ in range(80):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {wanted}")


def press(page: Page, wanted: Locator, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_by_keyboard_from_before_to_after(
    site: Site, new_page: NewPage, console: Console, trouble: Trouble
) -> None:
    page = new_page(base_url=site.url, language="en-GB")
    sam = console("demo-counsellor")
    robin = console("demo-supervisor")
    messages = page.locator("#chat-messages")

    page.goto("/en/chat/")
    press(page, page.locator(".chat-start__button"))
    expect(page.locator("#chat-with")).to_contain_text("first in line")
    tab_to(page, page.locator("#chat-text"))
    page.keyboard.type(SAYS)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-message--mine")).to_contain_text([SAYS])

    expect(sam.locator("#desk-waiting button").first).to_be_visible()
    sam.keyboard.press("Alt+t")
    expect(page.locator("#chat-with")).to_have_text("You are talking to Sam.")
    say(sam, "Thank you for telling us")
    expect(messages).to_contain_text("Thank you for telling us")

    robin.goto("/console/floor/")
    expect(robin.locator("#floor-sync")).to_have_text("Bijgewerkt")
    robin.locator(".floor-chat").press("Enter")
    expect(robin.locator("#room-messages")).to_contain_text(SAYS)
    expect(robin.locator("#act-take-over")).to_be_visible()  # comes just after what was said
    robin.keyboard.press("Alt+o")
    expect(page.locator("#chat-with")).to_have_text("You are talking to Robin.")
    expect(messages).to_contain_text("you need not begin again")
    look(page, "phone-01-taken-over")

    # Out in a hurry, and back: nothing shows before it is asked for.
    page.route("https://**", lambda route: route.fulfill(body="an ordinary website"))
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("https://**")
    trouble.outside.clear()  # where leaving leads to
    expect(robin.locator("#room-composer")).to_be_hidden()
    page.goto("/en/chat/")
    expect(page.locator("h1")).to_have_text("Welcome back")
    assert SAYS not in page.content()
    look(page, "phone-02-back")
    press(page, page.locator(".chat-start__button"))
    expect(messages).to_contain_text(SAYS)

    robin.keyboard.press("F8")
    expect(page.locator("#chat-danger")).to_be_visible()
    tab_to(page, page.locator(".chat__call"))
    look(page, "phone-03-danger")

    expect(robin.locator("#room-composer")).to_be_visible()
    robin.keyboard.press("Alt+e")
    robin.keyboard.press("Enter")
    over = page.locator("#chat-over")
    expect(over).to_be_visible()
    look(page, "phone-04-over")

    press(page, page.locator("#chat-way-back-over button"))
    expect(page.locator(".chat-code")).to_be_focused()
    for name in ("heard", "knows"):
        press(page, over.locator(f"[name={name}]").first, "Space")
    press(page, over.locator(".chat-survey button"))
    expect(over.locator(".chat-survey p")).to_be_focused()
    press(page, over.locator(".chat-erase button"))
    expect(page.locator("h1")).to_have_text("Your chat is deleted")
    expect(page.locator(".chat-survey")).to_have_count(0)  # they have said how it was
    assert site.rows("SELECT count(*) FROM chat_conversation") == [(0,)]


def test_taken_over_in_danger_without_a_script(
    site: Site, new_page: NewPage, console: Console
) -> None:
    page = new_page(base_url=site.url, javascript=False)
    robin = console("demo-supervisor")
    page.goto("/nl/chat/")
    page.locator(".chat-start__button").click()
    expect(robin.locator("#desk-waiting button").first).to_be_visible()
    robin.locator("#desk-waiting > li").first.get_by_role("button").last.click()
    robin.keyboard.press("F8")
    robin.keyboard.press("Alt+t")
    expect(robin.locator("#room-composer")).to_be_visible()
    say(robin, "Ik ben Robin. Waar ben je nu?")
    page.locator("#chat-text").fill("Thuis, op mijn kamer")
    page.locator(".chat__send").click()
    frame = page.frame_locator(".chat__frame")
    for text in ("zorgen om je", "Waar ben je nu?", "op mijn kamer"):
        expect(frame.locator("body")).to_contain_text(text)
    expect(page.locator("#chat-with")).to_contain_text("Robin")
    expect(page.locator("#chat-danger")).to_be_visible()
