"""Visitor and counsellor both without a script, and a supervisor beside them: from waiting to written
down by forms alone, and nothing that was typed is lost.
"""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.people import sign_in
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

# Of a frame by itself: that it renews itself is what it is for, and its page has the heading.
ALONE = {"rules": {name: {"enabled": False} for name in ("meta-refresh", "page-has-heading-one")}}
SECRET = "Haar broer mag niets weten"


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def begin(site: Site, new_page: NewPage, text: str) -> Page:
    """A visitor on a phone, without a script, who said something."""
    person = new_page(base_url=site.url, javascript=False)
    person.goto("/nl/chat/")
    person.locator(".chat-start__button").click()
    person.locator("#chat-text").fill(text)
    person.locator(".chat__send").click()
    return person


def at_desk(site: Site, new_page: NewPage, account: str) -> Page:
    """Somebody of the staff without a script; the live console sends them on."""
    page = new_page(base_url=site.url, wide=True, javascript=False)
    sign_in(page, site, account)
    page.locator(".console-nav").get_by_role("link", name="Chat").click()
    expect(page).to_have_url(f"{site.url}/console/chat/plain/")
    return page


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def reads(page: Page, text: str) -> None:
    said = page.frame_locator(".chat__frame").locator("body")
    expect(said).to_contain_text(text)


