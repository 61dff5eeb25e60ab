"""How a text of the demo is read."""

from pathlib import Path

import pytest

from content.demo.reader import TextError, read, to_html


def _write(folder: Path, text: str) -> Path:
    path = folder / "page.txt"
    path.write_text(text, encoding="utf-8")
    return path


def test_fields_and_sections_are_read(tmp_path: Path) -> None:
    text = read(
        _write(tmp_path, "title: A: b\nslug: c\n\n== text\nHello.\n\n== steps: Do\n# One\nx\n")
    )

    assert text.fields == {"title": "A: b", "slug": "c"}
    assert [(s.kind, s.heading) for s in text.sections] == [("text", ""), ("steps", "Do")]
    assert text.sections[1].parts("#") == [("One", ("x",))]


def test_lines_become_rich_text() -> None:
    lines = ("## Head", "One", "two **three**.", "", "- a", "- b", "1. c", "<script>")

    assert to_html(lines, {}) == (
        "<h2>Head</h2><p>One two <b>three</b>.</p><ul><li>a</li><li>b</li></ul>"
        "<ol><li>c</li></ol><p>&lt;script&gt;</p>"
    )


def test_links_lead_to_pages_and_numbers() -> None:
    assert to_html(("[a](page:helping) [b](tel:112)",), {"helping": 7}) == (
        '<p><a linktype="page" id="7">a</a> <a href="tel:112">b</a></p>'
    )


def test_a_link_to_no_page_is_refused() -> None:
    with pytest.raises(KeyError):
        to_html(("[a](page:nowhere)",), {})


@pytest.mark.parametrize("wrong", ["title\n", "title: x\n\n== Text here\n", "title: x\n\n== a:\n"])
def test_a_file_that_is_written_otherwise_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(TextError):
        read(_write(tmp_path, wrong))
