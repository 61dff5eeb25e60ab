"""Text that nobody here wrote, through the form of a report: it comes back as typed, and stays text."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from helpline.privacy import throttle
from intake.removal.canonical import NotAnAddress, canonicalise
from intake.report.links import INVISIBLE
from tests.corpora import corpus, count
from tests.intake.report.walk import Page, Walk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


def harmless(page: Page, text: str) -> None:
    """Nothing of the text is markup: no element or attribute that the page does not have itself."""
    allowed = page_elements()
    assert set(page.markup) <= allowed, sorted(set(page.markup) - allowed)[:3]
    assert page.status == 200, text


ELEMENTS: set[str] = set()


def page_elements() -> set[str]:
    """Every element of the pages for text that is surely harmless."""
    if not ELEMENTS:
        client = Client()
        for text in (
            "",
            "words",
            "https://example.org/a http://10.0.0.1/ https://u:p@example.org/b…",
        ):
            walk = Walk(client)
            walk.to("links")
            ELEMENTS.update(walk.page.markup)
            ELEMENTS.update(walk.press(text=text).markup)
            ELEMENTS.update(walk.press("out:0").markup)
            ELEMENTS.update(walk.press("back").markup)
        walk = Walk(client)
        walk.to("found", text="https://example.org/a https://example.org/b")
        ELEMENTS.update(walk.press(walk.page.buttons[3]).markup)
    return ELEMENTS


@pytest.fixture
def at_links(client: Client) -> Walk:
    """A visitor who is about to paste links."""
    walk = Walk(client)
    walk.to("links")
    return walk


def through_the_form(walk: Walk, text: str) -> Page:
    """Paste a text, look at what comes, go back to it, and see that it is still the same."""
    page = walk.press(text=text)
    harmless(page, text)
    if page.step != "links":
        walk.press("to:links")
        harmless(walk.page, text)
    # HTML itself has no NUL and makes every line end one of its own.
    expected = re.sub(r"\r\n|\r|\n", "\r\n", text)
    assert re.sub(r"\r\n|\r|\n", "\r\n", walk.page.text) == expected
    return page


@pytest.mark.corpora
def test_naughty_strings_come_back_as_typed(at_links: Walk) -> None:
    strings: list[str] = json.loads(corpus("blns/blns.json").read_text())
    for text in strings:
        through_the_form(at_links, text)
    count("blns_through_the_report_form", len(strings))


@pytest.mark.corpora
def test_cross_site_scripts_stay_text(at_links: Walk) -> None:
    lines = [
        line
        for path in sorted(corpus("patt-xss").glob("*.txt"))
        for line in path.read_text(errors="replace").splitlines()
        if line
    ]
    for line in lines:
        through_the_form(at_links, line)
    assert len(lines) > 100
    count("patt_xss_through_the_report_form", len(lines))


@pytest.mark.corpora
def test_web_platform_tests_through_the_form_are_what_the_standard_says(at_links: Walk) -> None:
    cases: list[Any] = json.loads(corpus("url-wpt/urltestdata.json").read_text())
    same = refused = shown_back = 0
    for case in cases:
        if not isinstance(case, dict) or not re.match(r"\s*https?:", case["input"], re.I):
            continue
        if any("\ud800" <= char <= "\udfff" for char in case["input"]):
            continue  # no form can send half a character
        page = through_the_form(at_links, case["input"])
        shown_back += 1
        # Running text ends at a space, and at characters that close a sentence or a quotation.
        whole = re.fullmatch(r"https?://[^\s<>\"]*[^\s<>\".,;:!?'()\[\]|~*`_\\]", case["input"])
        unseen = any(
            char < " " or char == "\x7f" or ord(char) in INVISIBLE for char in case["input"]
        )
        if case.get("failure") or not whole or unseen:
            continue
        try:
            address = canonicalise(case["input"])
        except NotAnAddress:
            assert page.step == "links", case["input"]
            refused += 1
            continue
        assert (address.host, address.path) == (case["hostname"], case["pathname"])
        assert page.step == "found", case["input"]
        assert f">{escape(address.url)}<" in page.html, case["input"]
        same += 1
    count("url_wpt_through_the_report_form", shown_back)
    count("url_wpt_shown_by_the_report_form_as_the_standard_says", same)
    count("url_wpt_explained_by_the_report_form", refused)
    assert same > 20
