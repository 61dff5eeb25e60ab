"""The database goes away under the hands of staff, or the web server is killed: what was typed is
kept, the page says what was not done, and it goes on by itself.
"""

import re
import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.people import Console, visitor, wait_for
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SUMMARY = "Zij is 15, haar ex dreigt. Ze durft het niet thuis te zeggen."
# The page hears of it by its act, knew already that there is no connection, or lost it before it
# heard.
NOT_DONE = re.compile("niet gedaan|geen verbinding|viel net weg")
# By whether a supervisor of another test is still there.
RAISED = re.compile("nog niet gezien|niemand ziet dit alarm")
LATER = 40_000  # milliseconds in which a page has come back by itself


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open', breath_minutes = 0")
        yield site


@pytest.fixture
def sam(console: Console, trouble: Trouble) -> Page:
    """A counsellor, whose chats end with the test."""
    trouble.expected += ["503", "WebSocket", "ERR_CONNECTION_REFUSED", "ERR_CONNECTION_RESET"]
    return console("demo-counsellor")


def take(sam: Page, words: str) -> None:
    expect(sam.locator("#desk-waiting button").first).to_be_visible()
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-messages")).to_contain_text(words)
    expect(sam.locator("#room-composer")).to_be_visible()


def well(page: Page) -> None:
    """The page is up to date again, by itself."""
    expect(page.locator("#desk-sync")).to_have_text("Bijgewerkt", timeout=LATER)


def test_an_alarm_is_raised_as_soon_as_it_can_be(site: Site, new_page: NewPage, sam: Page) -> None:
    visitor(site, new_page, "ik sta op het dak")
    take(sam, "ik sta op het dak")
    with site.away("default"):
        sam.keyboard.press("F8")
        expect(sam.locator("#side-alarm")).to_contain_text("gaat vanzelf", timeout=LATER)
        screenshot(sam, "outage-06-alarm-waits")
    expect(sam.locator("#side-alarm")).to_contain_text(RAISED, timeout=LATER)
    [[raised]] = site.rows("SELECT count(*) FROM chat_conversationevent WHERE kind = 'danger'")
    assert raised == 1


