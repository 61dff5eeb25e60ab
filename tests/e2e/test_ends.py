"""Each way in which a request can end, walked by the people who end it.

The ends are those of docs/removal.md, by the status of the request:

said_removed, removed   "it is gone" and a colleague saw so: test_recipient_answers_…; gone already, and
                        who reported it sees that: test_what_was_gone_already_…
still_there             "it is gone", and it is not: test_recipient_answers_…; it came back:
                        test_reporter_stops_us_…
wrong_recipient         somebody else is looked up and asked: test_recipient_answers_…
refused                 the ladder, pressed: test_recipient_answers_…; by the clock: test_ends_by_clock.py
need_more               asked again: test_who_needs_more_…
promised, no_reply      a reminder, then the ladder: test_ends_by_clock.py
replied                 a mail that a colleague reads: test_answers.py
rejected, uncertain     test_what_came_back_…
withdrawn               by who reported it: test_reporter_stops_us_…; since the person may be under 18 after
                        all: test_who_needs_more_…
the hotline alone       test_hotline_says_…; by its own form: test_hotline_form.py
"""

from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, look, picture
from tests.e2e.ends import (
    PLATFORM,
    Asked,
    Desk,
    answer,
    press,
    request_of,
    stands,
    status_page,
    submit,
)
from tests.e2e.people import wait_for
from tests.processes import Site
from tests.standins.rdap import Reply, network

pytestmark = [pytest.mark.e2e]

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
    picture(page.locator("section:has(#ladder)"), "guide-desk-ladder")
    press(page, "Kies")
    press(page, "Maak de melding")
    expect(page.locator(".desk-mail__text").first).to_contain_text("they refuse")
    look(page, "desk-next-on-the-ladder")


def test_what_was_gone_already_is_confirmed_and_who_reported_it_sees_that(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """Gone before we asked: their word first, and then ours."""
    code, (was_gone,) = submit(site, "https://example.org/gone-already")
    theirs = new_page(base_url=site.url, language="en-GB", javascript=False)
    answer(theirs, site, was_gone, "was_gone")
    reporter = new_page(base_url=site.url)
    status_page(reporter, code)
    expect(reporter.locator("#link-1")).to_contain_text("We controleren het")

    page = desk(was_gone)
    expect(request_of(page, PLATFORM)).to_contain_text("Het was al weg")
    press(page, "Gecontroleerd: het is weg")
    expect(request_of(page, PLATFORM)).to_contain_text("Gecontroleerd: weg")
    expect(page.locator(".desk-top")).to_contain_text("Niets te doen")
    status_page(reporter, code)
    expect(reporter.locator("#link-1")).to_contain_text("Gecontroleerd: het is weg.")


def test_who_needs_more_is_asked_again_until_only_the_hotline_may_be(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """They need more; before it is sent again, somebody reports it who does not say that it is an adult."""
    url = "https://example.org/needs-more"
    _code, (needs_more,) = submit(site, url)
    theirs = new_page(base_url=site.url, language="en-GB", javascript=False)
    answer(theirs, site, needs_more, "need_more", words="Which picture is it?")
    page = desk(needs_more)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze hebben meer nodig")
    press(page, "Vraag opnieuw")
    press(page, "Maak de melding")
    expect(page.locator(".desk-mail__text").first).to_contain_text("request number 2")

    submit(site, url, age="unknown")
    page = desk(needs_more)
    expect(request_of(page, PLATFORM)).to_contain_text("Gestopt")
    expect(page.locator("#ladder, #check, #watch, #address")).to_have_count(0)
    assert "needs-more" not in page.content()


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
    status_page(reporter, code)
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
    query = (
        "SELECT n.reference FROM removal_notice n JOIN removal_noticerequest e ON e.notice_id = n.id"
        " JOIN removal_removalrequest r ON r.id = e.request_id"
        " WHERE n.is_hand_over AND n.status = 'accepted' AND r.location_id = %s"
    )
    [[reference]] = wait_for(lambda: site.rows(query, minor.place), what="a hand-over")
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
    status_page(reporter, code)
    expect(reporter.locator("#link-1")).to_contain_text("Ze zeggen dat het weg is")
    expect(reporter.locator("#link-1")).to_contain_text(reference)
