"""Nothing that comes out of bleach's room is markup, and a second cleaner agrees."""

import html

import nh3
import pytest

from helpline.privacy.plain_text import strip_markup
from tests.corpora import corpus, count


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<p>We <b>removed</b> it.</p>", "We removed it."),
        ("a &lt; b &amp; c", "a < b & c"),
        ("<!-- hidden -->seen", "seen"),
        ('<a href="javascript:1">link</a>', "link"),
        ("  plain  ", "plain"),
    ],
)
def test_markup_goes_and_words_stay(written: str, left: str) -> None:
    assert strip_markup(written) == left


@pytest.mark.corpora
def test_no_tag_survives_and_the_second_cleaner_finds_none_either() -> None:
    payloads = [
        line
        for file in sorted(corpus("patt-xss").glob("*.txt"))
        for line in file.read_text(errors="replace").splitlines()
        if line.strip()
    ]
    for payload in payloads:
        text = strip_markup(payload)
        shown = html.escape(text)
        # Where the text is shown it is escaped: nh3 must find nothing in it to take away.
        assert nh3.clean(shown, tags=set()) == shown.replace("&quot;", '"').replace("&#x27;", "'")
    count("plain_text_payloads", len(payloads))
