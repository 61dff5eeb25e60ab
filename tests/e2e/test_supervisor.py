"""A supervisor's evening in the browser, by keyboard: from the floor to a chat, giving it to somebody
else, being asked as a role, how many chats somebody takes, and when the chat is open, closed or full.
"""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage, Trouble, look
from tests.e2e.people import Console, take, visitor
from tests.e2e.test_connection import say
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SAM, ALEX, ROBIN = "demo-counsellor", "demo-counsellor-2", "demo-supervisor"
SUMMARY = "Hij dreigt het vanavond te plaatsen. Ze is nu alleen."
HERE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture(autouse=True)
def as_before(site: Site) -> Iterator[None]:
    """The chat is open again after each test, and everybody has room."""
    yield
    site.rows(
        "UPDATE services_service SET chat_open = 'open', full_limit = NULL, last_entry_minutes = 0"
    )
    site.rows("UPDATE chat_seat SET capacity = 2")


def floor(console: Console) -> Page:
    """A supervisor at the floor, who takes no visitors."""
    robin = console(ROBIN)
    robin.goto("/console/floor/")
    expect(robin.locator("#floor-sync")).to_have_text("Bijgewerkt")
    return robin


def give(robin: Page, name: str) -> None:
    """Give the chat in view to a colleague: all of it by keyboard."""
    robin.locator("#act-reassign").press("Enter")
    who = robin.locator("#handover-who")
    expect(who.get_by_role("radio", name=name)).to_be_enabled()
    robin.keyboard.press("Space")
    while not who.get_by_role("radio", name=name).is_checked():
        robin.keyboard.press("ArrowDown")
    robin.keyboard.press("Tab")
    expect(robin.locator("#handover-text")).to_be_focused()
    robin.keyboard.type(SUMMARY)
    look(robin, "supervisor-02-give")
    robin.keyboard.press("Tab")
    robin.keyboard.press("Enter")
    expect(robin.locator("#dialog-handover")).to_be_hidden()


def test_from_the_floor_a_chat_goes_to_somebody_else(
    site: Site, new_page: NewPage, console: Console
) -> None:
    sam = console(SAM)
    alex = console(ALEX)
    person = visitor(site, new_page, "hij zet het vanavond online")
    take(sam, "vanavond online")
    robin = floor(console)
    look(robin, "supervisor-01-floor")
    robin.locator(".floor-person", has_text="Sam").locator(".floor-chat").press("Enter")
    expect(robin.locator("#room-messages")).to_contain_text("vanavond online")
    expect(robin.locator("#room-composer")).to_be_hidden()

    give(robin, "Alex")
    expect(person.locator("#chat-with")).to_contain_text("Alex")
    expect(person.locator("#chat-messages")).to_contain_text("andere collega bij je")
    expect(sam.locator("#desk-note")).to_contain_text("Robin heeft het gesprek")
    expect(sam.locator("#room")).to_be_hidden()
    expect(alex.locator("#desk-note")).to_contain_text("heeft jou het gesprek")
    alex.keyboard.press("Alt+ArrowDown")
    expect(alex.locator("#handover-summary")).to_contain_text(SUMMARY)
    say(alex, "ik ben Alex, ik lees even mee terug")
    expect(person.locator("#chat-messages")).to_contain_text("ik ben Alex")
    assert SUMMARY not in person.content()
    person.reload()
    expect(person.locator("#chat-messages")).to_contain_text("ik ben Alex")
    assert SUMMARY not in person.content()
    look(person, "supervisor-03-visitor-of-another")


def test_who_waits_is_given_to_who_has_room(
    site: Site, new_page: NewPage, console: Console
) -> None:
    alex = console(ALEX)
    console(SAM)
    person = visitor(site, new_page, "kan iemand mij helpen")
    robin = floor(console)
    waiting = robin.locator("[data-list=waiting] .floor-row")
    expect(waiting).to_have_count(1)
    for _ in range(2):
        robin.get_by_role("button", name="Eén chat tegelijk minder voor Sam").press("Enter")
    expect(robin.locator(".floor-person", has_text="Sam")).to_contain_text("0 van 0")
    waiting.get_by_role("link").press("Enter")
    expect(robin.locator("#room-messages")).to_contain_text("kan iemand mij helpen")
    expect(person.locator("#chat-with")).to_contain_text("als eerste")  # reading is not taking

    robin.locator("#act-reassign").press("Enter")
    sam = robin.locator("#handover-who").get_by_role("radio", name="Sam")
    expect(sam).to_be_disabled()
    expect(robin.locator("#handover-who")).to_contain_text("Geen plek: 0 van 0")
    robin.keyboard.press("Escape")
    give(robin, "Alex")
    expect(person.locator("#chat-with")).to_contain_text("Alex")
    expect(alex.locator("#desk-mine .desk__select")).to_have_count(1)


