"""A report in a real browser: on a phone, in the dark, by keyboard, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, check_accessible, screenshot
from tests.processes import Site

pytestmark = pytest.mark.e2e

PASTED = """Hoi, het staat hier: hxxps://foto[.]example[.]org/album/12
en ook op www.example.com/p/lisa en http://192.168.1.1/x."""
NEXT = re.compile(r"^(Verder|Next|Begin|Links melden|Deze kloppen|These are right)$")


def go_on(page: Page) -> None:
    page.get_by_role("button", name=NEXT).last.click()


def heading(page: Page, words: str) -> None:
    expect(page.locator("h1")).to_contain_text(words)


def to_check(page: Page, look: str = "", *, age: str = "18 of ouder") -> None:
    """From the start to the check page in Dutch; with ``look`` each page is looked at."""

    def seen(name: str) -> None:
        if look:
            screenshot(page, f"{look}-{name}")
            check_accessible(page)

    page.goto("/nl/report/")
    heading(page, "Beelden laten weghalen")
    seen("1-start")
    go_on(page)
    heading(page, "Wat is er gebeurd?")
    page.get_by_label("Beelden zijn verspreid zonder toestemming").check()
    seen("2-situation")
    go_on(page)
    heading(page, "Wat nu helpt")
    seen("2-help")
    go_on(page)
    heading(page, "Welke links wil je melden?")
    go_on(page)
    expect(page.locator(".govuk-error-summary")).to_contain_text("Plak minstens één link")
    seen("3-links-error")
    page.get_by_role("textbox").fill(PASTED)
    go_on(page)
    heading(page, "We vonden 2 links")
    seen("4-found")
    go_on(page)
    heading(page, "Wat weet je van deze links?")
    page.get_by_label("Wanneer zag je ze?").fill("11-2025")
    page.locator("summary", has_text="foto.example.org").click()
    page.get_by_label("Waar gaat deze link naartoe?").first.select_option("post")
    seen("4b-details")
    go_on(page)
    heading(page, "Wie staat er op de beelden?")
    page.get_by_label("Ikzelf").check()
    seen("5-who")
    go_on(page)
    heading(page, "Hoe oud was jij op de beelden?")
    page.get_by_label(age).check()
    seen("6-age")
    go_on(page)
    if age != "18 of ouder":
        heading(page, "Wat we met deze links doen")
        seen("7-careful")
        go_on(page)
        heading(page, "Controleer je antwoorden")
        return
    heading(page, "Kunnen mensen jou herkennen?")
    page.get_by_label("Ja", exact=True).check()
    seen("7-recognisable")
    go_on(page)
    heading(page, "Vond jij het goed")
    page.get_by_label("Nee", exact=True).check()
    go_on(page)
    heading(page, "Zijn de beelden privé")
    go_on(page)
    heading(page, "Woon je in Nederland?")
    go_on(page)
    heading(page, "Voordat we iets vragen")
    page.get_by_label("Vraag om het weg te halen").check()
    seen("8-wish")
    go_on(page)
    heading(page, "Wat je verklaart")
    page.get_by_label("Ja, dat verklaar ik").check()
    seen("9-agree")
    go_on(page)
    heading(page, "Wat je ons toestaat")
    page.get_by_label("Ja, dat mag").check()
    go_on(page)
    heading(page, "Controleer je antwoorden")
    seen("10-check")


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("dark", [False, True])
def test_report_and_status_page_by_code(
    site: Site, new_page: NewPage, javascript: bool, dark: bool
) -> None:
    page = new_page(base_url=site.url, javascript=javascript, dark=dark)
    look = f"report-{'dark' if dark else 'light'}" if javascript else ""
    to_check(page, look)
    if javascript:
        page.get_by_role("button", name="Deze is anders").first.click()
        heading(page, "Alleen voor deze link")
        screenshot(page, f"{look}-11-differ")
        check_accessible(page)
        page.get_by_role("button", name="Terug").click()
    page.get_by_role("button", name="Versturen").last.click()
    heading(page, "We hebben je melding")
    code = page.locator(".code").inner_text()
    page.get_by_text("De code als QR-code laten zien").click()
    if javascript:
        page.get_by_text("De code printen").click()
        screenshot(page, f"{look}-12-sent")
        check_accessible(page)
        page.emulate_media(media="print")
        screenshot(page, f"{look}-12-sent-print", both=False)
        page.emulate_media(media="screen")
    assert page.url == f"{site.url}/nl/report/"

    page.goto("/nl/status/")
    heading(page, "Je statuspagina")
    page.get_by_label("Je terugkeercode").fill("abcd")
    page.get_by_role("button", name="Laat mijn melding zien").click()
    expect(page.locator(".govuk-error-summary")).to_contain_text("geen melding met deze code")
    if javascript:
        screenshot(page, f"{look}-13-status-error")
        check_accessible(page)
    page.get_by_label("Je terugkeercode").fill(" ".join(code.split()).lower())
    page.get_by_role("button", name="Laat mijn melding zien").click()
    heading(page, "Je melding")
    address = page.get_by_text("hxxps://foto[.]example[.]org/album/12")
    expect(address).not_to_be_visible()
    page.locator("summary", has_text="Laat de link zien").first.click()
    expect(address).to_be_visible()
    if javascript:
        screenshot(page, f"{look}-14-status")
        check_accessible(page)
    assert page.url == f"{site.url}/nl/status/"
    assert page.context.cookies() == []