def look(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        screenshot(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")


def test_whole_chat_by_forms_alone(site: Site, new_page: NewPage, trouble: Trouble) -> None:
    trouble.expected.append("400 (Bad Request)")  # what was refused in words
    trouble.expected.append("404 (Not Found)")  # the frame of who lost the chat, which says so
    person = begin(site, new_page, "ik schrijf zonder script")
    sam = at_desk(site, new_page, "demo-counsellor")
    robin = at_desk(site, new_page, "demo-supervisor")
    look(sam, "plain-desk-01-waiting")
    press(sam, "Neem aan")
    reads(sam, "ik schrijf zonder script")
    sam.locator("#chat_text").fill("ik ook, zonder script")
    press(sam, "Versturen")
    reads(person, "ik ook, zonder script")

    # What is typed stays, whatever else is pressed; what comes in shows beside it.
    sam.locator("#chat_text").fill("half getypt")
    person.locator("#chat-text").fill("hij dreigt met een foto: https://example.org/a")
    person.locator(".chat__send").click()
    reads(sam, "hij dreigt met een foto")
    sam.locator("#chat_note").fill(SECRET)
    press(sam, "Notitie bewaren")
    expect(sam.locator(".desk__notes")).to_contain_text(SECRET)
    expect(sam.locator("#chat_text")).to_have_value("half getypt")
    press(sam, "Gevaar: waarschuw de leidinggevende")
    expect(sam.locator(".desk__alarmed")).to_contain_text("nog niet gezien")
    look(sam, "plain-desk-02-danger")
    reads(person, "112")

    # A supervisor sees the alarm in the frame that renews itself, whispers, and is thanked.
    news = robin.frame_locator(".plain-news").locator("body")
    expect(news).to_contain_text("Gevaar")
    robin.goto("/console/chat/plain/")
    press(robin, "Ik heb het gezien")
    look(robin, "plain-desk-03-supervisor")
    press(robin, "Openen")
    robin.locator("#chat_note").fill("Vraag waar ze nu is")
    press(robin, "Fluister het")
    press(sam, "Toon nieuwe berichten")
    expect(sam.locator(".desk__whisper")).to_contain_text("Vraag waar ze nu is")
    expect(sam.locator(".desk__alarmed")).to_contain_text("heeft het gezien")
    press(sam, "Ik heb het gelezen")
    expect(sam.locator(".desk__whisper")).to_have_count(0)
    expect(sam.locator("#chat_text")).to_have_value("half getypt")

    # The links become a question, answered by a form.
    press(sam, "Vraag de bezoeker: zullen we deze melden?")
    person.locator(".chat__look").click()
    expect(person.locator(".chat-consent")).to_contain_text("https://example.org/a")
    person.locator(".chat-consent button[value=no]").click()
    reads(sam, "wil nu geen melding")

    # To the supervisor, who goes on with it.
    sam.locator("#chat_to").select_option("supervisors")
    press(sam, "Gesprek overdragen")
    expect(sam.locator(".govuk-error-summary")).to_contain_text("samenvatting")
    sam.locator("#chat_summary").fill("Wordt gechanteerd, is veilig")
    press(sam, "Gesprek overdragen")
    expect(sam.locator(".desk-handover")).to_contain_text("Je vroeg het aan de leidinggevenden")
    press(robin, "Toon nieuwe berichten")
    expect(robin.locator(".desk-handover__summary")).to_contain_text("is veilig")
    press(robin, "Overnemen")
    robin.locator("#chat_text").fill("ik ben Robin en ga met je verder")
    press(robin, "Versturen")
    reads(person, "ik ben Robin")
    press(sam, "Versturen")
    expect(sam.locator(".govuk-error-summary")).to_be_visible()
    expect(sam.locator("#unsent")).to_have_value("half getypt")
    look(sam, "plain-desk-04-unsent")

    seen = person.content() + person.frame_locator(".chat__frame").locator("body").inner_html()
    for word in (SECRET, "Vraag waar ze nu is", "is veilig"):
        assert word not in seen

    robin.locator("details summary", has_text="Stop de chat").click()
    press(robin, "Stop de chat")
    robin.locator("select[name=theme]").select_option("blackmail")
    robin.locator("select[name=danger]").select_option("blackmail")
    robin.locator("input[name=measures]").first.check()
    press(robin, "Opslaan")
    expect(robin).to_have_url(f"{site.url}/console/chat/plain/")
    expect(robin.locator(".console-messages")).to_contain_text("Opgeschreven")
    [[written]] = site.rows("SELECT count(*) FROM chat_wrapup")
    assert written == 1


def test_frames_and_forms_get_over_a_database_that_was_away(
    site: Site, new_page: NewPage, trouble: Trouble
) -> None:
    trouble.expected.append("503 (Service Unavailable)")
    begin(site, new_page, "dit staat er al")
    sam = at_desk(site, new_page, "demo-counsellor-2")
    press(sam, "Neem aan")
    reads(sam, "dit staat er al")
    sam.locator("#chat_text").fill("geschreven in de storing")
    with site.away("default"):
        reads(sam, "storing")
        press(sam, "Versturen")
        expect(sam.locator("textarea[name=text]")).to_have_value("geschreven in de storing")
    press(sam, "Opnieuw versturen")
    reads(sam, "geschreven in de storing")
    reads(sam, "dit staat er al")
    [[said]] = site.rows("SELECT count(*) FROM chat_message WHERE sender = 'counsellor'")
    press(sam, "Toon nieuwe berichten")
    expect(sam.locator("#chat_text")).to_have_value("")
    [[again]] = site.rows("SELECT count(*) FROM chat_message WHERE sender = 'counsellor'")
    assert again == said


def test_plain_pages_pass_axe_in_both_schemes_and_widths(site: Site, new_page: NewPage) -> None:
    person = begin(site, new_page, "kijk https://example.org/b")
    sam = new_page(base_url=site.url, wide=True)
    sign_in(sam, site, "demo-counsellor")
    sam.goto("/console/chat/plain/")
    axe(sam, "plain-desk-05-desk")
    press(sam, "Neem aan")
    press(sam, "Gevaar: waarschuw de leidinggevende")
    axe(sam, "plain-desk-06-chat")
    for frame in ("news/", sam.url.rstrip("/").rsplit("/", 1)[1] + "/transcript/"):
        page = sam.context.new_page()
        page.goto(f"/console/chat/plain/{frame}")
        axe(page, "")
        page.close()
    sam.goto("/console/chat/plain/")
    person.goto("about:blank")


def axe(page: Page, name: str) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for width in (390, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            found = Axe().run(page, options=ALONE if not name else None)
            assert found.violations_count == 0, found.generate_report()
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} scrolls sideways at {width}"
        if name:
            screenshot(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")
