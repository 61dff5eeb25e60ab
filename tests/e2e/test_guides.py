"""The pictures in the guides for staff, made on a real site: docs/images/guide-*.png are these.

After a change that shows, run this and copy screenshots/guide-*.png to docs/images.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look, screenshot
from tests.e2e.people import sign_in
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

SAID = (
    ("Merel", "Iemand heeft een foto van mij doorgestuurd in de klas"),
    ("Zwaluw", "Hij vraagt geld, anders zet hij alles online"),
    ("", "Hoi, is hier iemand?"),
)


def visitor(new_page: NewPage, site: Site, name: str, words: str) -> Page:
    page = new_page(base_url=site.url)
    page.goto("/nl/chat/")
    if name:
        page.fill("[name=name]", name)
    page.click(".chat-start__button")
    page.fill("#chat-text", words)
    page.locator("#chat-composer").get_by_role("button").first.click()
    expect(page.locator("#chat-messages")).to_contain_text(words)
    return page


def take(page: Page, name: str) -> None:
    page.locator("#desk-waiting > li").filter(has_text=name).get_by_role("button").last.click()
    page.click("#act-claim")
    expect(page.locator("#act-end")).to_be_visible()


def answer(page: Page, words: str) -> None:
    page.fill("#room-text", words)
    page.press("#room-text", "Enter")
    expect(page.locator("#room-messages")).to_contain_text(words)


def among_colleagues(sam: Page, robin: Page) -> None:
    """A supervisor opens the alarm, reads along and whispers."""
    robin.locator("#desk-alarms button").first.click()
    expect(robin.locator("#room-messages")).to_contain_text("Hij vraagt geld")
    robin.fill("#notes-text", "Vraag of er nu iemand bij diegene is.")
    robin.press("#notes-text", "Enter")
    expect(sam.locator("#room-whisper")).to_be_visible()
    screenshot(sam, "guide-whisper", both=False)
    sam.click("#whisper-seen")


def hand_over(sam: Page) -> None:
    sam.click("#act-hand-over")
    sam.locator("#handover-who").get_by_label("Robin").check()
    sam.fill("#handover-text", "Wordt gechanteerd, heeft niets betaald. Wil zo een melding doen.")
    screenshot(sam, "guide-handover", both=False)
    sam.click("#handover-back")


def write_down(sam: Page) -> None:
    sam.click("#act-end")
    sam.click("#dialog-end button[value=yes]")
    expect(sam.locator("#after-unwritten li")).to_have_count(1)
    sam.keyboard.press("Alt+c")
    sam.locator("#wrap-up [name=theme]").select_option("blackmail")
    sam.locator("#wrap-up [name=advised]").nth(1).check()
    screenshot(sam, "guide-wrap-up", both=False)
    sam.click("#wrap-up-later")


def test_pictures_of_the_guides(site: Site, new_page: NewPage) -> None:
    site.rows("UPDATE services_service SET chat_open = 'open'")
    sam, robin, ada = (new_page(base_url=site.url, wide=True) for _ in range(3))
    for page, account in ((sam, "counsellor"), (robin, "supervisor"), (ada, "administrator")):
        sign_in(page, site, f"demo-{account}")
    for page in (sam, robin):
        page.goto("/console/chat/")
        page.click("#presence button[value=on]")
        expect(page.locator("#presence button[value=on]")).to_have_attribute("aria-pressed", "true")
    visitors = [visitor(new_page, site, name, words) for name, words in SAID]

    take(sam, "Merel")
    answer(sam, "Wat naar dat dit gebeurt. Fijn dat je het vertelt.")
    take(sam, "Zwaluw")
    answer(sam, "Wat spannend. Heb je iets betaald of gestuurd?")
    for page in visitors:
        page.wait_for_timeout(200)
    screenshot(sam, "guide-console", both=False)

    sam.click("#act-danger")
    expect(robin.locator("#desk-alarms")).not_to_be_empty()
    screenshot(sam, "guide-danger", both=False)
    sam.keyboard.press("F1")
    expect(sam.locator("#dialog-keys")).to_be_visible()
    screenshot(sam, "guide-keys", both=False)
    sam.keyboard.press("Escape")
    screenshot(robin, "guide-alarm", both=False)
    among_colleagues(sam, robin)
    hand_over(sam)
    robin.goto("/console/floor/")
    screenshot(robin, "guide-floor", both=False)
    write_down(sam)
    robin.goto("/console/chat/queue/")
    look(robin, "why-next")
    robin.goto("/console/floor/")

    robin.click(".floor-pages >> text=Cijfers")
    screenshot(robin, "guide-figures", both=False)

    robin.goto("/console/people/")
    screenshot(robin, "guide-people", both=False)
    robin.click(".desk-row__link:text-is('demo-counsellor-2')")
    robin.click("text=Vraag om de tweede stap")
    ada.goto("/console/people/")
    ada.click("text=Bekijk demo-counsellor-2")
    screenshot(ada, "guide-reset", both=False)
