"""The frame in a real browser: the way out, and that everybody can use it.

Its pages are those of tests/e2e/frame_site.py; the site that one leaves for is another origin.
"""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.browser import PHONE, NewPage, Trouble, check_accessible, screenshot

pytestmark = pytest.mark.e2e

PAGES = ["/nl/", "/nl/form/", "/nl/form/?bad", "/nl/nope/", "/nl/broken/", "/staff-demo/"]


class Elsewhere(BaseHTTPRequestHandler):
    """The ordinary website that somebody leaves for. It keeps what it was told of where from."""

    referrers: list[str | None] = []

    def do_GET(self) -> None:
        self.referrers.append(self.headers.get("Referer"))
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>Weather</title><h1>Weather</h1>")

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """The address of another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(scope="module")
def frame(elsewhere: str) -> Iterator[str]:
    """The address of the site with nothing but the frame."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.frame_server"],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"HELPLINE_EXIT_URL": elsewhere, "HELPLINE_TEST_ENGINE": "embedded"},
    )
    assert process.stdout is not None
    yield f"http://localhost:{process.stdout.readline().strip()}"
    process.terminate()
    process.wait(10)
    process.stdout.close()


def three_times_back(page: Page, frame: str) -> None:
    """Go back as far as there is; nothing of ours is to be seen on the way."""
    for _ in range(3):
        # Not go_back(): a redirect on the way makes its wait end in an error.
        page.evaluate("setTimeout(() => history.back())")
        page.wait_for_timeout(600)
        expect(page).not_to_have_url(re.compile(f"^{re.escape(frame)}"))  # leads on by itself
        assert "CANARY" not in (page.text_content("body") or "")


def test_exit_leaves_at_once_and_back_shows_nothing(
    frame: str, elsewhere: str, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(elsewhere)
    page.goto(f"{frame}/nl/")
    page.click("#on")
    expect(page.locator("h1")).to_have_text("Twee")
    with page.expect_request("**/leave/") as beacon:
        page.click(".exit")
    assert beacon.value.method == "POST"
    page.wait_for_url(elsewhere)
    three_times_back(page, frame)


def test_back_from_a_page_put_aside_shows_nothing(
    frame: str, elsewhere: str, new_page: NewPage
) -> None:
    """A page that the browser kept whole for Back asks first whether somebody left."""
    page = new_page()
    page.goto(f"{frame}/nl/")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    assert page.evaluate("getComputedStyle(document.body).visibility") == "hidden"
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    assert page.evaluate("getComputedStyle(document.body).visibility") == "visible"
    page.evaluate("sessionStorage.setItem('left', '1')")
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    page.wait_for_url(elsewhere)


def test_shift_three_times_leaves(frame: str, elsewhere: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/")
    page.click("#on")
    page.focus("#q")
    page.keyboard.press("Shift")
    expect(page.locator("#exit-status")).not_to_be_empty()
    expect(page.locator(".exit__light--on")).to_have_count(1)
    page.keyboard.press("Shift")
    page.keyboard.press("Shift")
    page.wait_for_url(elsewhere)
    three_times_back(page, frame)


def test_typing_capitals_does_not_leave(frame: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/two/")
    page.focus("#q")
    for letter in "HELP":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")
    page.wait_for_timeout(200)
    assert page.url == f"{frame}/nl/two/"
    expect(page.locator("#q")).to_have_value("HELP")


def test_exit_works_without_javascript(frame: str, elsewhere: str, new_page: NewPage) -> None:
    page = new_page(javascript=False)
    page.goto(f"{frame}/nl/")
    Elsewhere.referrers.clear()
    page.click(".exit")
    page.wait_for_url(elsewhere)
    assert Elsewhere.referrers[0] is None


def test_exit_takes_other_tabs_along(frame: str, elsewhere: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/")
    other = page.context.new_page()
    other.goto(f"{frame}/nl/two/")
    page.click(".exit")
    page.wait_for_url(elsewhere)
    other.wait_for_url(elsewhere)


def test_leaving_is_said_before_it_happens(frame: str, new_page: NewPage) -> None:
    """The chat tells its own server where the visitor went: into the pause."""
    page = new_page()
    page.goto(f"{frame}/nl/")
    page.evaluate(
        "document.addEventListener('helpline:leave', () => navigator.sendBeacon('/leave/?chat'))"
    )
    with page.expect_request("**/leave/?chat"):
        page.click(".exit")


def test_coming_back_on_purpose_shows_the_page(
    frame: str, elsewhere: str, new_page: NewPage
) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/")
    page.click(".exit")
    page.wait_for_url(elsewhere)
    page.goto(f"{frame}/nl/")
    expect(page.locator("h1")).to_be_visible()
    page.click("#on")
    page.go_back()
    expect(page.locator("h1")).to_contain_text("Iemand dreigt")


@pytest.mark.parametrize("wide", [False, True], ids=["phone", "desk"])
def test_exit_is_first_and_never_covered(frame: str, new_page: NewPage, wide: bool) -> None:
    page = new_page(wide=wide)
    page.goto(f"{frame}/nl/two/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "exit"
    page.goto(f"{frame}/nl/")
    for position in ("0", "document.body.scrollHeight / 2", "document.body.scrollHeight"):
        page.evaluate(f"scrollTo(0, {position})")
        assert page.evaluate(
            """() => {
                const box = document.querySelector(".exit").getBoundingClientRect();
                const seen = document.elementFromPoint(
                    box.left + box.width / 2, box.top + box.height / 2);
                return box.top >= 0 && box.right <= innerWidth && box.height >= 44
                    && seen.closest(".exit") !== null;
            }"""
        )


def test_focus_is_never_under_the_bar(frame: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/form/?bad")
    page.click("text=Dit is een verplicht veld. >> nth=4")
    assert page.evaluate(
        "document.activeElement.getBoundingClientRect().top"
        " >= document.querySelector('.bar').getBoundingClientRect().bottom"
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_nothing(
    frame: str, new_page: NewPage, trouble: Trouble, path: str, dark: bool
) -> None:
    page = new_page(wide=True, dark=dark)
    trouble.expected += ["404 (Not Found)", "500 (Internal"]
    page.goto(frame + path)
    for summary in page.locator("details > summary").all():
        summary.click()
    check_accessible(page)


@pytest.mark.parametrize("path", PAGES)
def test_page_fits_a_narrow_phone(
    frame: str, new_page: NewPage, trouble: Trouble, path: str
) -> None:
    """320 px is also a desk window at 400 %: WCAG 1.4.10."""
    page = new_page()
    trouble.expected += ["404 (Not Found)", "500 (Internal"]
    for width in (320, PHONE[0]):
        page.set_viewport_size({"width": width, "height": PHONE[1]})
        page.goto(frame + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_frame_in_pictures(frame: str, new_page: NewPage) -> None:
    for dark in (False, True):
        page = new_page(dark=dark)
        for name, path in (("components", "/nl/"), ("form", "/nl/form/?bad")):
            page.goto(frame + path)
            screenshot(page, f"frame-{name}-{'dark' if dark else 'light'}")


def test_readers_get_no_cookie_and_no_storage(frame: str, new_page: NewPage) -> None:
    page = new_page()
    page.goto(f"{frame}/nl/")
    page.click(".govuk-accordion__section-button >> nth=0")
    page.click("#on")
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