def test_supervisors_are_asked_as_a_role(site: Site, new_page: NewPage, console: Console) -> None:
    sam = console(SAM)
    robin = console(ROBIN)
    person = visitor(site, new_page, "mijn vader mag dit niet weten")
    take(sam, "mijn vader")
    sam.keyboard.press("Alt+o")
    role = sam.locator("#handover-who").get_by_role("radio", name="Een leidinggevende")
    expect(role).to_be_visible()
    sam.keyboard.press("Space")
    while not role.is_checked():
        sam.keyboard.press("ArrowDown")
    sam.keyboard.press("Tab")
    sam.keyboard.type(SUMMARY)
    sam.keyboard.press("Tab")
    sam.keyboard.press("Enter")
    expect(sam.locator("#handover-state")).to_contain_text("leidinggevenden")
    asked = robin.locator("#desk-asked")
    expect(asked).to_contain_text("Sam vraagt of een leidinggevende verdergaat")
    robin.keyboard.press("Alt+a")
    robin.keyboard.press("Enter")  # read first
    expect(robin.locator("#handover-summary")).to_contain_text(SUMMARY)
    look(robin, "supervisor-04-asked-as-a-role")
    robin.keyboard.press("Alt+a")
    robin.keyboard.press("Tab")
    robin.keyboard.press("Enter")
    expect(robin.locator("#room-composer")).to_be_visible()
    expect(person.locator("#chat-with")).to_contain_text("Robin")
    expect(sam.locator("#desk-note")).to_contain_text("Robin gaat verder")


def test_capacity_is_seen_and_kept_at_once(site: Site, new_page: NewPage, console: Console) -> None:
    sam = console(SAM)
    robin = floor(console)
    visitor(site, new_page, "de eerste")
    visitor(site, new_page, "de tweede")
    robin.get_by_role("button", name="Eén chat tegelijk minder voor Sam").press("Enter")
    expect(sam.locator("#desk-mine-title")).to_contain_text("van 1")
    take(sam, "de eerste")
    expect(sam.locator("#desk-waiting > li")).to_have_count(1)
    sam.keyboard.press("Alt+t")
    expect(sam.locator("#desk-note")).to_contain_text("zoveel chats als je aankunt")
    robin.get_by_role("button", name="Eén chat tegelijk meer voor Sam").press("Enter")
    expect(sam.locator("#desk-mine-title")).to_contain_text("van 2")
    take(sam, "de tweede")


def set_chat(robin: Page, name: str) -> None:
    """Open, close, or leave it to the timetable, on the floor."""
    robin.goto("/console/floor/")
    choice = robin.get_by_role("radio", name=name)
    choice.press("Space")
    robin.locator(".floor-card").get_by_role("button").press("Enter")
    expect(robin.locator(".govuk-notification-banner")).to_be_visible()


def today() -> datetime:
    """A moment of today from which the test is done before midnight."""
    now = datetime.now(HERE)
    if now.hour == 23 and now.minute >= 56:
        time.sleep((now.replace(hour=23, minute=59, second=59) - now).total_seconds() + 2)
    return datetime.now(HERE)


