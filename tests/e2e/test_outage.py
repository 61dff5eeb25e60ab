"""The database goes away while people are there: nothing typed is lost, and the pages say so."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, Page, expect

from helpline.services.queries import built_in
from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.people import Reporter, sign_in
from tests.e2e.test_connection import Network, about, say
from tests.processes import Site, Sites

pytestmark = pytest.mark.e2e

NOTHING_LOST = 'Regel één\nregel twee <b>"met tekens"</b> & meer'
# Shorter than what the pool waits by itself, so that a page that hangs fails here.
PATIENCE_SECONDS = 20


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


@dataclass
class Answer:
    """What a page answered to somebody without a script."""

    status: int
    headers: Message
    text: str


def ask(site: Site, path: str, fields: dict[str, str] | None = None, **headers: str) -> Answer:
    asked = urllib.request.Request(  # noqa: S310 -- our own URL
        f"{site.url}{path}",
        data=None if fields is None else urllib.parse.urlencode(fields).encode(),
        headers={"Accept-Language": "nl", **{k.replace("_", "-"): v for k, v in headers.items()}},
    )
    try:
        answer: Any = urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS)  # noqa: S310 -- as above
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return Answer(answer.status, answer.headers, answer.read().decode())


def is_honest(answer: Answer, language: str) -> None:
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert answer.headers["Set-Cookie"] is None
    assert f'<html lang="{language}"' in answer.text
    for numbers in (built_in("nl").on_every_page, built_in("en").on_every_page):
        for number in numbers:
            assert number.number in answer.text
    for sentence in ("We hebben nu een storing", "We have a technical problem just now"):
        assert sentence in answer.text
    assert 'class="exit"' in answer.text


@pytest.mark.parametrize("alias", ["default", "keys"])
def test_what_needs_no_database_is_there_and_the_rest_is_honest(site: Site, alias: str) -> None:
    with site.away(alias):
        for path in ("/nl/report/", "/nl/status/", "/offline/"):
            answer = ask(site, path)
            assert answer.status == 200
            assert "0800-0113" in answer.text
        if alias == "default":
            for path in ("/nl/", "/en/", "/nl/chat/", "/nl/hulp/"):
                is_honest(ask(site, path), "en" if path == "/en/" else "nl")


@pytest.mark.parametrize(
    ("path", "fields", "typed"),
    [
        ("/nl/chat/say/?simple=1", {"client_id": "1", "text": NOTHING_LOST}, "text"),
        ("/nl/chat/look/", {"client_id": "1", "text": NOTHING_LOST}, "text"),
        ("/nl/chat/start/", {"key": "k", "name": "Roos"}, "name"),
        ("/en/status/", {"code": "ABCD EFGH JKMN PQRS", "go": "show"}, "code"),
        (
            "/nl/report/",
            {"step": "agree", "go": "to:check", "text": "https://x.nl\n" * 999},
            "text",
        ),
    ],
)
def test_form_comes_back_with_everything_in_it(
    site: Site, path: str, fields: dict[str, str], typed: str
) -> None:
    sent = {**fields, "text": fields["text"].replace("\n", "\r\n")} if "text" in fields else fields
    with site.away("default"):
        answer = ask(site, path, sent, Cookie="visit=abc")
    is_honest(answer, path[1:3])
    assert f'action="{path}"' in answer.text
    box = re.search(
        rf'<textarea[^>]*name="{typed}"[^>]*readonly[^>]*>&#10;(.*?)</textarea>', answer.text, re.S
    )
    assert box is not None
    assert html.unescape(box[1]) == sent[typed]
    for name, value in fields.items():
        if name != typed:
            assert f'<input type="hidden" name="{name}" value="{value}">' in answer.text


def test_nothing_is_given_back_to_another_site_or_of_a_password(site: Site) -> None:
    typed = {"text": "van elders", "username": "a b", "password": "een twee drie"}
    with site.away("default"):
        assert ask(site, "/nl/chat/say/", typed, Origin="https://evil.example").status == 403
        for path in ("/console/desk/", "/console/sign-in/"):
            origin = "https://evil.example" if path == "/console/desk/" else site.url
            answer = ask(site, path, typed, Origin=origin, Cookie="staff=" + "a" * 32)
            assert "van elders" not in answer.text
            assert "een twee drie" not in answer.text


def test_leaving_is_never_held_up(site: Site) -> None:
    with site.away("default"):
        answer = ask(site, "/leave/", {}, Cookie="visit=abc")
    assert (answer.status, answer.headers["Clear-Site-Data"]) == (204, '"cache"')


def test_chat_without_script_goes_on_where_it_was(
    site: Site, new_page: NewPage, trouble: Trouble
) -> None:
    trouble.expected += ["503"]
    person = new_page(base_url=site.url, javascript=False)
    person.goto("/nl/chat/")
    person.locator(".chat-start__button").click()
    send(person, "voor de storing")
    person.locator("#chat-text").fill(NOTHING_LOST)
    with site.away("default"):
        frame = person.frame_locator(".chat__frame")
        expect(frame.locator("body")).to_contain_text("We hebben nu een storing")
        screenshot(person, "outage-01-plain-chat")
        person.locator(".chat__send").click()
        expect(person.locator("textarea[name=text]")).to_have_value(NOTHING_LOST)
        screenshot(person, "outage-02-plain-said")
        person.locator("main form button").click()
        expect(person.locator("textarea[name=text]")).to_have_value(NOTHING_LOST)
    person.locator("main form button").click()
    messages = person.frame_locator(".chat__frame").locator(".chat-message__text")
    expect(messages).to_have_text(["voor de storing", NOTHING_LOST])
    expect(person.locator("#chat-text")).to_have_value("")
    # Or the next visitor of this site would not be the first in line.
    person.locator("#chat-end summary").click()
    person.locator("#chat-end .govuk-button--warning").click()
    expect(person.locator("h1")).to_contain_text("De chat is gestopt")


def test_long_report_survives(site: Site, new_page: NewPage, trouble: Trouble) -> None:
    trouble.expected += ["503"]
    person = new_page(base_url=site.url, dark=True)
    links = "\n".join(f"https://example.org/storing/{number}" for number in range(150))
    reporter = Reporter(person)
    reporter.begin(links)
    reporter.answer_as_adult()
    with site.away("default"):
        reporter.go("send")
        screenshot(person, "outage-03-report-dark")
        expect(person.locator("textarea[name=text]")).to_have_value(links)
    with person.expect_navigation():
        person.locator("main form button").click()
    code = person.locator(".code").inner_text().replace("\n", " ").strip()
    assert "Link 150" in reporter.look(code)


def send(page: Page, text: str) -> None:
    """Say something by the form's own button."""
    page.locator("#chat-text").fill(text)
    page.locator(".chat__send").click()


