"""Each way in which a request can end, walked by the people who end it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import NewPage, look
from tests.e2e.people import sign_in, wait_for
from tests.processes import Site
from tests.standins.rdap import Reply, network

pytestmark = [pytest.mark.e2e]

SUBMIT = """
from dataclasses import replace
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.models import GroundRoute, Location
from intake.report.actions import LinkFacts, ReportFacts, StatementFacts, submit_report
facts = StatementFacts(
    age_in_picture={age!r}, agreed="no", recognisable="yes", reported_by="self",
    declaration_version="2026-11", mandate_version="2026-11",
)
links = [LinkFacts(url, facts) for url in {urls!r}]
sent = submit_report(service=default_service(), links=links, about=ReportFacts())
print("code", sent.code)
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
places = Location.objects.filter(statements__reported_link__report=sent.report).select_related("service")
for place in places.order_by("statements__reported_link__pk"):
    if place.is_possibly_minor:
        print("place", place.pk, "-")
        continue
    request = actions.propose(place, recipient_for_host("example.org"), by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
    print("place", place.pk, notice.reference)
"""
TIME_PASSES = """
from datetime import timedelta
from django.utils import timezone
from intake.removal import actions
from intake.removal.actions.chasing import chase
from intake.removal.actions.clocks import mark_silent
mark_silent(timezone.now() + timedelta(days=20))
chase()
actions.climb_ladders(timezone.now() + timedelta(days=2))
"""
COMES_BACK = """
from intake.removal.actions.mail import take_mail
from intake.removal.models import Notice
from tests.intake.removal.inbox.letters import bounce
take_mail(bounce(Notice.objects.get(reference={reference!r})))
"""
SEEN_GONE = """
from helpline.staff.models import User
from intake.removal import actions
from intake.removal.models import Location
by = User.objects.get(username="demo-caseworker")
actions.record_check(
    Location.objects.select_related("service").get(pk={place!r}), gone=True, by=by
)
"""


@dataclass(frozen=True)
class Asked:
    """A location of which somebody was asked."""

    place: str
    reference: str


def submit(site: Site, *urls: str, age: str = "adult") -> tuple[str, list[Asked]]:
    """Report pages, and ask the platform about each in a notice of its own. Gives the code too."""
    said = site.manage("shell", "-c", SUBMIT.format(urls=urls, age=age)).splitlines()
    code = next(line.removeprefix("code ") for line in said if line.startswith("code "))
    asked = [Asked(*line.split()[1:]) for line in said if line.startswith("place ")]
    assert len(asked) == len(urls)
    return code, asked


def stands(site: Site, asked: Asked, status: str) -> None:
    """Wait until a notice is so far."""
    query = "SELECT 1 FROM removal_notice WHERE reference = %s AND status = %s"
    wait_for(lambda: site.rows(query, asked.reference, status), what=f"a notice that is {status}")


def text_about(site: Site, reference: str) -> str:
    """The words of the mail with a reference, when it has come."""

    def words() -> str:
        for mail in list(site.mail.received):
            message = message_from_bytes(mail.content, policy=policy.default)
            body = message.get_body(("plain",))
            if body is not None and reference in message["Subject"]:
                return str(body.get_content())
        return ""

    return str(wait_for(words, what="the mail"))


def answer(page: Page, site: Site, asked: Asked, kind: str, **more: str) -> None:
    """A recipient answers by the link in the mail."""
    stands(site, asked, "accepted")
    text = text_about(site, asked.reference)
    link = next(word for word in text.split() if "/answer/" in word)
    page.goto("/answer/" + link.partition("/answer/")[2] + "?lang=en")
    page.check(f"[name=a1-kind][value={kind}]")
    for name, value in more.items():
        field = page.locator(f"[name=a1-{name}]")
        expect(field).to_be_visible()
        if name == "ground":
            field.select_option(value)
        else:
            field.fill(value)
    press(page, "Send your answer")
    expect(page.locator("#thanks")).to_be_visible()


def press(page: Page, name: str) -> None:
    """Press a button, and wait for the page it leads to."""
    with page.expect_navigation():
        page.get_by_role("button", name=name).first.click()


def request_of(page: Page, recipient: str) -> Locator:
    """What stands on the page of a location about one recipient that is asked."""
    return page.locator(f".desk-request:has-text('{recipient}')")


@pytest.fixture
def desk(site: Site, new_page: NewPage, cookies: dict[str, Any]) -> Callable[[Asked], Page]:
    """Opens the page of a location as the caseworker sees it."""
    page = new_page(base_url=site.url, wide=True)

    def open_location(asked: Asked) -> Page:
        if "desk" in cookies:
            page.context.add_cookies(cookies["desk"])
        else:
            sign_in(page, site, "demo-caseworker")
            cookies["desk"] = page.context.cookies()
        page.goto(f"/console/desk/{asked.place}/")
        return page

    return open_location


Desk = Callable[[Asked], Page]
PLATFORM = "Demo platform"


def test_recipient_answers_and_a_colleague_settles_it(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """Removed and seen gone; gone already, and still there; not theirs and refused, so the next."""
    site.standins.zone["ends.example.org"] = {"A": ["198.51.100.9"]}
    site.standins.register.replies["ip/198.51.100.9"] = Reply(
        network("Example network", "abuse@network.test", "198.51.100.0", "198.51.100.255")
    )
    _code, (removed, was_gone, not_theirs, refused) = submit(
        site, *(f"https://ends.example.org/{number}" for number in range(4))
    )
    # Without JavaScript, and without an account.
    theirs = new_page(base_url=site.url, language="en-GB", javascript=False)
    answer(theirs, site, removed, "removed")
    answer(theirs, site, was_gone, "was_gone")
    answer(theirs, site, not_theirs, "not_ours", who="Example network")
    answer(theirs, site, refused, "refused", ground="lawful")

    page = desk(removed)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze zeggen dat het weg is")
    press(page, "Gecontroleerd: het is weg")
    expect(request_of(page, PLATFORM)).to_contain_text("Gecontroleerd: weg")
    expect(page.locator(".desk-top")).to_contain_text("Niets te doen")

    page = desk(was_gone)
    press(page, "Gecontroleerd: staat er nog")
    expect(request_of(page, PLATFORM)).to_contain_text("Gecontroleerd: staat er nog")
    expect(page.get_by_role("button", name="Stel de volgende voor")).to_be_visible()

    page = desk(not_theirs)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze zeggen dat het niet van hen is")
    expect(request_of(page, PLATFORM)).to_contain_text("Example network")
    press(page, "Laat zien")
    press(page, "Zoek het op in de registers")
    press(page, "Dit klopt: vraag hen")
    theirs_now = page.locator(".desk-request:has(h3:has-text('Example network'))")
    expect(theirs_now).to_contain_text("Ontvanger voorgesteld")

    # Found once, so the ladder knows whom to propose for another page there.
    page = desk(refused)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze weigeren")
    press(page, "Stel de volgende voor")
    next_one = page.locator(".desk-request:has(h3:has-text('Example network'))")
    expect(next_one).to_contain_text("Ontvanger voorgesteld")
    press(page, "Kies")
    press(page, "Maak de melding")
    expect(page.locator(".desk-mail__text").first).to_contain_text("they refuse")
    look(page, "desk-next-on-the-ladder")


def test_who_is_silent_or_breaks_a_promise_is_reminded(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """No reply, a reminder, no reply again, then the ladder; a promise that was not kept."""
    _code, (silent, promised) = submit(
        site, "https://silent.example.org/1", "https://silent.example.org/2"
    )
    theirs = new_page(base_url=site.url, language="en-GB", javascript=False)
    answer(
        theirs, site, promised, "will_do", until=f"{datetime.now(UTC).date() + timedelta(days=2)}"
    )
    stands(site, silent, "accepted")
    page = desk(promised)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze zeggen dat ze het doen")
    site.manage("shell", "-c", TIME_PASSES)

    page = desk(promised)
    expect(page.locator(".desk-history").last).to_contain_text("Ze deden het niet op tijd")
    with page.expect_navigation():
        page.get_by_role("button", name="Lees de melding die klaarstaat").click()
    expect(page.locator(".desk-mail__text").first).to_contain_text("by a day that has passed")

    page = desk(silent)
    expect(page.locator(".desk-top")).to_contain_text("Nog te versturen")
    look(page, "desk-reminder-waits")
    with page.expect_navigation():
        page.get_by_role("button", name="Lees de melding die klaarstaat").click()
    expect(page.locator(".desk-mail__head")).to_contain_text("Reminder:")
    expect(page.locator(".desk-mail__text").first).to_contain_text(silent.reference)
    reference = page.locator("h1").inner_text().split()[-1]
    press(page, "Verstuur naar")
    assert "request number 2" in text_about(site, reference)
    stands(site, Asked(silent.place, reference), "accepted")

    site.manage("shell", "-c", TIME_PASSES)
    page = desk(silent)
    expect(request_of(page, PLATFORM)).to_contain_text("Geen antwoord op tijd")
    expect(page.locator("section:has(#ladder)")).to_contain_text("zoek het op")


def test_what_came_back_and_what_nobody_is_sure_of(site: Site, desk: Desk) -> None:
    """The mail comes back; the line breaks in the middle, and a person decides."""
    _code, (came_back,) = submit(site, "https://example.org/came-back")
    stands(site, came_back, "accepted")
    site.manage("shell", "-c", COMES_BACK.format(reference=came_back.reference))
    page = desk(came_back)
    expect(request_of(page, PLATFORM)).to_contain_text("Kon niet worden bezorgd")
    expect(page.locator(".desk-history").last).to_contain_text("De mail kwam terug")

    site.mail.on_data = "350 What?"  # neither yes nor no
    try:
        _code, (unsure,) = submit(site, "https://example.org/unsure")
        stands(site, unsure, "uncertain")
    finally:
        site.mail.on_data = ""
    page = desk(unsure)
    expect(request_of(page, PLATFORM)).to_contain_text("Onzeker of het is verstuurd")
    with page.expect_navigation():
        request_of(page, PLATFORM).get_by_role("link", name=unsure.reference).click()
    press(page, "Het is verstuurd")
    page = desk(unsure)
    expect(request_of(page, PLATFORM)).to_contain_text("Verstuurd, wacht op antwoord")


def test_reporter_stops_us_and_sees_it_there_again(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """Withdrawn by who reported it; gone, there again, and begun anew with its history."""
    code, (stopped, returned) = submit(
        site, "https://example.org/stopped", "https://example.org/returned"
    )
    stands(site, stopped, "accepted")
    stands(site, returned, "accepted")
    site.manage("shell", "-c", SEEN_GONE.format(place=returned.place))

    reporter = new_page(base_url=site.url)
    reporter.goto("/nl/status/")
    reporter.locator("input[name=code]").fill(code)
    with reporter.expect_navigation():
        reporter.locator("button[value=show]").click()
    for number, value in ((2, "say:back:2"), (1, "withdraw:1")):
        reporter.locator(f"#link-{number} .progress-card__choices summary").click()
        with reporter.expect_navigation():
            reporter.locator(f"button[value='{value}']").click()
    with reporter.expect_navigation():
        reporter.locator("button[value='withdraw-now:1']").click()
    expect(reporter.locator("#link-1")).to_contain_text("We doen hier nu niets aan")
    expect(reporter.locator("#link-2 .timeline")).to_contain_text("er weer staat")

    page = desk(stopped)
    expect(request_of(page, PLATFORM)).to_contain_text("Gestopt")
    expect(page.locator(".console-page")).to_contain_text("Ingetrokken: deze persoon wil niet meer")

    page = desk(returned)
    expect(page.locator(".desk-top")).to_contain_text("De melder zegt iets nieuws")
    expect(page.locator(".desk-history").last).to_contain_text("Gecontroleerd: weg")
    press(page, "Ik heb het gelezen")
    expect(request_of(page, PLATFORM)).to_contain_text("Gecontroleerd: staat er nog")
    press(page, "Vraag opnieuw")
    press(page, "Maak de melding")
    expect(page.locator(".desk-mail__text").first).to_contain_text("request number 2")


def test_hotline_says_what_became_of_a_possible_minors_page(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    code, (minor,) = submit(site, "https://example.org/hotline", age="unknown")
    query = "SELECT reference FROM removal_notice WHERE is_hand_over AND status = 'accepted'"
    [[reference]] = wait_for(lambda: site.rows(query), what="a hand-over")
    hotline = new_page(base_url=site.url, language="nl-NL", javascript=False)
    answer(hotline, site, Asked(minor.place, reference), "removed")

    page = desk(minor)
    expect(page.locator(".desk-top")).to_contain_text("Niets te doen")
    expect(page.locator(".desk-request")).to_contain_text("Ze zeggen dat het weg is")
    expect(page.locator("#ladder, #check, #watch, #address")).to_have_count(0)
    assert "example.org" not in page.content()

    # Not told at once, since that would tell whether the hotline had it already: a day goes by.
    yesterday = f"{datetime.now(UTC).date() - timedelta(days=1)} 12:00:00+00:00"
    site.rows(
        "UPDATE removal_statement SET created_at = %s WHERE age_in_picture = 'unknown'", yesterday
    )
    reporter = new_page(base_url=site.url)
    reporter.goto("/nl/status/")
    reporter.locator("input[name=code]").fill(code)
    with reporter.expect_navigation():
        reporter.locator("button[value=show]").click()
    expect(reporter.locator("#link-1")).to_contain_text("Ze zeggen dat het weg is")
    expect(reporter.locator("#link-1")).to_contain_text(reference)
