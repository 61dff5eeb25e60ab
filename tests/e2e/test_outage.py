"""The database goes away while people are there: nothing typed is lost, and the pages say so."""

import html
import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import Message
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from helpline.services.queries import BUILT_IN_NUMBERS
from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.people import Reporter
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
    for numbers in BUILT_IN_NUMBERS.values():
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
    say(person, "voor de storing")
    person.locator("#chat-text").fill(NOTHING_LOST)
    with site.away("default"):
        frame = person.frame_locator(".chat__frame")
        expect(frame.locator("body")).to_contain_text("We hebben nu een storing", timeout=30_000)
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


def say(page: Page, text: str) -> None:
    page.locator("#chat-text").fill(text)
    page.locator(".chat__send").click()
