"""Three people at once in the browser: a chat handed over by keyboard alone, a supervisor asked along
who takes over and gives the chat on. The visitor, on a phone, is never left alone, and reads no word
that colleagues write to each other.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser import NewPage, look
from tests.e2e.people import set_room, sign_in
from tests.e2e.test_connection import say
from tests.e2e.test_outage import Both, meeting
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

SUMMARY = "Ex dreigt met een foto. Is zelf veilig. Wil zo een melding doen."


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@pytest.fixture
def both(site: Site, new_page: NewPage) -> Iterator[Both]:
    with meeting(site, new_page) as both:
        yield both


def console(site: Site, new_page: NewPage, account: str) -> Page:
    page = new_page(wide=True, base_url=site.url)
    sign_in(page, site, account)
    page.goto("/console/chat/")
    expect(page.locator("#desk-sync")).to_contain_text("Bijgewerkt")
    return page


def reads_nothing_of_it(person: Page) -> None:
    """Neither as it stands, nor after a reload, nor without a script."""
    assert SUMMARY not in person.content()
    person.reload()
    expect(person.locator("#chat-messages > li").first).to_be_visible()
    assert SUMMARY not in person.content()
    plain = person.context.new_page()
    plain.goto("/nl/chat/?simple=1")
    shown = plain.content() + plain.frame_locator(".chat__frame").locator("body").inner_html()
    assert "collega" in shown
    assert SUMMARY not in shown
    plain.close()


def test_handover_to_a_colleague_by_keyboard_alone(
    both: Both, site: Site, new_page: NewPage
) -> None:
    person, sam = both.person, both.sam
    alex = console(site, new_page, "demo-counsellor-2")
    say(person, "mijn ex dreigt met een foto")
    expect(sam.locator("#room-messages")).to_contain_text("dreigt met een foto")

    sam.keyboard.press("Alt+o")
    who = sam.locator("#handover-who")
    expect(who.get_by_role("radio")).to_have_count(4)  # Alex, Robin, a supervisor, the queue
    expect(who.get_by_role("radio").first).to_be_focused()
    sam.keyboard.press("Space")
    sam.keyboard.press("Tab")
    sam.keyboard.type(SUMMARY)
    look(sam, "handover-dialog")
    sam.keyboard.press("Tab")
    sam.keyboard.press("Enter")
    expect(sam.locator("#dialog-handover")).to_be_hidden()
    expect(sam.locator("#handover-state")).to_contain_text("Alex")
    expect(sam.locator("#room-composer")).to_be_visible()  # nobody waits in silence
    look(sam, "handover-asked")

    line = alex.locator("#desk-asked")
    expect(line).to_contain_text("Sam vraagt of jij verdergaat")
    assert SUMMARY not in alex.content()
    alex.keyboard.press("Alt+a")
    alex.keyboard.press("Enter")
    expect(alex.locator("#handover-summary")).to_contain_text(SUMMARY)
    expect(alex.locator("#room-composer")).to_be_hidden()
    look(alex, "handover-read-first")
    alex.keyboard.press("Alt+a")
    alex.keyboard.press("Tab")
    alex.keyboard.press("Enter")
    expect(alex.locator("#room-composer")).to_be_visible()
    expect(line).to_be_empty()

    expect(person.locator("#chat-with")).to_contain_text("Alex")
    expect(person.locator("#chat-messages")).to_contain_text("andere collega bij je")
    look(person, "handover-visitor")
    expect(sam.locator("#desk-note")).to_contain_text("Alex gaat verder")
    expect(sam.locator("#room")).to_be_hidden()
    say(alex, "ik ben Alex, ik heb het gelezen")
    expect(person.locator("#chat-messages")).to_contain_text("ik heb het gelezen")
    reads_nothing_of_it(person)
    back_to(sam, alex)


def back_to(sam: Page, holder: Page) -> None:
    """The chat goes back through the queue, as the fixture ends it with Sam."""
    holder.locator("#act-hand-over").click()
    holder.locator("#handover-who").get_by_label("De wachtrij").check()
    holder.locator("#handover-text").fill("Sam is terug")
    holder.locator("#handover-send").click()
    sam.locator("#desk-waiting > li").first.get_by_role("button").first.click()
    expect(sam.locator("#room-composer")).to_be_visible()
    expect(sam.locator("#handover-summary")).to_contain_text("Sam is terug")


def test_supervisor_is_asked_along_takes_over_and_gives_it_on(
    both: Both, site: Site, new_page: NewPage
) -> None:
    person, sam = both.person, both.sam
    robin = console(site, new_page, "demo-supervisor")
    say(person, "ik weet het niet meer")
    expect(sam.locator("#room-messages")).to_contain_text("niet meer")
    sam.keyboard.press("F2")
    expect(sam.locator("#advice-state")).to_contain_text("leidinggevende")
    expect(robin.locator("#desk-asked")).to_contain_text("Sam vraagt of je meekijkt")
    look(robin, "handover-asked-along")
    robin.locator("#desk-asked button").first.press("Enter")
    expect(robin.locator("#room-messages")).to_contain_text("niet meer")
    expect(sam.locator("#advice-state")).to_contain_text("Robin kijkt mee")
    assert "Robin" not in person.content()
    look(robin, "handover-reading-along")

    sam.locator("#room-text").fill("dit was ik aan het typen")
    robin.keyboard.press("Alt+o")
    expect(robin.locator("#room-composer")).to_be_visible()
    expect(person.locator("#chat-with")).to_contain_text("Robin")
    expect(sam.locator("#desk-note")).to_contain_text("Robin heeft het gesprek")
    expect(sam.locator("#room")).to_be_hidden()
    say(robin, "ik ben Robin, ik ga met je verder")
    expect(person.locator("#chat-messages")).to_contain_text("ik ga met je verder")

    back_to(sam, robin)
    expect(sam.locator("#room-text")).to_have_value("dit was ik aan het typen")
    sam.locator("#room-text").fill("")


def shut_comes_last(page: Page) -> None:
    """That a chat is closed here comes after the lists that say why, as from a slow server."""
    held: list[str | bytes] = []

    def between(socket: WebSocketRoute) -> None:
        def pass_on(frame: str | bytes) -> None:
            if '"type":"shut"' in str(frame):
                held.append(frame)
                return
            socket.send(frame)
            if '"type":"desk"' in str(frame):
                while held:
                    socket.send(held.pop())

        socket.connect_to_server().on_message(pass_on)

    page.route_web_socket(re.compile("/ws/"), between)


def test_who_goes_on_is_told_also_when_the_chat_is_closed_here_after_that(
    both: Both, site: Site, new_page: NewPage
) -> None:
    sam = both.sam
    robin = console(site, new_page, "demo-supervisor")
    shut_comes_last(sam)
    sam.reload()
    sam.locator("#desk-mine button").first.click()
    sam.keyboard.press("F2")
    robin.locator("#desk-asked button").first.click()
    robin.locator("#act-take-over").click()
    expect(sam.locator("#room")).to_be_hidden()
    expect(sam.locator("#desk-note")).to_contain_text("Robin heeft het gesprek")
    back_to(sam, robin)


def test_nobody_is_asked_who_has_no_room(both: Both, site: Site, new_page: NewPage) -> None:
    console(site, new_page, "demo-counsellor-2")
    set_room(site, "demo-counsellor-2", 0)
    both.sam.locator("#act-hand-over").click()
    alex = both.sam.locator("#handover-who").get_by_label("Alex")
    expect(alex).to_be_disabled()
    expect(both.sam.locator("#handover-who")).to_contain_text("Geen plek")
    both.sam.locator("#handover-send").click()
    expect(both.sam.locator("#handover-problem")).to_contain_text("Kies wie verdergaat")
    both.sam.keyboard.press("Escape")
    site.rows("UPDATE chat_seat SET capacity = 2")
