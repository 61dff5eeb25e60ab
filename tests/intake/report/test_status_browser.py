"""The status page in a real browser, by what a visitor presses there, with and without JavaScript."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, look
from tests.processes import Site

pytestmark = pytest.mark.e2e

# Three links of one report: asked, answered with "it is gone", and with the hotline.
MAKE = """
from datetime import timedelta
from django.utils import timezone
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.models import GroundRoute, Location
from intake.report.actions import LinkFacts, ReportFacts, StatementFacts, submit_report
adult = StatementFacts(age_in_picture="adult", agreed="no", reported_by="self",
    declaration_version="2026-11", mandate_version="2026-11")
sent = submit_report(service=default_service(), about=ReportFacts(), links=[
    LinkFacts("https://example.org/{name}/1", adult),
    LinkFacts("https://example.org/{name}/2", adult),
    LinkFacts("https://example.org/{name}/3"),
])
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
for link in list(sent.report.links.all())[:2]:
    location = Location.objects.get(pk=link.statement.location_id)
    request = actions.propose(location, recipient_for_host("example.org"), by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
actions.send_due_notices()
actions.record_answers(notice, [actions.Claim(1, actions.AnswerKind.REMOVED)])
print(sent.code)
"""


def opened(page: Page, site: Site, name: str) -> None:
    """The status page of a report with something on its way."""
    code = site.manage("shell", "-c", MAKE.format(name=name)).split()[-1]
    page.goto("/nl/status/")
    page.get_by_label("Je terugkeercode").fill(code)
    page.get_by_role("button", name="Laat mijn melding zien").click()
    expect(page.locator("h1")).to_have_text("Je melding")


def card(page: Page, number: int) -> None:
    """Unfold what can be told about a link."""
    page.locator(f"#link-{number} summary", has_text="Vertel ons iets").click()


@pytest.mark.parametrize("javascript", [True, False])
def test_status_page_from_telling_to_erasing(
    site: Site, new_page: NewPage, javascript: bool
) -> None:
    page = new_page(base_url=site.url, javascript=javascript)
    opened(page, site, f"status-{javascript}")
    expect(page.locator("#link-1")).to_contain_text("noemt geen aantal dagen")
    expect(page.locator("#link-2")).to_contain_text("Dat zeggen zij.")
    expect(page.locator("#link-3")).to_contain_text("Het meldpunt")
    card(page, 2)
    if javascript:
        look(page, "status-links")
    page.locator("#link-2").get_by_role("button", name="Het staat er nog").click()
    expect(page.locator(".govuk-notification-banner")).to_contain_text("link 2")
    card(page, 1)
    page.locator("#link-1").get_by_role("button", name="Stop met vragen").click()
    expect(page.locator("h1")).to_contain_text("link 1")
    if javascript:
        look(page, "status-stop-one")
    page.get_by_role("button", name="Ja, stop").click()
    expect(page.locator("#link-1")).to_contain_text("We doen hier nu niets aan")

    page.get_by_role("button", name="Links toevoegen").click()
    expect(page.locator("h1")).to_contain_text("Welke links")
    page.get_by_role("button", name="Terug").click()
    expect(page.locator("h1")).to_have_text("Je melding")

    page.get_by_role("button", name="Wis alles").click()
    expect(page.locator("main")).to_contain_text("kan niet terug")
    page.get_by_role("button", name="Ja, wis alles").click()
    expect(page.locator(".govuk-error-summary")).to_be_visible()
    if javascript:
        look(page, "status-erase-error")
    page.get_by_label("Nee, ga zonder mij door").check()
    page.get_by_role("button", name="Ja, wis alles").click()
    expect(page.locator("h1")).to_have_text("Alles is gewist")
    if javascript:
        look(page, "status-erased")
    assert page.context.cookies() == []
    for address in (page.url, page.title()):
        assert "status-" not in address
