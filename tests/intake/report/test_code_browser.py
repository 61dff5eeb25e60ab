"""Keeping a return code in a real browser: copied, typed again, and still there on reload."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.intake.report.test_browser import heading, to_check
from tests.processes import Site

pytestmark = pytest.mark.e2e


def sent(page: Page) -> str:
    """Send a report. Returns the code as it is shown."""
    to_check(page)
    page.get_by_role("button", name="Versturen").last.click()
    heading(page, "We hebben je melding")
    return " ".join(page.locator(".code").inner_text().split())


def test_code_is_kept_by_typing_its_end(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    code = sent(page)
    page.get_by_text("Kopieer de code").click()
    look(page, "code-1-sent")
    page.get_by_role("button", name="Ik heb de code bewaard").click()
    heading(page, "laatste vier")
    page.get_by_label("laatste vier").fill(code[:4])
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_contain_text("niet de laatste vier")
    look(page, "code-2-wrong")
    page.get_by_role("button", name="Bekijk de code nog eens").click()
    expect(page.locator(".code")).to_contain_text(code[-4:])
    look(page, "code-3-again")
    page.get_by_role("button", name="Ik heb de code bewaard").click()
    page.get_by_label("laatste vier").fill(code[-4:].lower())
    page.keyboard.press("Enter")
    heading(page, "je hebt je code")
    look(page, "code-4-kept")
    page.get_by_role("button", name="Naar de statuspagina").click()
    heading(page, "Je melding")
    assert page.url == f"{site.url}/nl/status/"
    assert code[-4:] not in page.title()


@pytest.mark.parametrize("javascript", [True, False])
def test_reload_of_each_page_of_the_code_shows_it_again(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(base_url=site.url, javascript=javascript)
    code = sent(page)
    page.get_by_role("button", name="Ik heb de code bewaard").click()
    heading(page, "laatste vier")
    page.reload()
    heading(page, "laatste vier")
    page.get_by_role("button", name="Overslaan").click()
    heading(page, "Bewaar je code goed")
    with page.expect_navigation():
        page.get_by_role("button", name="Bekijk de code nog eens").click()
    page.reload()
    assert " ".join(page.locator(".code").inner_text().split()) == code


def test_code_is_copied_or_the_page_says_how(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    code = sent(page)
    page.get_by_text("Kopieer de code").click()
    page.get_by_role("button", name="Kopiëren", exact=True).click()
    expect(page.get_by_role("status").last).to_have_text("Gekopieerd.")
    assert page.evaluate("navigator.clipboard.readText()") == code
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error()) }")
    page.get_by_role("button", name="Kopiëren", exact=True).click()
    expect(page.locator(".code-copied")).to_contain_text("Selecteer de code")
    assert page.evaluate("getSelection().toString()").split() == code.split()
