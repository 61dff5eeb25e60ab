"""A possible minor's page whose hotline takes its own form: taken on, copied, handed in, and answered."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look, picture
from tests.e2e.ends import Asked, Desk, answer_by_link, press, stands, status_page, submit
from tests.e2e.people import sign_in
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

FORM = "https://hotline.test/report"
NUMBER = "MK-2026-7"


@pytest.fixture
def by_form(site: Site) -> Iterator[None]:
    """The demo's hotline takes its own form for a while."""
    change = "UPDATE recipients_recipient SET channel = %s, form_url = %s WHERE kind = 'hotline' AND demo"
    site.rows(change, "form", FORM)
    yield
    site.rows(change, "mail", "")


def has_no_address(page: Page) -> None:
    assert "example.org" not in page.content()
    assert FORM not in page.content()


@pytest.mark.usefixtures("by_form")
def test_hotlines_form_is_filled_in_and_the_hotline_says_it_is_gone(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    url = "https://example.org/hotline-form"
    code, (minor,) = submit(site, url, age="unknown")
    page = desk(minor)
    expect(page.locator(".desk-top")).to_contain_text("Nog te versturen")
    has_no_address(page)
    look(page, "desk-hotline-form")

    # By keyboard alone, as far as what became of it.
    page.get_by_role("button", name="Ik vul nu").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#by-hand")).to_be_visible()
    has_no_address(page)
    look(page, "desk-hotline-form-taken-on")
    page.get_by_role("button", name="Laat zien wat ik in het formulier zet").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#copy-urls")).to_have_value(url)
    expect(page.locator(f"a[href='{FORM}']")).to_have_count(1)
    expect(page.locator("a[href*='example.org']")).to_have_count(0)
    look(page, "desk-hotline-form-copy")
    picture(page.locator("[aria-labelledby=by-hand]"), "guide-desk-hotline-form")
    text = page.locator("#copy-text").input_value()
    page.locator("[name=what][value=taken]").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type(NUMBER)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("main, aside").get_by_text(NUMBER)).to_be_visible()
    has_no_address(page)
    look(page, "desk-hotline-form-handed-in")
    [[reference]] = site.rows(
        "SELECT n.reference FROM removal_notice n JOIN removal_noticerequest e ON e.notice_id = n.id"
        " WHERE e.location_id = %s",
        minor.place,
    )
    stands(site, Asked(minor.place, reference), "accepted")

    answer_by_link(new_page(base_url=site.url, javascript=False), text, "removed")
    page = desk(minor)
    expect(page.locator(".desk-top")).to_contain_text("Niets te doen")
    expect(page.locator(".desk-request")).to_contain_text("Ze zeggen dat het weg is")
    expect(page.locator(".desk-history").last).to_contain_text("Adres gekopieerd")
    has_no_address(page)
    assert not [mail for mail in site.mail.received if reference.encode() in mail.content]

    two_days_later(site, minor)
    reporter = new_page(base_url=site.url)
    status_page(reporter, code)
    expect(reporter.locator("#link-1")).to_contain_text("Ze zeggen dat het weg is")
    expect(reporter.locator("#link-1")).to_contain_text(reference)


@pytest.mark.usefixtures("by_form")
def test_hotlines_form_without_javascript_until_the_hotline_says_that_it_is_not_illegal(
    site: Site, new_page: NewPage, desk: Desk, cookies: dict[str, Any]
) -> None:
    url = "https://example.org/hotline-form-plain"
    code, (minor,) = submit(site, url, age="under_18")
    desk(minor)  # signs in
    page = new_page(base_url=site.url, javascript=False, language="en-GB")
    page.context.add_cookies(cookies["desk"])
    page.goto(f"/console/desk/{minor.place}/")
    has_no_address(page)
    press(page, "I fill in the form")
    has_no_address(page)

    # A colleague sees that it is taken on, and by whom; not the address.
    other = new_page(base_url=site.url, wide=True)
    sign_in(other, site, "demo-supervisor")
    other.goto(page.url)
    expect(other.locator("[aria-labelledby=by-hand]")).to_contain_text("vult het in")
    expect(other.get_by_role("button", name="Laat zien")).to_have_count(0)
    has_no_address(other)
    look(other, "desk-hotline-form-of-a-colleague")

    press(page, "Take it back")
    press(page, "I fill in the form")
    press(page, "Show what I copy into the form")
    expect(page.locator("#copy-urls")).to_have_value(url)
    text = page.locator("#copy-text").input_value()
    page.locator("[name=what][value=unsure]").check()
    press(page, "Note it")
    press(page, "It was sent")

    theirs = new_page(base_url=site.url, javascript=False)
    answer_by_link(theirs, text, "refused", ground="lawful")
    page.goto(f"/console/desk/{minor.place}/")
    expect(page.locator(".desk-request")).to_contain_text("They refuse")
    expect(page.locator("#ladder, #check, #watch, #address")).to_have_count(0)
    has_no_address(page)
    two_days_later(site, minor)
    reporter = new_page(base_url=site.url)
    status_page(reporter, code)
    expect(reporter.locator("#link-1")).to_contain_text("kan dit niet laten weghalen")


def two_days_later(site: Site, asked: Asked) -> None:
    """What a colleague did shows a day after the report at the earliest: it was reported before."""
    before = f"{datetime.now(UTC).date() - timedelta(days=2)} 12:00:00+00:00"
    site.rows(
        "UPDATE removal_statement SET created_at = %s WHERE location_id = %s", before, asked.place
    )
    site.rows("UPDATE removal_location SET age_assessed_at = %s WHERE id = %s", before, asked.place)