def test_possible_minor_is_told_what_happens(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    to_check(page, "report-minor", age="Jonger dan 18")
    page.get_by_role("button", name="Versturen").last.click()
    code = page.locator(".code").inner_text()
    screenshot(page, "report-minor-8-sent")
    page.goto("/nl/status/")
    page.get_by_label("Je terugkeercode").fill(code)
    page.get_by_role("button", name="Laat mijn melding zien").click()
    expect(page.locator("main")).to_contain_text("Het meldpunt helpt")
    screenshot(page, "report-minor-9-status")
    check_accessible(page)


def test_back_and_forward_keep_what_was_typed(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    to_check(page)
    for words in (
        "Wat je ons toestaat",
        "Wat je verklaart",
        "Voordat we iets vragen",
        "Woon je in Nederland?",
        "Zijn de beelden privé",
        "Vond jij het goed",
        "Kunnen mensen jou herkennen?",
    ):
        page.go_back()
        heading(page, words)
    expect(page.get_by_label("Ja", exact=True)).to_be_checked()
    for _page in range(5):
        page.go_back()
    heading(page, "Welke links")
    expect(page.get_by_role("textbox")).to_have_value(PASTED)
    page.get_by_role("textbox").fill("www.example.com/p/lisa")
    page.go_forward()
    heading(page, "We vonden 2 links")
    page.go_back()
    go_on(page)
    heading(page, "We vonden 1 link")


def test_without_a_connection_nothing_is_lost(
    site: Site, new_page: NewPage, trouble: Trouble
) -> None:
    trouble.expected.append("ERR_INTERNET_DISCONNECTED")
    page = new_page(base_url=site.url)
    to_check(page)
    page.go_back()
    page.context.set_offline(True)
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("geen verbinding")
    heading(page, "Wat je ons toestaat")
    page.context.set_offline(False)
    go_on(page)
    heading(page, "Controleer je antwoorden")
    page.context.set_offline(True)
    page.get_by_role("button", name="Versturen").last.click()
    expect(page.get_by_role("alert")).to_contain_text("geen verbinding")
    page.context.set_offline(False)
    page.get_by_role("button", name="Versturen").last.click()
    heading(page, "We hebben je melding")


def test_language_link_takes_the_answers_along(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    to_check(page)
    page.go_back()
    page.locator("a[hreflang=en]").click()
    heading(page, "What you allow us")
    expect(page.get_by_label("Yes, you may act for me")).to_be_checked()
    go_on(page)
    heading(page, "Check your answers")


def test_report_goes_by_keyboard_alone(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    page.goto("/nl/report/")
    page.get_by_role("button", name="Begin").press("Enter")
    heading(page, "Wat is er gebeurd?")
    page.get_by_label("Beelden zijn verspreid zonder toestemming").press("Space")
    page.keyboard.press("Enter")  # in a form of radios Enter goes on, not back
    heading(page, "Wat nu helpt")
    page.get_by_role("button", name="Links melden").press("Enter")
    heading(page, "Welke links")
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.closest('main') !== null")
    assert focused


def test_double_click_on_send_makes_one_report(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    before = site.rows("SELECT count(*) FROM report_report")
    to_check(page)
    page.get_by_role("button", name="Versturen").last.dblclick()
    heading(page, "We hebben je melding")
    ((made,),) = before
    assert site.rows("SELECT count(*) FROM report_report") == [(made + 1,)]


@pytest.mark.parametrize("javascript", [True, False])
def test_reload_of_the_last_page_shows_the_code_again(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(base_url=site.url, javascript=javascript)
    to_check(page)
    page.get_by_role("button", name="Versturen").last.click()
    heading(page, "We hebben je melding")
    code = page.locator(".code").inner_text()
    before = site.rows("SELECT count(*) FROM report_report")
    page.reload()
    assert page.locator(".code").inner_text() == code
    assert site.rows("SELECT count(*) FROM report_report") == before


def test_way_out_leaves_nothing_to_go_back_to(
    site: Site, new_page: NewPage, trouble: Trouble
) -> None:
    trouble.expected.append("buienradar")  # where the way out leads
    page = new_page(base_url=site.url)
    to_check(page)
    page.route("**/*buienradar*/**", lambda route: route.fulfill(body="weather"))
    page.locator(".exit").click()
    page.wait_for_url("**/*buienradar*/**")
    page.go_back()
    page.wait_for_timeout(500)
    assert "lisa" not in page.content()


def test_nothing_of_a_report_stands_in_the_titles(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    to_check(page)
    assert page.title() == "Demo helpline"
    kept = page.evaluate("JSON.stringify([history.state, {...sessionStorage}, {...localStorage}])")
    assert "example" not in kept
