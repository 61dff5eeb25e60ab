"""The web server is killed under a counsellor with three chats: each goes on where it was."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, Trouble
from tests.e2e.people import Console, set_room, visitor
from tests.e2e.test_outage_console import LATER, take, well
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def test_three_chats_go_on_when_the_web_server_is_killed(
    site: Site, new_page: NewPage, console: Console, trouble: Trouble
) -> None:
    trouble.expected += ["Failed to load", "net::", "WebSocket"]
    sam = console("demo-counsellor")
    set_room(site, "demo-counsellor", 3)
    people = []
    for number in range(3):
        people.append(visitor(site, new_page, f"hier ben ik, nummer {number}"))
        take(sam, f"nummer {number}")
        sam.locator("#room-text").fill(f"half getypt aan {number}")
    [web] = site.webs
    web.kill()
    for number, person in enumerate(people):
        person.locator("#chat-text").fill(f"gezegd zonder server {number}")
        person.keyboard.press("Enter")
    site.restart(web)
    well(sam)
    expect(sam.locator("#desk-mine button")).to_have_count(3)
    for number, person in enumerate(people):
        words = person.locator(".chat-message__text", has_text=f"zonder server {number}")
        expect(words).to_have_count(1, timeout=LATER)
        sam.locator("#desk-mine button").nth(number).click()
        said = f"zonder server {number}"
        expect(sam.locator("#room-messages")).to_contain_text(said, timeout=LATER)
        expect(sam.locator("#room-text")).to_have_value(f"half getypt aan {number}")
    [[said, doubled]] = site.rows(
        "SELECT count(*), count(*) - count(DISTINCT client_id) FROM chat_message"
        " JOIN chat_conversation c ON c.id = conversation_id"
        " WHERE sender = 'visitor' AND c.status = 'active'"
    )
    assert (said, doubled) == (6, 0)
