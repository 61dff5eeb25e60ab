"""The people of a journey, as they press and type: a visitor, a counsellor, a caseworker."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django_otp.oath import TOTP
from playwright.sync_api import Page, expect

from tests.browser import NewPage
from tests.processes import Site

DEMO_PASSWORD = "demo demo demo"
STEP_SECONDS = 30

Console = Callable[[str], Page]


def sign_in(page: Page, site: Site, account: str) -> None:
    """Come in with password and one-time code, as a demo account, for a shift."""
    on_duty(site, account)
    page.goto("/console/sign-in/")
    page.locator("[name=username]").fill(account)
    page.locator("[name=password]").fill(DEMO_PASSWORD)
    page.locator("main button[type=submit]").click()
    page.locator("[name=code]").fill(one_time_code(site, account))
    page.locator("main button[type=submit]").click()
    expect(page).not_to_have_url(re.compile("/sign-in/"))


def on_duty(site: Site, account: str) -> None:
    """As at the start of a shift. Whoever had no page for two minutes, such as during the tests of
    others on a slow machine, was taken off duty and would be given nobody.
    """
    site.rows(
        "UPDATE chat_seat SET presence = 'on', seen_at = CURRENT_TIMESTAMP"
        " WHERE user_id = (SELECT id FROM staff_user WHERE username = %s)",
        account,
    )


def one_time_code(site: Site, account: str) -> str:
    """What the account's authenticator app shows: a code not used before, with time to type it."""
    [[key, used]] = site.rows(
        "SELECT d.key, d.last_t FROM otp_totp_totpdevice d JOIN staff_user u ON u.id = d.user_id"
        " WHERE u.username = %s",
        account,
    )
    while time.time() // STEP_SECONDS <= used or time.time() % STEP_SECONDS > STEP_SECONDS - 3:
        time.sleep(0.2)
    return f"{TOTP(bytes.fromhex(key)).token():06d}"


def visitor(site: Site, new_page: NewPage, text: str) -> Page:
    """Somebody who starts a chat and says something."""
    page = new_page(base_url=site.url)
    page.goto("/nl/chat/")
    with page.expect_navigation():  # until its script is there
        page.locator(".chat-start__button").click()
    say(page, text)
    expect(page.locator(".chat-message--mine")).to_contain_text([text])
    return page


def say(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.keyboard.press("Enter")


def take(page: Page, words: str) -> None:
    """Answer who waits first, by keyboard: from here on the keyboard is in the box."""
    # A key pressed before the desk shows somebody finds nobody.
    expect(page.locator("#desk-waiting button").first).to_be_visible()
    page.keyboard.press("Alt+t")
    expect(page.locator("#room-messages")).to_contain_text(words)
    # What was said comes just before that the chat is theirs now.
    expect(page.locator("#room-text")).to_be_focused()


def set_room(site: Site, account: str, chats: int) -> None:
    """Give an account so much room, once its console has a seat: that comes with its first page."""
    [[user]] = site.rows("SELECT id FROM staff_user WHERE username = %s", account)
    wait_for(
        lambda: site.rows("SELECT 1 FROM chat_seat WHERE user_id = %s", user),
        what=f"a seat for {account}",
    )
    site.rows("UPDATE chat_seat SET capacity = %s WHERE user_id = %s", chats, user)


def end_chats(site: Site) -> None:
    """End every chat of a site, whoever has it."""
    site.rows(
        "UPDATE chat_conversation SET status = 'ended', ended_at = started_at, paused_until = NULL"
        " WHERE status <> 'ended'"
    )


@dataclass
class Reporter:
    """A visitor who goes through the pages of a report; each answer is a value of its form."""

    page: Page

    def begin(self, text: str, *, situation: str = "spread") -> None:
        """From the first page to the links that were found in ``text``."""
        self.page.goto("/nl/report/")
        self.go()
        self.choose("situation", situation)
        self.go()
        self.go()  # past what helps now
        self.page.locator("textarea[name=text]").fill(text)
        self.go()

    def go(self, value: str = "next") -> None:
        button = self.page.locator(f"button[name=go][value='{value}']:not([aria-hidden])")
        # Every button leads to a page at the same address: wait for it, or the next press would
        # still find this one's buttons.
        with self.page.expect_navigation():
            button.first.click()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"input[name={name}][value='{value}']").check()

    def answer_as_adult(self) -> None:
        """From the found links to the page that shows all answers."""
        self.go()
        self.go()  # past what is known of each link
        self.choose("who", "self")
        self.go()
        self.choose("age", "adult")
        self.go()
        for name, value in {
            "recognisable": "yes",
            "agreed": "no",
            "private_or_secret": "yes",
            "lives_in_nl": "yes",
        }.items():
            self.choose(name, value)
            self.go()
        self.choose("wish", "remove")
        self.go()
        self.page.locator("input[name=declared]").first.check()
        self.go()
        self.page.locator("input[name=mandate]").first.check()
        self.go()

    def send(self) -> str:
        """Send the report. Returns the code that is shown."""
        self.go("send")
        return self.page.locator(".code").inner_text().replace("\n", " ").strip()

    def look(self, code: str) -> str:
        """Open the status page with a code. Returns what it says."""
        self.page.goto("/nl/status/")
        self.page.locator("input[name=code]").fill(code)
        with self.page.expect_navigation():
            self.page.locator("main button[type=submit]").first.click()
        return self.page.locator("main").inner_text()


def wait_for(condition: Any, *, seconds: float = 60.0, what: str = "it") -> Any:
    """Ask until there is an answer that counts."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        answer = condition()
        if answer:
            return answer
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within {seconds} seconds")
