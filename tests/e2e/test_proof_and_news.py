"""A proof of reporting and a mail when there is news, in a real browser."""

from email import message_from_bytes, policy
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser import NewPage, look
from tests.e2e.people import wait_for
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

SUBMIT = """
from helpline.services.queries import default_service
from intake.report.actions import LinkFacts, ReportFacts, StatementFacts, submit_report
facts = StatementFacts(
    age_in_picture="adult", agreed="no", reported_by="self", declaration_version="2026-11",
    mandate_version="2026-11",
)
print("code", submit_report(
    service=default_service(), links=[LinkFacts({url!r}, facts)], about=ReportFacts()
).code)
"""
NEWS = """
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.models import GroundRoute, Location
from intake.removal.states import RequestStatus
from intake.removal.workflow import advance
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
for location in Location.objects.filter(work="ask"):
    request = actions.propose(location, recipient_for_host("example.org"), by=by)
    actions.choose(request, pair, by=by)
    advance(request, RequestStatus.QUEUED, by=by)
    advance(request, RequestStatus.SENT, by=by)
"""


def submit(site: Site, url: str) -> str:
    """A report without its pages. Gives its code."""
    return site.manage("shell", "-c", SUBMIT.format(url=url)).split("code ")[1].split()[0]


def to_status(page: Page, code: str, language: str = "nl") -> None:
    page.goto(f"/{language}/status/")
    page.locator("input[name=code]").fill(code)
    page.locator("button[value=show]").click()


def said(path: Path) -> str:
    reader = PdfReader(BytesIO(path.read_bytes()))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split())


@pytest.mark.parametrize("javascript", [True, False])
def test_proof_is_downloaded_and_the_page_stays(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    code = submit(site, f"https://example.org/proof/{javascript}")
    page = new_page(base_url=site.url, javascript=javascript)
    to_status(page, code)
    page.get_by_role("button", name="Bewijs van je melding").click()
    expect(page.locator("h1")).to_have_text("Bewijs van je melding")
    if javascript:
        look(page, "proof")
    for addresses in (False, True):
        page.get_by_label("Zet de adressen van de pagina’s erin").set_checked(addresses)
        with page.expect_download() as download:
            page.get_by_role("button", name="Download het document").click()
        assert download.value.suggested_filename == "document.pdf"
        assert ("example.org/proof" in said(download.value.path())) is addresses
        assert "Bewijs van een melding" in said(download.value.path())
    assert page.url == f"{site.url}/nl/status/"
    page.get_by_role("button", name="Terug naar mijn melding").click()
    expect(page.locator("h1")).to_have_text("Je melding")


def test_proof_and_news_by_keyboard_in_english(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url, language="en-GB")
    to_status(page, submit(site, "https://example.org/by-keyboard"), "en")
    page.get_by_role("button", name="A mail when there is news").press("Enter")
    expect(page.locator("h1")).to_have_text("A mail when there is news")
    page.get_by_label("Your mail address").press("Enter")
    expect(page.locator(".govuk-error-summary")).to_contain_text("A mail address looks like")
    look(page, "news-error")
    page.locator(".govuk-error-summary a").press("Enter")
    page.keyboard.type("kim@mail.example")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("From now on you get a mail")
    look(page, "news-on")
    page.get_by_role("button", name="Stop, and erase the address").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("The address is erased")
    page.get_by_role("button", name="Back to my report").press("Enter")
    page.get_by_role("button", name="Proof of your report").press("Enter")
    page.get_by_label("Put the addresses of the pages in it").press("Space")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the document").press("Enter")
    assert "https://example.org/by-keyboard" in said(download.value.path())


@pytest.mark.parametrize("javascript", [True, False])
def test_mail_when_there_is_news(site: Site, new_page: NewPage, javascript: bool) -> None:
    code = submit(site, f"https://example.org/news/{javascript}")
    address = f"kim-{javascript}@mail.example".lower()
    page = new_page(base_url=site.url, javascript=javascript)
    to_status(page, code)
    page.get_by_role("button", name="Een mail als er nieuws is").click()
    if javascript:
        look(page, "news")
    page.get_by_label("Je mailadres").fill(address)
    page.get_by_role("button", name="Ja, mail mij").click()
    expect(page.get_by_role("alert")).to_contain_text("Vanaf nu krijg je een mail")
    site.manage("shell", "-c", NEWS)

    def mine() -> list[bytes]:
        return [m.content for m in site.mail.received if m.recipients == [address]]

    wait_for(lambda: bool(mine()), seconds=90)
    message = message_from_bytes(mine()[0], policy=policy.default)
    assert (message["From"], message["Subject"]) == ("post@berichten.example", "Er is nieuws")
    page.get_by_role("button", name="Terug naar mijn melding").click()
    expect(page.locator("main")).to_contain_text("gevraagd")
