"""Ends of a request that a clock brings nearer: nobody answers, keeps their word, or decides."""

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
    submit,
    text_about,
)
from tests.e2e.people import wait_for
from tests.processes import Site
from tests.standins.rdap import Reply, network

pytestmark = [pytest.mark.e2e]

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
    expect(request_of(page, PLATFORM)).to_contain_text("Ze zeggen wanneer ze het doen")
    site.manage("shell", "-c", TIME_PASSES)

    page = desk(promised)
    expect(page.locator(".desk-history").last).to_contain_text("Ze deden het niet op tijd")
    press(page, "Lees de melding die klaarstaat")
    expect(page.locator(".desk-mail__text").first).to_contain_text("by a day that has passed")

    page = desk(silent)
    expect(page.locator(".desk-top")).to_contain_text("Nog te versturen")
    look(page, "desk-reminder-waits")
    picture(request_of(page, PLATFORM), "guide-desk-reminder")
    press(page, "Lees de melding die klaarstaat")
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


def test_ladder_proposes_by_the_clock_and_a_person_asks(
    site: Site, new_page: NewPage, desk: Desk
) -> None:
    """They refuse and nobody decides, so the worker proposes; nothing leaves before a person says so."""
    site.standins.zone["clock.example.org"] = {"A": ["198.51.101.9"]}
    site.standins.register.replies["ip/198.51.101.9"] = Reply(
        network("Clock network", "abuse@clock.test", "198.51.101.0", "198.51.101.255")
    )
    _code, (known, refused) = submit(
        site, "https://clock.example.org/1", "https://clock.example.org/2"
    )
    theirs = new_page(base_url=site.url, language="en-GB", javascript=False)
    answer(theirs, site, refused, "refused", ground="lawful")
    page = desk(known)  # whom to ask there is found once
    press(page, "Laat zien")
    press(page, "Zoek het op in de registers")
    press(page, "Dit klopt: vraag hen")
    page = desk(refused)
    expect(request_of(page, PLATFORM)).to_contain_text("Ze weigeren")
    expect(request_of(page, "Clock network")).to_have_count(0)

    yesterday = str(datetime.now(UTC) - timedelta(days=1))
    site.rows(
        "UPDATE removal_removalrequest SET changed_at = %s WHERE status = 'refused'", yesterday
    )
    site.rows("UPDATE removal_ladder SET next_look_at = %s", yesterday)
    proposed = "SELECT 1 FROM removal_removalevent WHERE because = 'ladder' AND by_id IS NULL"
    # The worker looks once a minute.
    wait_for(lambda: site.rows(proposed), seconds=150, what="a proposal of the ladder")

    page = desk(refused)
    expect(page.locator(".desk-history").last).to_contain_text("De volgende op de ladder")
    next_one = page.locator(".desk-request:has(h3:has-text('Clock network'))")
    expect(next_one).to_contain_text("Ontvanger voorgesteld")
    sent = "SELECT 1 FROM removal_notice WHERE \"to\" = 'abuse@clock.test'"
    assert not site.rows(sent)
    press(page, "Kies")
    press(page, "Maak de melding")
    expect(page.locator(".desk-mail__text").first).to_contain_text("they refuse")
    reference = page.locator("h1").inner_text().split()[-1]
    press(page, "Verstuur naar")
    stands(site, Asked(refused.place, reference), "accepted")
    assert "https://clock.example.org/2" in text_about(site, reference)
