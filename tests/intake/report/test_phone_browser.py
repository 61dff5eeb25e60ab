"""A report by phone in real browsers: a counsellor at the console, and the caller on their own."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import Reporter, sign_in
from tests.processes import Site

pytestmark = pytest.mark.e2e


def spoken_on(page: Page) -> str:
    return page.locator(".code--word").inner_text().strip()


@pytest.mark.parametrize("javascript", [True, False])
def test_caller_alone_comes_to_the_code(site: Site, new_page: NewPage, javascript: bool) -> None:
    page = new_page(base_url=site.url, wide=True, javascript=javascript)
    sign_in(page, site, "demo-counsellor")
    page.get_by_role("link", name="Telefonisch").click()
    expect(page.locator("h1")).to_have_text("Telefonisch een melding invullen")
    if javascript:
        look(page, "phone-1-start")
    page.get_by_role("button", name="Begin").last.click()
    page.locator("input[value=spread]").check()
    if javascript:
        look(page, "phone-2-situation")
    fill_in(page)
    if javascript:
        look(page, "phone-3-check")
    page.get_by_role("button", name="Versturen").last.click()
    expect(page.locator("h1")).to_have_text("De melding is bewaard")
    word = spoken_on(page)
    assert re.fullmatch(r"\d{4} \d{3} \d{3}", word)
    if javascript:
        look(page, "phone-4-word")
    page.reload()
    assert spoken_on(page) == word

    caller = new_page(base_url=site.url, javascript=javascript)
    caller.goto("/nl/status/")
    caller.get_by_text("Ik heb telefonisch gemeld").click()
    caller.get_by_label("Het nummer dat je hebt gehoord").fill("0000 000 000")
    caller.keyboard.press("Enter")
    expect(caller.locator(".govuk-error-summary")).to_contain_text("opent niets")
    if javascript:
        look(caller, "phone-5-wrong")
    caller.get_by_label("Het nummer dat je hebt gehoord").fill(word)
    caller.get_by_role("button", name="Open mijn melding").click()
    expect(caller.locator("h1")).to_have_text("Dit is je terugkeercode")
    code = caller.locator(".code").inner_text()
    if javascript:
        look(caller, "phone-6-opened")
    caller.reload()
    assert caller.locator(".code").inner_text() == code
    assert caller.url == f"{site.url}/nl/status/"
    assert caller.context.cookies() == []
    assert "met 1 link" in Reporter(caller).look(code)
    assert "https://example.org/by-phone" in caller.content()


def test_menu_of_who_has_most_in_it_stays_on_one_line(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-supervisor")
    page.goto("/console/phone/")
    tops = page.locator(".console-nav__link, .console-header__person").evaluate_all(
        "them => them.map((one) => Math.round(one.getBoundingClientRect().bottom))"
    )
    assert len(tops) > 4
    assert max(tops) - min(tops) < 20


def fill_in(page: Page) -> None:
    """From the situation to the check page, with the answers of an adult."""
    for _step in range(25):
        if page.locator("button[value=send]").count():
            return
        text = page.locator("textarea[name=text]")
        if text.count():
            text.fill("https://example.org/by-phone")
        for name, value in {
            "who": "self",
            "age": "adult",
            "recognisable": "yes",
            "agreed": "no",
            "wish": "remove",
        }.items():
            choice = page.locator(f"input[type=radio][name={name}][value={value}]")
            if choice.count():
                choice.check()
        if page.locator("input[type=checkbox][name=declared]").count():
            page.locator("input[type=checkbox][name=declared]").check()
        with page.expect_navigation():
            page.locator("button[name=go][value=next]:not([aria-hidden])").first.click()
    raise AssertionError("never came to the check page")
