"""Links from a file and from an account, in a real browser."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, check_accessible, screenshot
from tests.intake.report.test_browser import go_on, heading
from tests.processes import Site

pytestmark = pytest.mark.e2e


def to_links(page: Page) -> None:
    page.goto("/nl/report/")
    for words in ("Wat is er gebeurd?", "Wat nu helpt", "Welke links wil je melden?"):
        go_on(page)
        heading(page, words)


def test_two_hundred_links_of_a_file_land_in_the_box_and_the_file_stays_here(
    site: Site, new_page: NewPage
) -> None:
    page = new_page(base_url=site.url)
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.headers.get("content-type", "")))
    to_links(page)
    rows = "\n".join(f"https://example.org/{n},november" for n in range(200))
    field = page.get_by_label("Heb je de links in een bestand?")
    field.set_input_files({"name": "a.csv", "mimeType": "text/csv", "buffer": rows.encode()})
    expect(page.locator("main [role=status]")).to_contain_text(
        "Het bestand zelf wordt niet verstuurd"
    )
    screenshot(page, "report-links-file")
    check_accessible(page)
    go_on(page)
    heading(page, "We vonden 200 links")
    assert not any("multipart" in kind for kind in sent)


def test_picture_as_a_file_is_refused_kindly(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    to_links(page)
    field = page.get_by_label("Heb je de links in een bestand?")
    field.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": b"\x89PNG"})
    expect(page.locator("main [role=status]")).to_contain_text("Die nemen we nooit aan")
    expect(page.get_by_role("textbox")).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False])
def test_account_without_a_link(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(base_url=site.url, javascript=javascript, dark=javascript)
    to_links(page)
    assert page.locator("input[type=file]").count() == (1 if javascript else 0)
    page.get_by_role("button", name="Ik heb geen link").click()
    heading(page, "Je hebt geen link")
    if javascript:
        screenshot(page, "report-links-none")
        check_accessible(page)
    page.get_by_role("button", name="De app en het account invullen").click()
    page.get_by_label("Welke app of website is het?").fill("insta")
    page.get_by_label("Hoe heet het account").fill("@lisa_03")
    if javascript:
        screenshot(page, "report-links-account")
        check_accessible(page)
    page.get_by_role("button", name="Voeg dit toe").click()
    heading(page, "We vonden 1 link")
    expect(page.locator("main")).to_contain_text("https://instagram.com/lisa_03")
