"""Two counsellors press for the same visitor at the same moment, a hundred times, in their browsers:
each time exactly one has the chat, the other is told who, and the visitor is not left waiting.
"""

import time
import uuid
from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import NewPage
from tests.e2e.people import Console
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

RACES = 100
TOGETHER_MS = 150  # from now: both pages know it by then
PRESS = """moment => setTimeout(
  () => document.querySelector("#desk-waiting .desk__take").click(), moment - Date.now())"""


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    # So many visitors in a row from one address would be slowed down.
    with sites.open(application="tests.unthrottled:application") as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def test_exactly_one_gets_the_visitor_each_time(
    site: Site, new_page: NewPage, console: Console
) -> None:
    desks = {
        "Sam": console("demo-counsellor"),
        "Alex": console("demo-counsellor-2"),
    }
    person = new_page(base_url=site.url)
    won: Counter[str] = Counter()
    for _ in range(RACES):
        # Their page is made once, at the end: here it is about the two who press.
        person.request.post("/nl/chat/start/", form={"key": str(uuid.uuid4()), "name": "Merel"})
        for desk in desks.values():
            expect(takes(desk)).to_have_count(2)  # take, and read along
        moment = time.time() * 1000 + TOGETHER_MS
        for desk in desks.values():
            desk.evaluate(PRESS, moment)
        for desk in desks.values():
            expect(takes(desk)).to_have_count(0)
        has = [name for name, desk in desks.items() if mine(desk).count()]
        assert len(has) == 1
        [winner] = has
        [loser] = desks.keys() - {winner}
        expect(desks[loser].locator("#desk-note")).to_have_text(
            f"Een collega was je voor: {winner}."
        )
        expect(desks[loser].locator("#room-empty")).to_be_visible()
        assert person.request.get("/nl/chat/place/").json()["ready"] is True
        assert site.rows("SELECT count(*) FROM chat_queuedecision") == [(1,)]
        won[winner] += 1
        person.request.post("/nl/chat/erase/")
        expect(mine(desks[winner])).to_have_count(0)
        for desk in desks.values():
            desk.locator("#desk-note").evaluate("line => (line.textContent = '')")
    assert won.total() == RACES
    person.goto("/nl/chat/")
    expect(person.locator(".chat-start__button")).to_be_visible()


def takes(desk: Page) -> Locator:
    return desk.locator("#desk-waiting .desk__take")


def mine(desk: Page) -> Locator:
    return desk.locator("#desk-mine .desk__select")
