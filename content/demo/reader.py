"""Reads a text of the demo site.

A file starts with ``name: value`` lines (title, slug, ...). After that come sections, each under
a line ``== kind: heading``. The kinds are those of ``content.blocks``, written with hyphens, and
the fields of the home page. In a section:

    # A step                a step, with its text on the lines below (in ``steps``)
    ? A question            a question, with its answer below (in ``questions``)
    ## A heading            a heading (in ``text``)
    - an item               a list
    1. an item              a numbered list
    **bold**                bold
    [words](page:helping)   a link to the page of that file in the same language
    [words](https://...)    a link to another site; ``tel:`` works too

Everything else is a paragraph; an empty line ends it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path

SECTION = re.compile(r"== (?P<kind>[a-z-]+)(: (?P<heading>.+))?")
LINK = re.compile(r"\[([^\]]+)\]\(([^)\s]+)\)")
BOLD = re.compile(r"\*\*([^*]+)\*\*")
LIST_ITEM = re.compile(r"(?P<mark>-|\d+\.) (?P<text>.+)")


class TextError(ValueError):
    """A text is not written as this module says. Names the file and what is wrong."""


@dataclass(frozen=True)
class Section:
    """A piece of a page: what kind it is, its heading, its lines."""

    kind: str
    heading: str
    lines: tuple[str, ...]

    def parts(self, mark: str) -> list[tuple[str, tuple[str, ...]]]:
        """The section cut at lines that start with a mark: (rest of that line, lines below)."""
        parts: list[tuple[str, list[str]]] = []
        for line in self.lines:
            if line.startswith(f"{mark} "):
                parts.append((line.removeprefix(mark).strip(), []))
            elif parts:
                parts[-1][1].append(line)
        return [(title, tuple(lines)) for title, lines in parts]


@dataclass(frozen=True)
class Text:
    """A page as written in its file."""

    fields: Mapping[str, str]
    sections: tuple[Section, ...] = field(default=())

    def section(self, kind: str) -> Section:
        """The only section of a kind. Raises TextError when there is none."""
        for section in self.sections:
            if section.kind == kind:
                return section
        raise TextError(f"{self.fields.get('title')}: no section “{kind}”")


def read(path: Path) -> Text:
    """The text in a file. Raises TextError when it is not written as this module says."""
    head, *rest = re.split(r"^(?=== )", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    fields: dict[str, str] = {}
    for line in filter(None, head.splitlines()):
        name, colon, value = line.partition(": ")
        if not colon:
            raise TextError(f"{path.name}: “{line}” is not “name: value”")
        fields[name] = value.strip()
    return Text(fields, tuple(_section(path, part) for part in rest))


def _section(path: Path, part: str) -> Section:
    first, *lines = part.splitlines()
    match = SECTION.fullmatch(first.strip())
    if match is None:
        raise TextError(f"{path.name}: “{first}” is not “== kind: heading”")
    return Section(match["kind"], match["heading"] or "", tuple(lines))


def to_html(lines: tuple[str, ...], pages: Mapping[str, int]) -> str:
    """Lines as the rich text that Wagtail stores. Raises KeyError for a link to no page."""
    html: list[str] = []
    paragraph: list[str] = []
    open_list = ""

    def close() -> None:
        nonlocal open_list
        if paragraph:
            html.append(f"<p>{_inline(' '.join(paragraph), pages)}</p>")
            paragraph.clear()
        if open_list:
            html.append(f"</{open_list}>")
            open_list = ""

    for line in (line.strip() for line in lines):
        item = LIST_ITEM.fullmatch(line)
        if item:
            tag = "ul" if item["mark"] == "-" else "ol"
            if open_list != tag:
                close()
                html.append(f"<{tag}>")
                open_list = tag
            html.append(f"<li>{_inline(item['text'], pages)}</li>")
        elif line.startswith("## "):
            close()
            html.append(f"<h2>{_inline(line[3:], pages)}</h2>")
        elif not line:
            close()
        else:
            if open_list:
                close()
            paragraph.append(line)
    close()
    return "".join(html)


def _inline(text: str, pages: Mapping[str, int]) -> str:
    def link(match: re.Match[str]) -> str:
        words, target = match[1], match[2]
        if target.startswith("page:"):
            return f'<a linktype="page" id="{pages[target.removeprefix("page:")]}">{words}</a>'
        return f'<a href="{target}">{words}</a>'

    marked = BOLD.sub(r"<b>\1</b>", escape(text, quote=False))
    return LINK.sub(link, marked)
