"""The guides for staff: what they say stands on the screen does, and their pictures are there."""

import re
from pathlib import Path

import polib
import pytest

from tests.translations import catalogues

DOCS = Path(__file__).resolve().parent.parent / "docs"
GUIDES = ("caseworkers.md", "counsellors.md", "supervisors.md")
SAID = re.compile(r"(?<![*\w])\*(?!\*)([^*]+?)\*(?![*\w])")
PICTURE = re.compile(r"!\[[^\]]+\]\(([^)]+)\)")


def texts_on_the_screen() -> set[str]:
    return {entry.msgstr for path in catalogues() for entry in polib.pofile(str(path))}


@pytest.mark.parametrize("guide", GUIDES)
def test_what_a_guide_quotes_stands_on_the_screen(guide: str) -> None:
    said = {" ".join(text.split()) for text in SAID.findall((DOCS / guide).read_text())}
    said.discard("italics")
    assert len(said) > 10
    assert said - texts_on_the_screen() == set()


@pytest.mark.parametrize("guide", GUIDES)
def test_pictures_of_a_guide_are_there(guide: str) -> None:
    named = PICTURE.findall((DOCS / guide).read_text())
    assert named
    for name in named:
        assert (DOCS / name).is_file(), name
