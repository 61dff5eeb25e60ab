"""Who may not see a chat any more is shown the door: on another web server than the one where it
happened, with bells and without. That the clock of it can keep five seconds is shown by
tests/chat/test_switched_off.py: how soon it is seen here is a matter of the machine.
"""

import re
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from chat.protocol import VERSION, Close
from tests.e2e.people import wait_for
from tests.e2e.posts import STAFF, Post, held
from tests.e2e.wire import Wire, trouble
from tests.people import Pair, make
from tests.processes import Site, Sites

SECONDS = 45.0  # longer than a poll waits: that answers then, and without a close
CONSOLE = "/ws/console/"


@dataclass
class Place:
    """A site with two web servers. Pages look at the first; things happen on the other."""

    site: Site
    pairs: list[Pair]

    def page(self, pair: Pair) -> Wire:
        """A visitor's page."""
        wire = Wire(self.site.ports[0])
        wire.hello(pair.token, since=pair.seq)
        wire.until("welcome")
        return wire

    def poll(self, pair: Pair) -> Post:
        """The same without a socket, waiting."""
        return Post(self.site.ports[0], held(self.site.ports[0], pair.token), wait=20)

    def console(self, pair: Pair, *, web: int = 0) -> Wire:
        """A counsellor's page."""
        wire = Wire(self.site.ports[web], CONSOLE, session=pair.session)
        wire.put(type="hello", v=VERSION)
        wire.until("desk")
        return wire

    def console_poll(self, pair: Pair) -> Post:
        port = self.site.ports[0]
        hello = {"type": "hello", "v": VERSION}
        frames = Post(port, hello, path=STAFF, session=pair.session).answer()["frames"]
        tag = next(frame["tag"] for frame in frames if frame["type"] == "desk")
        return Post(port, {**hello, "tag": tag}, path=STAFF, session=pair.session, wait=20)


@pytest.fixture(scope="module", params=["with bells", "without Valkey"])
def place(request: pytest.FixtureRequest, sites: Sites) -> Iterator[Place]:
    if sites.embedded:
        pytest.skip("the embedded default is one process")
    away = {"HELPLINE_TEST_VALKEY_URL": "redis://127.0.0.1:1/0"}
    environment = away if request.param == "without Valkey" else {}
    with sites.open(webs=2, environment=environment) as site:
        yield Place(site, make(site.environment(), conversations=8, staff=8))
        assert not trouble(site)


def closes(page: Wire, poll: Post, code: int) -> None:
    """Both close with this code."""
    with page:
        page.until("closed", SECONDS, code=code)
    assert poll.answer(SECONDS)["close"] == code


def test_ended_by_the_counsellor(place: Place) -> None:
    pair = place.pairs[0]
    page, poll, console = place.page(pair), place.poll(pair), place.console(pair, web=1)
    console.put(type="end", conversation=pair.conversation)
    console.until("desk")
    page.until("state", SECONDS, status="ended")
    closes(page, poll, Close.OVER)
    console.drop()


def test_ended_by_the_visitor_in_another_tab(place: Place) -> None:
    pair = place.pairs[1]
    page, poll = place.page(pair), place.poll(pair)
    with Wire(place.site.ports[1]) as other:
        other.hello(pair.token, since=pair.seq)
        other.until("welcome")
        other.put(type="end")
        other.until("closed", code=Close.OVER)
    closes(page, poll, Close.OVER)


def test_ended_by_time(place: Place) -> None:
    pair = place.pairs[2]
    place.site.rows(
        "UPDATE chat_conversation SET status = 'paused', paused_until = now() - interval '1 hour'"
        " WHERE id = %s",
        pair.conversation,
    )
    page, poll = place.page(pair), place.poll(pair)
    ended = "SELECT 1 FROM chat_conversation WHERE id = %s AND status = 'ended'"
    wait_for(lambda: place.site.rows(ended, pair.conversation), what="the worker's sweep")
    closes(page, poll, Close.OVER)


def signs_out(place: Place, pair: Pair) -> None:
    """As their own console does, on the other web server."""
    url = f"{place.site.urls[1]}/console/"
    headers = {"Cookie": f"staff={pair.session}"}
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers)) as answer:  # noqa: S310 -- our own URL
        cookie = answer.headers["Set-Cookie"].split(";")[0]
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', answer.read().decode())
    assert token
    headers = {"Cookie": f"staff={pair.session}; {cookie}", "Origin": place.site.urls[1]}
    data = f"csrfmiddlewaretoken={token[1]}".encode()
    request = urllib.request.Request(f"{url}sign-out/", data, headers)  # noqa: S310 -- as above
    with urllib.request.urlopen(request):  # noqa: S310 -- as above
        pass


def by_sql(statement: str) -> Any:
    """Something that is done to a member of staff; {} is their number."""

    def do(place: Place, pair: Pair) -> None:
        user = "(SELECT owner_id FROM chat_conversation WHERE id = %s)"
        place.site.rows(statement.format(user), pair.conversation)

    return do


@pytest.mark.parametrize(
    ("number", "happens"),
    [
        (3, signs_out),
        (4, by_sql("UPDATE staff_user SET is_active = false WHERE id = {}")),
        (5, by_sql("DELETE FROM staff_user_groups WHERE user_id = {}")),
        (6, by_sql("DELETE FROM otp_totp_totpdevice WHERE user_id = {}")),
    ],
    ids=["signed out", "deactivated", "role taken", "second factor removed"],
)
def test_staff_who_may_not_look_any_more(place: Place, number: int, happens: Any) -> None:
    pair = place.pairs[number]
    page, poll = place.console(pair), place.console_poll(pair)
    happens(place, pair)
    closes(page, poll, Close.SIGN_IN)


def test_erased_while_it_is_open(place: Place) -> None:
    pair = place.pairs[7]
    site, number = place.site, pair.conversation
    page, poll = place.page(pair), place.poll(pair)
    page.put(type="say", id=str(uuid.uuid4()), text="Dit wordt gewist")
    page.until("ack")
    assert poll.answer()["frames"][1]["messages"][-1]["text"] == "Dit wordt gewist"
    poll = place.poll(pair)
    site.rows("DELETE FROM privacy_datakey WHERE id = %s", number, alias="keys")
    for table in ("message", "conversationevent", "reportoffer", "queuedecision"):
        site.rows(f"DELETE FROM chat_{table} WHERE conversation_id = %s", number)  # noqa: S608 -- a name of ours
    site.rows("DELETE FROM chat_conversation WHERE id = %s", number)
    with page:
        assert page.next(SECONDS) == {"type": "closed", "code": Close.UNKNOWN}
    answer = poll.answer(SECONDS)
    assert answer["close"] == Close.UNKNOWN
    assert [frame["type"] for frame in answer["frames"]] == ["welcome"]
