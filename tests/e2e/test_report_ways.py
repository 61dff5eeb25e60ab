"""The whole way in and back in a real browser, on a phone, and all that people do on the way: back,
reload, press twice, come with an old form, open a second tab.
"""

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, check_accessible, look
from tests.e2e.way import ByKeyboard, Way
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

TEXT = "Het staat op https://example.org/album/een en ook op www.example.com/p/twee"
LANGUAGES = pytest.mark.parametrize("language", ["nl", "en"])
SCRIPTS = pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
ORGANISATION = "Demo helpline"


def way(
    site: Site,
    new_page: NewPage,
    language: str = "nl",
    *,
    javascript: bool = True,
    text: str = TEXT,
) -> Way:
    locale = {"nl": "nl-NL", "en": "en-GB"}[language]
    page = new_page(base_url=site.url, javascript=javascript, language=locale)
    started = Way(page, text, language, javascript)
    started.begin()
    return started


def tells_nothing(way: Way) -> None:
    """Nothing of what somebody reports stands where somebody else may look."""
    assert way.page.url.endswith(way.path)
    assert way.page.title() == ORGANISATION
    assert way.page.context.cookies() == []


def fits_a_phone(way: Way) -> None:
    wide = way.page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 390, f"{way.step} is {wide} wide"


@LANGUAGES
def test_whole_way_in_and_back(site: Site, new_page: NewPage, language: str) -> None:
    visitor = way(site, new_page, language)
    for step in visitor.pages():
        tells_nothing(visitor)
        fits_a_phone(visitor)
        look(visitor.page, f"way-{language}-{step}")
    code = visitor.send()
    tells_nothing(visitor)
    look(visitor.page, f"way-{language}-sent")
    visitor.open_status(code)
    assert visitor.page.title() == ORGANISATION
    look(visitor.page, f"way-{language}-status")


@LANGUAGES
def test_whole_way_without_a_script(site: Site, new_page: NewPage, language: str) -> None:
    visitor = way(site, new_page, language, javascript=False)
    for _step in visitor.pages():
        tells_nothing(visitor)
    code = visitor.send()
    tells_nothing(visitor)
    visitor.open_status(code)
    expect(visitor.page.locator(".progress-card")).to_have_count(2)


@LANGUAGES
def test_whole_way_by_keyboard_alone(site: Site, new_page: NewPage, language: str) -> None:
    locale = {"nl": "nl-NL", "en": "en-GB"}[language]
    page = new_page(base_url=site.url, language=locale)
    visitor = ByKeyboard(page, TEXT, language)
    visitor.begin()
    visitor.to_check()
    code = visitor.send()
    page.goto(f"/{language}/status/")
    visitor.reach(page.locator("input[name=code]"))
    page.keyboard.insert_text(code)
    page.keyboard.press("Enter")
    expect(page.locator(".progress-card")).to_have_count(2)


@LANGUAGES
def test_possible_minors_way_in_and_back(site: Site, new_page: NewPage, language: str) -> None:
    visitor = way(site, new_page, language)
    visitor.answers |= {"age": "under_18"}
    for _step in visitor.pages():
        tells_nothing(visitor)
        fits_a_phone(visitor)
        check_accessible(visitor.page)
    code = visitor.send()
    visitor.open_status(code)
    look(visitor.page, f"way-{language}-minor-status")


@SCRIPTS
def test_back_at_every_page_keeps_what_was_said(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    visitor = way(site, new_page, javascript=javascript)
    steps = visitor.to_check()

    def back() -> None:
        if javascript:
            visitor.follow(visitor.page.go_back)  # the browser's own
        else:
            visitor.press("back")

    for step in reversed(steps[:-1]):
        back()
        assert visitor.step == step
        for box in visitor.boxes():
            expect(box).to_be_checked()
    if javascript:
        for step in steps[1:]:
            visitor.press()
            assert visitor.step == step
    else:
        visitor.press()  # who came back from the last page goes on there
        assert visitor.step == "check"
    expect(visitor.page.locator("main .found__link")).to_have_count(2)
    assert visitor.send()


def test_reload_of_any_page_leaves_nothing_and_breaks_nothing(
    site: Site, new_page: NewPage
) -> None:
    """With a script the pages live in the tab alone: after a reload one begins anew."""
    visitor = way(site, new_page)
    steps = visitor.to_check()
    for step in steps:
        visitor.begin()
        visitor.to(step)
        visitor.page.reload()
        assert visitor.step == "start"
        assert "album/een" not in visitor.page.content()
        visitor.page.go_back()
        expect(visitor.page.locator("main h1")).to_be_visible()
        expect(visitor.page.locator("main")).not_to_contain_text("album/een")


def test_reload_of_any_page_shows_it_again_without_a_script(site: Site, new_page: NewPage) -> None:
    visitor = way(site, new_page, javascript=False)
    for step in visitor.pages():
        if step == "start":
            continue
        visitor.page.reload()
        assert visitor.step == step
        visitor.answer()
    assert visitor.send()


@SCRIPTS
def test_pressing_twice_goes_on_one_page(site: Site, new_page: NewPage, javascript: bool) -> None:
    steps = way(site, new_page, javascript=javascript).to_check()
    visitor = way(site, new_page, javascript=javascript)
    for step, following in zip(steps, steps[1:], strict=False):
        assert visitor.step == step
        visitor.answer()
        visitor.button().dblclick()
        expect(visitor.page.locator("main input[name=step]")).to_have_value(following)
        visitor.page.wait_for_timeout(200)  # a second answer would be here by now
        assert visitor.step == following
    visitor.answer()
    [[before]] = site.rows("SELECT count(*) FROM report_report")
    visitor.button("send").dblclick()
    assert visitor.code()
    assert site.rows("SELECT count(*) FROM report_report") == [(before + 1,)]


@SCRIPTS
def test_two_tabs_at_once_do_not_meet(site: Site, new_page: NewPage, javascript: bool) -> None:
    one = way(site, new_page, javascript=javascript, text="https://example.org/tab/een")
    two = Way(one.page.context.new_page(), "https://example.org/tab/twee", javascript=javascript)
    two.begin()
    for step, other in zip(one.pages(), two.pages(), strict=True):
        assert step == other
    assert "tab/twee" not in one.page.content()
    codes = {one.send(), two.send()}
    assert len(codes) == 2
    one.open_status(codes.pop())
    expect(one.page.locator(".progress-card")).to_have_count(1)


@SCRIPTS
def test_form_sent_long_ago_says_so_and_gives_no_code(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    visitor = way(site, new_page, javascript=javascript, text="https://example.org/old")
    visitor.to_check()
    visitor.send()
    site.rows("UPDATE report_report SET created_at = '2026-01-01 00:00:00+00'")
    visitor.page.reload()
    expect(visitor.page.locator(".code")).to_have_count(0)
    expect(visitor.page.locator("main h1")).to_have_text("Deze melding is al verstuurd")
