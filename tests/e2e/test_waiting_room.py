"""The visitor's side of the chat: before it, waiting, in it and after it. On a phone and at a desk,
in both languages and schemes, by keyboard, and without a script.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, look, screenshot
from tests.e2e.people import Console, end_chats, wait_for
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SAYS = "Ik ben bang dat iedereen het ziet"


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def open_again(site: Site) -> Iterator[None]:
    """A test that closes the chat opens it again, and ends what it began."""
    yield
    site.rows("UPDATE services_service SET chat_open = 'open', full_limit = NULL")
    end_chats(site)


def take(page: Page) -> None:
    """Take who waits first."""
    page.locator("#desk-waiting > li").first.get_by_role("button").first.click()
    expect(page.locator("#room-composer")).to_be_visible()


def begin(page: Page, language: str = "nl") -> None:
    page.goto(f"/{language}/chat/")
    with page.expect_navigation():
        page.locator(".chat-start__button").click()


def open_all(page: Page, within: str) -> None:
    for summary in page.locator(f"{within} details > summary").all():
        summary.click()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_before_waiting_and_after(
    site: Site, new_page: NewPage, open_again: None, language: str
) -> None:
    page = new_page(base_url=site.url, language=language)
    page.goto(f"/{language}/chat/")
    look(page, f"visitor-{language}-01-before")
    begin(page, language)
    expect(page.locator("#chat-waiting")).to_be_visible()
    page.locator("#chat-text").fill(SAYS)
    page.keyboard.press("Enter")
    expect(page.locator(".chat-message--mine")).to_contain_text([SAYS])
    look(page, f"visitor-{language}-02-waiting")
    open_all(page, "#chat-waiting")
    look(page, f"visitor-{language}-03-waiting-opened")
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.locator("#chat-end summary").click()
    page.locator("#chat-end .govuk-button--warning").click()
    expect(page.locator("#chat-over")).to_be_visible()
    look(page, f"visitor-{language}-04-after")
    page.locator("#chat-over .chat-survey input[value=partly]").first.check()
    page.locator("#chat-over .chat-survey button").click()
    thanks = page.locator("#chat-over .chat-survey p")
    expect(thanks).to_be_focused()
    expect(thanks).to_contain_text("Dank je wel" if language == "nl" else "Thank you")
    page.locator("#chat-over .chat-erase button").click()
    expect(page.locator("h1")).to_contain_text("gewist" if language == "nl" else "deleted")
    look(page, f"visitor-{language}-05-erased")
    assert site.rows("SELECT count(*) FROM chat_conversation WHERE status <> 'ended'") == [(0,)]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_full_and_closed(site: Site, new_page: NewPage, open_again: None, language: str) -> None:
    begin(new_page(base_url=site.url))
    site.rows("UPDATE services_service SET full_limit = 1")
    page = new_page(base_url=site.url, language=language)
    page.goto(f"/{language}/chat/")
    expect(page.locator("h1")).to_contain_text("vol" if language == "nl" else "full")
    look(page, f"visitor-{language}-06-full")
    site.rows("UPDATE services_service SET chat_open = 'closed'")
    page.get_by_role("button").first.click()
    look(page, f"visitor-{language}-07-closed")


def test_reading_advice_keeps_the_place(
    site: Site, new_page: NewPage, open_again: None, console: Console
) -> None:
    page = new_page(base_url=site.url)
    begin(page)
    page.locator("#chat-text").fill("half getypt")
    page.locator("#chat-waiting summary").first.click()
    page.locator(".chat-waiting__advice a").first.click()
    strip = page.locator("#chat-strip")
    expect(strip).to_contain_text("Je bent als eerste")
    look(page, "visitor-nl-08-reading")
    sam = console("demo-counsellor")
    take(sam)
    expect(strip).to_contain_text("Er is een hulpverlener")
    strip.get_by_role("link").click()
    expect(page.locator("#chat-waiting")).to_be_hidden()
    expect(page.locator("#chat-text")).to_have_value("half getypt")
    sam.close()


def test_who_is_given_back_hears_how_long_it_is_now(
    site: Site, new_page: NewPage, open_again: None, console: Console
) -> None:
    page = new_page(base_url=site.url)
    begin(page)
    sam = console("demo-counsellor")
    take(sam)
    expect(page.locator("#chat-with")).to_contain_text("Je praat met")
    with page.expect_response("**/chat/wait/") as asked:
        sam.locator("#act-give-back").click()
    said = asked.value.json()["wait"]
    expect(page.locator("#chat-wait")).to_have_text(said)
    sam.close()


def test_size_sound_and_dot_by_keyboard(
    site: Site, new_page: NewPage, open_again: None, console: Console
) -> None:
    page = new_page(base_url=site.url)
    begin(page)
    sam = console("demo-counsellor")
    take(sam)
    expect(page.locator("#chat-with")).to_contain_text("Je praat met")
    sam.locator("#room-text").fill("Dag, ik ben er voor je")
    sam.keyboard.press("Enter")
    expect(page.locator(".chat-message--theirs")).to_have_count(1)
    before = text_size(page)
    page.locator("#chat-display summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert text_size(page) > before
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chat-notice-nothing")).to_be_checked()
    look(page, "visitor-nl-09-display")
    page.keyboard.press("Escape")
    expect(page.locator("#chat-display summary")).to_be_focused()
    page.reload()
    expect(page.locator(".chat-message--theirs")).to_have_count(1)
    assert text_size(page) > before
    assert page.locator("#chat-notice-nothing").is_checked()
    look(page, "visitor-nl-10-talking")

    page.locator("#chat-end summary").click()
    look(page, "visitor-nl-11-ending")
    page.locator("#chat-end button[data-erases]").click()
    expect(page.locator("h1")).to_have_text("Je chat is gewist")
    # Whoever answered is not left with an empty screen and no word.
    expect(sam.locator("#desk-note")).to_contain_text("wissen")
    sam.close()


def text_size(page: Page) -> float:
    size = page.locator(".chat-message__text").first.evaluate("e => getComputedStyle(e).fontSize")
    return float(str(size).removesuffix("px"))


def test_leave_without_a_trace(
    site: Site, new_page: NewPage, open_again: None, trouble: Trouble
) -> None:
    page = new_page(base_url=site.url)
    begin(page)
    page.locator("#chat-text").fill("nog niet gestuurd")
    [[number]] = site.rows("SELECT id FROM chat_conversation WHERE status <> 'ended'")
    page.route("https://**", lambda route: route.fulfill(body="an ordinary website"))
    page.locator("#chat-waiting summary").last.click()
    page.locator("#chat-waiting form button").click()
    page.wait_for_url("https://**")
    assert site.rows("SELECT 1 FROM chat_conversation WHERE id = %s", number) == []
    assert site.rows("SELECT 1 FROM privacy_datakey WHERE id = %s", number, alias="keys") == []
    assert not [c for c in page.context.cookies() if c.get("name") == "visit"]
    trouble.outside.clear()  # where leaving leads to


def test_all_of_it_without_a_script(
    site: Site, new_page: NewPage, open_again: None, console: Console
) -> None:
    page = new_page(base_url=site.url, javascript=False)
    begin(page)
    for summary in page.locator("#chat-waiting summary").all():
        summary.click()
    screenshot(page, "visitor-plain-01-waiting")
    page.locator(".chat-waiting__advice a").first.click()
    expect(page.locator("#chat-strip")).to_contain_text("Je bent als eerste")
    page.locator("#chat-strip a").click()
    page.locator("#chat-text").fill(SAYS)
    page.locator(".chat__send").click()
    sam = console("demo-counsellor")
    take(sam)
    expect(sam.locator("#room-messages")).to_contain_text(SAYS)
    page.goto("/nl/chat/")
    expect(page.locator("#chat-waiting")).to_be_hidden()
    page.locator("#chat-end summary").click()
    page.locator("#chat-end .govuk-button--warning").click()
    screenshot(page, "visitor-plain-02-after")
    page.locator(".chat-survey input[value=yes]").first.check()
    page.locator(".chat-survey button").click()
    expect(page.locator("h1")).to_have_text("Dank je wel")
    wait_for(lambda: site.rows("SELECT 1 FROM chat_surveyanswer WHERE heard = 'yes'"), what="it")
    page.locator(".chat-erase button").click()
    expect(page.locator("h1")).to_contain_text("gewist")
    sam.close()
