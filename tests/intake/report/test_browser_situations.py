"""The guided way in as somebody meets it: a parent, a finder, a mixed report; looked at and walked."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, check_accessible, screenshot
from tests.processes import Site

pytestmark = pytest.mark.e2e

TWO = "https://photos.example.org/old\nhttps://photos.example.org/new"


def next_page(page: Page, words: str) -> None:
    page.get_by_role(
        "button", name=re.compile(r"^(Next|Begin|Report links|These are right)$")
    ).last.click()
    expect(page.locator("h1")).to_contain_text(words)


def looked_at(page: Page, name: str) -> None:
    screenshot(page, f"situations-{name}")
    check_accessible(page)


@pytest.mark.parametrize(("javascript", "dark"), [(True, True), (False, False)])
def test_parent_reports_pictures_of_different_ages(
    site: Site, new_page: NewPage, javascript: bool, dark: bool
) -> None:
    page = new_page(base_url=site.url, language="en-GB", javascript=javascript, dark=dark)

    def look(name: str) -> None:
        if javascript:
            looked_at(page, name)

    page.goto("/en/report/")
    next_page(page, "What happened?")
    page.get_by_label("I help somebody").check()
    page.locator("summary", has_text="Why do you ask this?").click()
    look("1-asked")
    next_page(page, "What helps now")
    expect(page.locator("main")).to_contain_text("Listening is the first help")
    page.locator("summary", has_text="Read advice").click()
    expect(page.get_by_role("link", name="I want to help a friend")).to_be_visible()
    look("2-helping")
    next_page(page, "Which links")
    page.get_by_role("textbox").fill(TWO)
    next_page(page, "We found 2 links")
    next_page(page, "What do you know about these links?")
    next_page(page, "Who is in the images?")
    page.get_by_label("My child").check()
    page.locator("summary", has_text="not the same person").click()
    look("3-who")
    next_page(page, "How old was the person")
    page.get_by_label("18 or older", exact=True).check()
    page.get_by_label("https://photos.example.org/old").select_option(label="Under 18")
    look("4-ages")
    next_page(page, "You help somebody")
    page.get_by_role("group", name="Does your child know").get_by_label("No", exact=True).check()
    page.get_by_role("group", name="Did your child ask").get_by_label("Yes").check()
    look("5-behalf")
    next_page(page, "What we do with these links")
    expect(page.locator("main")).to_contain_text("does not know yet")
    page.locator("summary", has_text="shared again").click()
    expect(page.get_by_role("link", name="Take It Down")).to_be_visible()
    look("6-careful")
    next_page(page, "Can people recognise the person?")
    look("7-about")
    next_page(page, "Did the person agree")
    next_page(page, "Are the images private")
    next_page(page, "Does the person live in the Netherlands?")
    next_page(page, "Before we ask anybody")
    next_page(page, "What you declare")
    page.get_by_label("Yes, I declare this").check()
    look("8-agree")
    next_page(page, "What you allow us")
    page.get_by_label("Yes, you may act for them").check()
    next_page(page, "Check your answers")
    look("9-check")
    page.get_by_role("button", name="Send").last.click()
    expect(page.locator("h1")).to_contain_text("We have your report")
    assert page.context.cookies() == []
    assert page.url == f"{site.url}/en/report/"
    said = site.rows(
        "SELECT age_in_picture, authority, person_knows, mandate_version FROM removal_statement"
        " ORDER BY id DESC LIMIT 2"
    )
    assert {tuple(row) for row in said} == {
        ("under_18", "skipped", "no", ""),
        ("adult", "yes", "skipped", "2026-11-other"),
    }


@pytest.mark.parametrize(
    ("label", "talks_first"),
    [
        ("Iemand zet me nu onder druk", True),
        ("Ik heb al betaald", True),
        ("Ik kreeg naaktbeelden", False),
        ("Ik kwam beelden tegen", False),
    ],
)
def test_help_of_a_situation_in_the_dark_on_a_phone(
    site: Site, new_page: NewPage, label: str, talks_first: bool
) -> None:
    page = new_page(base_url=site.url, dark=True)
    page.goto("/nl/report/")
    page.get_by_role("button", name="Begin").click()
    page.get_by_label(label).check()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("Wat nu helpt")
    primary = page.locator("main .govuk-button-group > .govuk-button").first
    expect(primary).to_have_text("Met iemand praten" if talks_first else "Links melden")
    looked_at(page, f"help-{label.split()[1]}")
    page.get_by_role("button", name="Terug").click()
    expect(page.get_by_label(label)).to_be_checked()