def test_opening_holidays_full_and_last_entry(
    site: Site, new_page: NewPage, console: Console, trouble: Trouble
) -> None:
    trouble.expected.append("status of 422")
    robin = console(ROBIN)
    person = new_page(base_url=site.url)
    now = today()

    def sees(heading: str) -> None:
        person.goto("/nl/chat/")
        expect(person.locator("h1")).to_contain_text(heading)

    set_chat(robin, "Nu dicht")
    sees("dicht")
    set_chat(robin, "Volgens de openingstijden")
    robin.goto("/console/floor/helpline/hours/")
    while robin.get_by_role("button", name="Weghalen").count():
        robin.get_by_role("button", name="Weghalen").first.press("Enter")
        expect(robin.locator(".govuk-notification-banner")).to_be_visible()
    sees("dicht")

    # Hours of today, first the wrong way round.
    weekly = robin.locator("form", has=robin.locator("[value=add_hours]"))
    weekly.locator("[name=weekday]").select_option(str(now.weekday()))
    weekly.locator("[name=opens]").fill("23:59")
    weekly.locator("[name=closes]").fill("00:00")
    weekly.get_by_role("button").press("Enter")
    expect(robin.locator(".govuk-error-summary")).to_be_visible()
    look(robin, "supervisor-05-hours-wrong")
    weekly.locator("[name=opens]").fill("00:00")
    weekly.locator("[name=closes]").fill("23:59")
    weekly.get_by_role("button").press("Enter")
    expect(robin.locator(".floor-row")).to_contain_text("00:00–23:59")
    sees("Chat met ons")
    expect(person.locator(".chat-now")).to_contain_text("23:59")

    # A holiday goes before it.
    day = robin.locator("form", has=robin.locator("[value=set_holiday]"))
    day.locator("[name=date]").fill(f"{now:%Y-%m-%d}")
    day.locator("[name=name]").fill("Dag van het team")
    day.get_by_role("button").press("Enter")
    expect(robin.locator("main")).to_contain_text("Dag van het team")
    look(robin, "supervisor-06-hours")
    sees("dicht")
    robin.get_by_role("button", name="Weghalen Dag van het team").press("Enter")
    expect(robin.locator("main")).not_to_contain_text("Dag van het team")
    sees("Chat met ons")

    # Full, and the last entry.
    visitor(site, new_page, "ik wacht al")
    rules(robin, full_limit="1")
    sees("vol")
    rules(robin, full_limit="", last_entry_minutes="181")
    expect(robin.locator(".govuk-error-summary")).to_be_visible()
    look(robin, "supervisor-07-rules-wrong")
    rules(robin, full_limit="", last_entry_minutes="180")
    if now < now.replace(hour=20, minute=55):
        sees("Chat met ons")
        expect(person.locator(".chat-now")).to_contain_text("20:59")
    closes = now + timedelta(minutes=60)
    if closes.date() == now.date():
        site.rows("UPDATE services_openinghours SET closes = %s", f"{closes:%H:%M}:00")
    sees("De chat sluit bijna")
    look(person, "supervisor-08-last-entry")

    # The floor says so as well, and follows what another supervisor sets.
    robin.goto("/console/floor/")
    heading = robin.locator("#floor-chat-title")
    expect(heading).to_have_text("De chat sluit bijna")
    site.rows("UPDATE services_service SET chat_open = 'closed'")
    robin.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(heading).to_have_text("De chat is dicht")


def rules(robin: Page, **values: str) -> None:
    form = robin.locator("form", has=robin.locator("[value=rules]"))
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[value=rules]").press("Enter")
    expect(robin.locator(".govuk-notification-banner, .govuk-error-summary").first).to_be_visible()


def test_every_page_in_english(
    site: Site, new_page: NewPage, console: Console, cookies: dict[str, Any]
) -> None:
    console(ROBIN)
    page = new_page(wide=True, base_url=site.url, language="en-GB")
    page.context.add_cookies(cookies[ROBIN])
    [[sam]] = site.rows("SELECT id FROM staff_user WHERE username = 'demo-counsellor'")
    for path, heading in {
        "/console/floor/helpline/": "Floor",
        "/console/floor/helpline/figures/": "Figures",
        "/console/floor/helpline/hours/": "Opening hours",
        "/console/chat/queue/": "Why somebody was next",
        "/console/people/": "Colleagues",
        "/console/people/invite/": "Invite somebody",
        f"/console/people/{sam}/": "demo-counsellor",
    }.items():
        page.goto(path)
        expect(page.locator("h1")).to_contain_text(heading)
        assert " a.m." not in page.locator("main").inner_text()
        look(page, f"supervisor-en-{heading.lower().replace(' ', '-')}")
