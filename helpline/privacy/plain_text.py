"""The one room of bleach: text from outside the house loses every tag.

Chat, reports and notices are plain text that templates escape; they do not come here. What comes
here was written as HTML by somebody we do not know: an answer by mail, a name in a registry. The
result is text, and is escaped again where it is shown. See docs/decisions/0003.
"""

import html
import re
from collections.abc import Iterator
from typing import Any

import bleach
from bleach.html5lib_shim import Filter

LINES = frozenset(
    [
        "address",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
# What stands between these is not for reading.
UNREAD = frozenset(["head", "style", "script", "title", "noscript", "template", "svg", "math"])
SPACE = re.compile(r"[ \t\r\n\f]+")
TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
NEVER_CLOSED = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "source",
        "track",
        "wbr",
    ]
)
# The parser's time grows with the square of this; what people write stays far below.
DEEPEST = 200
LONGEST_MARKUP = 100_000


def strip_markup(text: str) -> str:
    """The text without any tag, attribute or comment, and with entities as characters."""
    return html.unescape(bleach.clean(text, tags=set(), attributes={}, strip=True)).strip()


def words_of_html(markup: str) -> str:
    """The words of a page or mail written in HTML, in lines as it would show them.

    What is quoted from somebody else (``blockquote``) begins its lines with ">". Styles and
    scripts are left out, and what is left goes through ``strip_markup`` like everything else.
    """
    markup = markup[:LONGEST_MARKUP]
    if _depth(markup) > DEEPEST:
        return strip_markup(re.sub(r"<[^<>]*>", " ", markup).replace("<", "&lt;"))
    cleaner = bleach.Cleaner(
        tags=LINES | UNREAD | {"br"}, attributes={}, strip=True, filters=[_Lines]
    )
    lines = [line.strip() for line in strip_markup(cleaner.clean(markup)).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _depth(markup: str) -> int:
    """How deep its tags stand in each other, at most; what is never closed counts on."""
    deepest = now = 0
    for closing, name in TAG.findall(markup):
        if name.lower() not in NEVER_CLOSED:
            now = max(0, now + (-1 if closing else 1))
            deepest = max(deepest, now)
    return deepest


class _Lines(Filter):  # type: ignore[misc]  # bleach has no types
    """Turns the tags that were let through into line breaks and marks of quotation."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        unread = quoted = 0
        fresh = True  # at the beginning of a line
        for token in super().__iter__():
            kind, name = token["type"], token.get("name")
            if name in UNREAD:
                unread += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            elif name == "br" or name in LINES:
                if name == "br" or not fresh:
                    yield {"type": "Characters", "data": "\n"}
                    fresh = True
                if name == "blockquote":
                    quoted += {"StartTag": 1, "EndTag": -1}.get(kind, 0)
            elif unread <= 0 and kind in ("Characters", "SpaceCharacters"):
                words = SPACE.sub(" ", token["data"])
                if fresh:
                    words = words.lstrip(" ")
                if not words:
                    continue
                mark = "> " if fresh and quoted > 0 else ""
                fresh = False
                yield {"type": "Characters", "data": mark + words}
            elif kind == "Entity" and unread <= 0:
                fresh = False
                yield token
