"""After a chat, in the browser: a silent visitor who comes back with a code, a chat that is abused,
writing it down, a breath, and somebody to talk to. By keyboard, in both schemes and widths.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, check_accessible, look, screenshot
from tests.e2e.people import Console, say, take, visitor
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SWEEPS = 75_000  # milliseconds in which the worker looks twice at who is silent


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def sam(site: Site, console: Console) -> Iterator[Page]:
    """A counsellor, whose chats end with the test; the service has its times again then."""
    yield console("demo-counsellor")
    site.rows(
        "UPDATE services_service SET silence_minutes = 10, grace_minutes = 30, breath_minutes = 0,"
        " heavy_in_a_row = 0"
    )


def comes(sam: Page) -> None:
    """The desk shows somebody who waits: a key pressed before that finds nobody."""
    expect(sam.locator("#desk-waiting button").first).to_be_visible()


def test_silent_visitor_comes_back_with_a_code(
    site: Site, new_page: NewPage, sam: Page, trouble: Trouble
) -> None:
    trouble.expected.append("400 (Bad Request)")  # the wrong code
    merel = visitor(site, new_page, "dit vertel ik maar één keer")
    take(sam, "dit vertel ik maar één keer")
    sam.keyboard.type("Vertel maar")
    sam.keyboard.press("Enter")
    site.rows("UPDATE services_service SET silence_minutes = 0, grace_minutes = 0")
    expect(merel.locator("#chat-messages")).to_contain_text("Ben je er nog?", timeout=SWEEPS)
    expect(merel.locator("#chat-over")).to_be_visible(timeout=SWEEPS)
    expect(merel.locator("#chat-messages")).to_contain_text("Je hebt niets fout gedaan")
    merel.locator("#chat-way-back-over button").click()
    card = merel.locator(".chat-code")
    expect(card).to_be_focused()
    code = merel.locator(".chat-code__code").inner_text()
    look(merel, "aftercare-01-code")

    phone = new_page(base_url=site.url, javascript=False)
    phone.goto("/nl/chat/")
    phone.get_by_role("link", name="Ik heb een code om terug te komen").click()
    phone.locator("[name=code]").fill("0000 0000 0000 0000")
    phone.locator("main button").click()
    expect(phone.locator(".govuk-error-summary")).to_be_visible()
    screenshot(phone, "aftercare-02-wrong-code")
    phone.locator("[name=code]").fill(code.lower())
    phone.locator("main button").click()
    expect(phone.frame_locator("iframe").locator(".chat-messages")).to_contain_text("Je bent terug")

    comes(sam)
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-messages")).to_contain_text("kwam terug met de code")
    sam.locator("#act-earlier").click()
    expect(sam.locator("#room-messages")).to_contain_text("dit vertel ik maar één keer")
    look(sam, "aftercare-03-earlier-chat")


def test_way_back_out_of_a_chat_that_goes_on(site: Site, new_page: NewPage, sam: Page) -> None:
    merel = visitor(site, new_page, "ik moet zo weg")
    take(sam, "ik moet zo weg")
    merel.locator("#chat-end summary").click()
    screenshot(merel, "aftercare-04-end-menu")
    merel.locator("#chat-end [data-way-back] button").click()
    code = merel.locator("#chat-way-back .chat-code__code").inner_text()
    screenshot(merel, "aftercare-05-code-in-chat")
    check_accessible(merel)
    merel.get_by_role("button", name="Ik heb hem").click()
    expect(merel.locator("#chat-text")).to_be_focused()

    other = new_page(base_url=site.url)
    other.goto("/nl/chat/back/")
    check_accessible(other)
    other.locator("[name=code]").fill(code)
    other.keyboard.press("Enter")
    expect(other.locator("#chat-messages")).to_contain_text("ik moet zo weg")
    say(other, "hier ben ik weer")
    expect(sam.locator("#room-messages")).to_contain_text("hier ben ik weer")
    expect(merel.locator("#chat-over")).to_be_visible()


def test_after_a_chat_by_keyboard_alone(
    site: Site, new_page: NewPage, sam: Page, console: Console
) -> None:
    lead = console("demo-supervisor")
    merel = visitor(site, new_page, "dank je wel")
    take(sam, "dank je wel")
    site.rows("UPDATE services_service SET breath_minutes = 5")
    unwritten = sam.locator("#after-unwritten li")
    before = unwritten.count()
    merel.locator("#chat-end summary").click()
    merel.locator("#chat-end .govuk-button--warning").click()
    breath = sam.locator("#after-breath")
    expect(breath).to_contain_text("Neem even adem")
    expect(unwritten).to_have_count(before + 1)
    look(sam, "aftercare-08-breath")

    visitor(site, new_page, "ik ben de volgende")
    comes(sam)
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#desk-note")).to_contain_text("Neem even adem")

    sam.keyboard.press("Alt+c")
    dialog = sam.locator("#dialog-wrap-up")
    expect(dialog).to_be_visible()
    look(sam, "aftercare-09-wrap-up")
    dialog.get_by_role("button", name="Opslaan").press("Enter")
    expect(dialog.locator("[data-wrong]")).to_have_text("Kies waar het over ging.")
    expect(dialog.locator("[name=theme]")).to_be_focused()
    screenshot(sam, "aftercare-10-wrap-up-wrong")
    check_accessible(sam)
    dialog.locator("[name=theme]").select_option("spread")
    dialog.locator("[name=danger]").select_option("suicide")
    expect(dialog.locator("[data-with-danger]")).to_be_visible()
    dialog.locator("[name=measures][value=told_112]").press("Space")
    dialog.locator("[name=advised][value=report]").press("Space")
    dialog.get_by_role("button", name="Opslaan").press("Enter")
    expect(dialog).to_be_hidden()
    expect(unwritten).to_have_count(before)
    [[theme, danger]] = site.rows("SELECT theme, danger FROM chat_wrapup")
    assert (theme, danger) == ("spread", "suicide")

    sam.keyboard.press("Alt+b")
    expect(lead.locator("#after-debriefs li")).to_have_count(1)
    look(lead, "aftercare-11-debrief")
    lead.locator("#after-debriefs button").press("Enter")
    expect(sam.locator("#after-own")).to_have_text(re.compile("komt met je praten"))

    sam.locator("#act-ready").press("Enter")
    expect(breath).to_be_hidden()
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#room-messages")).to_contain_text("ik ben de volgende")


def test_wrap_up_page_works_without_a_script(
    site: Site, new_page: NewPage, sam: Page, cookies: dict[str, Any]
) -> None:
    merel = visitor(site, new_page, "tot ziens")
    take(sam, "tot ziens")
    merel.locator("#chat-end summary").click()
    merel.locator("#chat-end .govuk-button--warning").click()
    expect(merel.locator("#chat-over")).to_be_visible()
    [[number]] = site.rows(
        "SELECT id FROM chat_conversation WHERE owner_id IS NOT NULL"
        " ORDER BY started_at DESC LIMIT 1"
    )
    page = new_page(base_url=site.url, wide=True, javascript=False)
    page.context.add_cookies(cookies["demo-counsellor"])
    page.goto(f"/console/chat/wrap-up/{number}/?plain")  # as the plain desk leads to it
    screenshot(page, "aftercare-12-wrap-up-page")
    page.locator("[name=theme]").select_option("helping")
    page.locator("main button").click()
    expect(page.locator("body")).to_contain_text("Opgeschreven")


# The last one here: from this address every start waits from then on.
def test_abused_chat_is_blocked_and_a_new_start_waits(
    site: Site, new_page: NewPage, sam: Page
) -> None:
    rude = visitor(site, new_page, "iets lelijks")
    take(sam, "iets lelijks")
    sam.keyboard.press("Alt+e")
    sam.locator("#dialog-end summary").click()
    look(sam, "aftercare-06-block")
    sam.locator("#dialog-end button[value=block]").click()
    expect(rude.locator("#chat-over")).to_be_visible()
    expect(rude.locator("#chat-messages")).to_contain_text("niet werd gebruikt waar hij voor is")
    expect(rude.locator("#chat-way-back-over form")).to_have_count(0)
    expect(rude.locator("a[href='tel:112']").first).to_be_attached()
    rude.goto("/nl/chat/")
    rude.locator(".chat-start__button").click()
    expect(rude.locator("h1")).to_have_text("Een ogenblik")
    expect(rude.locator("a[href='tel:112']").first).to_be_visible()
    look(rude, "aftercare-07-wait")
    rude.locator(".chat-start__button").click()
    expect(rude.locator("h1")).to_have_text("Een ogenblik")
