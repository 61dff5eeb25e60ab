"""The desk and the recipient's page in a real browser: a location from reported to gone."""

import re
from email import message_from_bytes, policy

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, look
from tests.e2e.people import sign_in, wait_for
from tests.processes import Site
from tests.standins.rdap import Reply, network

pytestmark = [pytest.mark.e2e]

REGISTER = """
from intake.removal.actions import StatementFacts, register_statement
from intake.removal.canonical import canonicalise
from helpline.services.queries import default_service
facts = {facts!r}
for url in {urls!r}:
    register_statement(
        service=default_service(), url=canonicalise(url), facts=StatementFacts(**facts)
    )
"""
MAKE_READY = """
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.models import GroundRoute, Location
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
for location in Location.objects.filter(work="ask"):
    recipient = recipient_for_host("example.org")
    actions.choose(actions.propose(location, recipient, by=by), pair, by=by)
"""
ADULT = {
    "age_in_picture": "adult",
    "agreed": "no",
    "recognisable": "yes",
    "reported_by": "self",
    "lives_in_nl": "yes",
    "declaration_version": "1",
    "mandate_version": "1",
}


def report(site: Site, *urls: str, **facts: str) -> None:
    site.manage("shell", "-c", REGISTER.format(facts={**ADULT, **facts}, urls=urls))


def test_location_from_reported_to_gone(site: Site, new_page: NewPage) -> None:
    report(site, "https://photos.example.org/p/81?from=%E2%80%AEgpj", "https://example.org/2")
    report(site, "https://example.org/3", age_in_picture="unknown")
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-caseworker")
    page.wait_for_selector(".desk-queue")
    wait_for(lambda: any("hotline@" in m.recipients[0] for m in site.mail.received))
    page.reload()
    look(page, "desk-queue")
    assert "example.org" not in page.content()

    page.click("text=Bij het meldpunt >> nth=0")
    page.click(".desk-row__link")
    look(page, "desk-minor")
    assert "example.org" not in page.content()

    page.goto("/console/desk/?work=ask")
    page.click(".desk-row__link >> nth=0")
    look(page, "desk-location-covered")
    page.click("text=Laat zien")
    expect(page.locator(".desk-address")).to_contain_text("https://")
    look(page, "desk-location")
    page.click("text=Ja, vraag hen")
    look(page, "desk-choose")
    page.click("button:has-text('Kies')")
    page.click("text=Maak de melding")
    look(page, "desk-notice")
    shown = page.inner_text(".desk-mail__text")
    sent = len(site.mail.received)
    page.click("button:has-text('Verstuur naar')")
    wait_for(lambda: len(site.mail.received) > sent)
    message = message_from_bytes(site.mail.received[-1].content, policy=policy.default)
    body = message.get_body(("plain",))
    assert body is not None
    text = body.get_content().replace("\r\n", "\n")
    assert text.strip() == shown.replace("\xa0", " ").strip()

    link = re.search(r"https?://\S+(/answer/\S+)", text)
    assert link
    recipient = new_page(base_url=site.url, language="en-GB", javascript=False)
    recipient.goto(link[1])
    assert recipient.context.cookies() == []
    recipient.check("[value=removed]")
    recipient.click("button:has-text('Send your answer')")
    expect(recipient.locator(".govuk-notification-banner")).to_be_visible()
    assert recipient.context.cookies() == []
    other = new_page(base_url=site.url, language="nl-NL")
    other.goto(link[1] + "?lang=nl")
    look(other, "answer")
    other.click("text=Verstuur uw antwoord")
    other.goto(link[1] + "?lang=nl")
    other.check("[value=refused]")
    other.fill("textarea", "")
    other.click("text=Verstuur uw antwoord")
    look(other, "answer-error")

    page.goto("/console/desk/?work=check")
    page.click(".desk-row__link >> nth=0")
    look(page, "desk-claim")
    page.click("button:has-text('Gecontroleerd: het is weg')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("het is weg")
    look(page, "desk-gone")


def test_unknown_host_is_looked_up(site: Site, new_page: NewPage) -> None:
    site.standins.zone["unheard.test"] = {"A": ["198.51.100.7"]}
    answer = network("Example network", "abuse@network.test", "198.51.100.0", "198.51.100.255")
    site.standins.register.replies["ip/198.51.100.7"] = Reply(answer)
    report(site, "https://unheard.test/a")
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-caseworker")
    page.click(".desk-row:has-text('Nog niemand gevraagd') .desk-row__link >> nth=-1")
    page.click("text=Laat zien")
    page.click("text=Zoek het op in de registers")
    page.wait_for_selector(".desk-found")
    look(page, "desk-look-up")


def test_several_at_once_and_one_that_nobody_is_sure_of(site: Site, new_page: NewPage) -> None:
    report(site, *(f"https://example.org/many/{number}" for number in range(5)))
    site.manage("shell", "-c", MAKE_READY)
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-caseworker")
    page.click("text=Verstuur er meer tegelijk")
    look(page, "desk-ready")
    page.click("text=Maak één melding")
    look(page, "desk-notice-many")
    where = page.url
    site.rows(
        "UPDATE removal_notice SET status = %s, message_id = %s WHERE status = %s",
        *("uncertain", "<x@helpline.test>", "draft"),
    )
    site.rows(
        "UPDATE removal_removalrequest SET status = %s WHERE status = %s", "uncertain", "ready"
    )
    site.rows(
        "UPDATE removal_location SET due_at = created_at, work = %s WHERE work = %s",
        *("unclear", "send"),
    )
    page.goto(where)
    look(page, "desk-uncertain")
    page.goto("/console/desk/")
    look(page, "desk-queue-late")
    page.goto(where)
    page.click("button:has-text('Het is niet verstuurd')")
    expect(page.locator(".govuk-notification-banner")).to_contain_text("niet verstuurd")


def test_a_location_is_found_again(site: Site, new_page: NewPage) -> None:
    report(site, "https://again.example.org/1", "https://again.example.org/2")
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-caseworker")
    page.goto("/console/desk/search/")
    page.fill("[name=text]", "geen adres")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator(".govuk-error-message")).to_be_visible()
    page.fill("[name=text]", "again.example.org")
    page.check("[value=host]")
    page.get_by_role("button", name="Zoeken").click()
    expect(page.locator(".desk-row__link")).to_have_count(2)
    expect(page.locator("[name=text]")).to_have_value("")
    look(page, "desk-search")