def test_a_claim_that_was_not_done_says_so_and_can_be_done_again(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    visitor(site, new_page, "is daar iemand")
    expect(sam.locator("#desk-waiting button").first).to_be_visible()
    with site.away("default"):
        sam.keyboard.press("Alt+t")
        expect(sam.locator("#desk-note")).to_contain_text(NOT_DONE, timeout=LATER)
        screenshot(sam, "outage-07-claim")
    well(sam)
    assert site.rows("SELECT id FROM chat_conversation WHERE status = 'active'") == []
    sam.locator("#act-claim").click()
    expect(sam.locator("#room-composer")).to_be_visible()


def test_a_handover_that_was_not_done_keeps_its_summary(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    visitor(site, new_page, "mijn ex heeft het")
    take(sam, "mijn ex heeft het")
    fill_handover(sam)
    with site.away("default"):
        sam.locator("#handover-send").click()
        expect(sam.locator("#desk-note")).to_contain_text(NOT_DONE, timeout=LATER)
    hand_over_again(site, sam)


def test_a_handover_that_was_never_answered_is_not_taken_for_done(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    visitor(site, new_page, "hij stuurt het naar iedereen")
    take(sam, "hij stuurt het naar iedereen")
    fill_handover(sam)
    [web] = site.webs
    assert web.popen is not None
    web.popen.send_signal(signal.SIGSTOP)  # it takes what comes, and hears none of it
    sam.locator("#handover-send").click()
    expect(sam.locator("#dialog-handover")).to_be_hidden()
    web.kill()
    expect(sam.locator("#desk-note")).to_contain_text("viel net weg", timeout=LATER)
    screenshot(sam, "outage-10-never-answered")
    site.restart(web)
    hand_over_again(site, sam)


def test_who_could_go_on_is_asked_again_after_a_break(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    visitor(site, new_page, "kan het ook later")
    take(sam, "kan het ook later")
    [web] = site.webs
    assert web.popen is not None
    web.popen.send_signal(signal.SIGSTOP)
    sam.locator("#act-hand-over").click()
    expect(sam.locator("#dialog-handover")).to_be_visible()
    web.kill()
    site.restart(web)
    expect(sam.locator("#handover-who input[value=queue]")).to_be_enabled(timeout=LATER)


def fill_handover(sam: Page) -> None:
    sam.locator("#act-hand-over").click()
    sam.locator("#handover-who input[value=supervisors]").check()
    sam.locator("#handover-text").fill(SUMMARY)


def hand_over_again(site: Site, sam: Page) -> None:
    """What was written is there still, and goes once."""
    [[before]] = site.rows("SELECT count(*) FROM chat_handover")
    well(sam)
    if not sam.locator("#dialog-handover").is_visible():
        sam.locator("#act-hand-over").click()
    expect(sam.locator("#handover-text")).to_have_value(SUMMARY)
    sam.locator("#handover-who input[value=supervisors]").check()
    sam.locator("#handover-send").click()
    expect(sam.locator("#handover-state")).to_be_visible()
    [[asked]] = site.rows("SELECT count(*) FROM chat_handover")
    assert asked == before + 1


def test_a_wrap_up_that_was_not_kept_stays_as_it_was_filled_in(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    visitor(site, new_page, "dank je wel")
    take(sam, "dank je wel")
    sam.locator("#act-end").click()
    sam.locator("#dialog-end button[value=yes]").click()
    sam.locator("#after-unwritten button").last.click()
    form = sam.locator("#wrap-up")
    form.locator("[name=theme]").select_option("blackmail")
    form.locator("[name=agreed]").check()
    form.locator("[name=note]").fill(SUMMARY)
    with site.away("default"):
        form.locator("button[type=submit], button:not([type])").first.click()
        expect(sam.locator("#wrap-up-problem")).to_be_visible(timeout=LATER)
        screenshot(sam, "outage-08-wrap-up")
        expect(form.locator("[name=note]")).to_have_value(SUMMARY)
    well(sam)
    form.locator("button[type=submit], button:not([type])").first.click()
    expect(sam.locator("#dialog-wrap-up")).to_be_hidden()
    [[theme]] = site.rows("SELECT theme FROM chat_wrapup ORDER BY id DESC LIMIT 1")
    assert theme == "blackmail"


@pytest.mark.parametrize(
    ("address", "form", "filled", "kept"),
    [
        (
            "/console/floor/helpline/hours/",
            "form:has([name=date])",
            {"date": "2031-05-05", "name": "Bevrijdingsdag en feest"},
            "SELECT name FROM services_holiday WHERE date = '2031-05-05'",
        ),
        (
            "/console/people/invite/",
            "form:has([name=username])",
            {"username": "nieuwkomer", "email": "n@home.test", "work_name": "Nieuwe Collega"},
            "SELECT work_name FROM staff_user WHERE username = 'nieuwkomer'",
        ),
    ],
    ids=["floor", "people"],
)
def test_a_form_of_a_supervisor_comes_back_filled_in(
    site: Site,
    console: Console,
    trouble: Trouble,
    address: str,
    form: str,
    filled: dict[str, str],
    kept: str,
) -> None:
    trouble.expected += ["503", "WebSocket"]
    robin = console("demo-supervisor")
    robin.goto(address)
    place = robin.locator(form)
    for name, value in filled.items():
        place.locator(f"[name={name}]").fill(value)
    if "invite" in address:
        place.locator("[name=roles]").first.check()
    typed = max(filled.values(), key=len)
    with site.away("default"):
        place.locator("button").last.click()
        expect(robin.locator("body")).to_contain_text("We hebben nu een storing", timeout=LATER)
        screenshot(robin, f"outage-09-{'people' if 'invite' in address else 'floor'}")
        expect(robin.locator("main textarea").first).to_have_value(typed)
    robin.locator("main form button").first.click()
    wait_for(lambda: site.rows(kept) == [(typed,)], what="the form")