@dataclass
class Both:
    """A visitor and the counsellor they talk to, over sockets or without."""

    person: Page
    sam: Page

    def show(self, *texts: str) -> None:
        """Both pages show exactly these messages, in this order."""
        for page in (self.person, self.sam):
            expect(words(page)).to_have_text(texts)


@contextmanager
def meeting(site: Site, new_page: NewPage, *, sockets: bool = True) -> Iterator[Both]:
    """A chat that was just taken; each of the two on another process when there are two."""
    both = Both(new_page(base_url=site.urls[0]), new_page(base_url=site.urls[-1], wide=True))
    for page in () if sockets else (both.person, both.sam):
        Network(sockets=False).between(page)
    both.person.goto("/nl/chat/")
    both.person.locator(".chat-start__button").click()
    sign_in(both.sam, site, "demo-counsellor")
    both.sam.goto("/console/chat/")
    both.sam.locator("#desk-waiting > li").first.get_by_role("button").first.click()
    expect(both.sam.locator("#room-composer")).to_be_visible()
    expect(both.person.locator("#chat-with")).to_contain_text("Sam")
    yield both
    both.sam.locator("#act-end").click()
    both.sam.locator("#dialog-end button[value=yes]").click()
    expect(both.sam.locator("#desk-mine button")).to_have_count(0)
    for page in (both.person, both.sam):
        page.goto("about:blank")  # the site may be gone before they are


@pytest.fixture(params=["sockets", "polls"])
def both(request: pytest.FixtureRequest, site: Site, new_page: NewPage) -> Iterator[Both]:
    with meeting(site, new_page, sockets=request.param == "sockets") as both:
        yield both


def test_what_is_said_waits_in_the_tab_and_goes_by_itself(
    both: Both, site: Site, request: pytest.FixtureRequest
) -> None:
    way = request.node.callspec.params["both"]
    person, sam = both.person, both.sam
    say(person, "voor de storing")
    both.show("voor de storing")
    with site.away("default", "keys"):
        for text in ("eerste", "tweede"):
            say(person, text)
        say(sam, "antwoord")
        for page, line in ((person, "#chat-sync"), (sam, "#desk-sync")):
            expect(page.locator(line)).to_contain_text(
                re.compile(r"Sinds \d\d:\d\d .*bewaren"),
            )
        expect(about(person, "eerste")).to_contain_text("Wacht")
        expect(about(sam, "antwoord")).to_contain_text("Wacht")
        person.locator("#chat-text").fill("half getypt")
        pictures(person, f"outage-04-visitor-{way}")
        pictures(sam, f"outage-05-console-{way}")
        for page in (person, sam):
            expect(words(page).first).to_have_text("voor de storing")
    expect(words(person)).to_have_count(4)
    expect(about(person, "tweede")).to_contain_text(re.compile("Verstuurd|Gelezen"))
    expect(about(sam, "antwoord")).to_contain_text(re.compile("Verstuurd|Gelezen"))
    order = words(person).all_inner_texts()
    assert sorted(order) == ["antwoord", "eerste", "tweede", "voor de storing"]
    assert order.index("eerste") < order.index("tweede")
    both.show(*order)
    for page, line in ((person, "#chat-sync"), (sam, "#desk-sync")):
        expect(page.locator(line)).not_to_contain_text("bewaren")
    expect(person.locator("#chat-text")).to_have_value("half getypt")


def pictures(page: Page, name: str) -> None:
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        screenshot(page, f"{name}-{scheme}")
    page.emulate_media(color_scheme="light")


def words(page: Page) -> Locator:
    """What the two of them said; not what the system says."""
    return page.locator(".chat-message:not(.chat-message--system) .chat-message__text")
