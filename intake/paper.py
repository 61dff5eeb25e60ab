"""Documents as PDF: how they look and are made, and nothing of what stands in them.

They are made in memory and kept nowhere. What a list of files or the bar of a window shows of one
tells nothing.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from unicodedata import normalize
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    HRFlowable,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

# Says nothing in a list of downloads.
FILE_NAME = "document.pdf"
# Both come with reportlab, so that every machine draws the same letters.
FONT, BOLD = "Vera", "VeraBd"
MARGIN = 22 * mm
WIDTH = A4[0] - 2 * MARGIN
WHEN_WIDTH = 46 * mm
SOFT_HYPHEN = 0xAD
INK, GREY = "#1d2326", "#4a555b"


def moment(at: datetime) -> str:
    """A moment in words, by the clock of the site."""
    return date_format(timezone.localtime(at), "j F Y, H:i")


def text(words: str, style: str) -> Paragraph:
    """Words as they are: nothing in them is markup, and a letter the font lacks is a question mark. So is
    a hyphen that shows only where a line ends."""
    look = _styles()[style]
    known = pdfmetrics.getFont(look.fontName).face.charToGlyph.keys() - {SOFT_HYPHEN}
    # An accent that was typed apart becomes one letter, which the font has.
    whole = normalize("NFC", " ".join(words.split()))
    drawable = "".join(char if ord(char) in known else "?" for char in whole)
    return Paragraph(escape(drawable), look)


def beginning(title: str, lead: str, about: Sequence[str]) -> list[Flowable]:
    """What every document begins with: whose it is, what it is, and when it was made."""
    made = _("Made on %(when)s.") % {"when": moment(timezone.now())}
    return [
        text(settings.HELPLINE_ORGANISATION, "small"),
        text(title, "title"),
        text(lead, "lead"),
        *[text(words, "body") for words in (*about, made)],
    ]


def part(title: str, *lines: tuple[str, str]) -> list[Flowable]:
    """A heading with lines below it, each in its style. It never stands alone at the foot of a page."""
    shown = [text(words, style) for words, style in lines if words]
    return [CondPageBreak(32 * mm), text(title, "heading"), *shown]


def pairs(rows: Sequence[tuple[str, str]]) -> Table:
    """What stands beside what: a moment or a name, and the words that belong to it."""
    table = Table(
        [[text(name, "when"), text(words, "step")] for name, words in rows],
        colWidths=[WHEN_WIDTH, WIDTH - WHEN_WIDTH],
        hAlign="LEFT",
        splitInRow=1,  # or words that fill more than a page could not be drawn at all
    )
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    return table


def columns(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Table:
    """A table of many rows, whose head stands on every page of it. ``widths`` are parts of the whole."""
    whole = sum(widths)
    table = Table(
        [
            [text(name, "head") for name in head],
            *[[text(cell, "cell") for cell in r] for r in rows],
        ],
        colWidths=[WIDTH * width / whole for width in widths],
        repeatRows=1,
        hAlign="LEFT",
        splitInRow=1,  # or words that fill more than a page could not be drawn at all
    )
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 4),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("LINEBELOW", (0, 0), (-1, 0), 0.5, GREY),
        ]
    )
    return table


def closing() -> list[Flowable]:
    """Who made it, how to reach them, and whose clock it is."""
    site = urlsplit(settings.HELPLINE_BASE_URL).netloc
    return [
        CondPageBreak(40 * mm),
        Spacer(0, 8 * mm),
        HRFlowable(width="100%", thickness=0.5, color=GREY),
        Spacer(0, 3 * mm),
        text(settings.HELPLINE_ORGANISATION, "now"),
        text(f"{site} · {settings.HELPLINE_NOTICE_ADDRESS}", "small"),
        text(
            _("All times are those of %(zone)s.") % {"zone": timezone.get_current_timezone_name()},
            "small",
        ),
    ]


def drawn(story: Sequence[Flowable]) -> bytes:
    """The document, with its closing."""
    pdf = BytesIO()
    document = BaseDocTemplate(
        pdf,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        lang=get_language() or settings.LANGUAGE_CODE,
        # What a list of files or the bar of a window may show of it.
        title=_("Document"),
        author="",
        subject="",
        creator="",
    )
    frame = Frame(MARGIN, MARGIN, document.width, document.height, 0, 0, 0, 0)
    document.addPageTemplates([PageTemplate("page", [frame])])
    document.build([*story, *closing()], canvasmaker=Numbered)
    return pdf.getvalue()


def as_file(made: bytes) -> HttpResponse:
    """A document as it leaves the house: a file with a name that tells nothing."""
    return HttpResponse(
        made,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{FILE_NAME}"',
            "Cache-Control": "no-store",
        },
    )


@cache
def _styles() -> dict[str, ParagraphStyle]:
    pdfmetrics.registerFont(TTFont(FONT, f"{FONT}.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, f"{BOLD}.ttf"))

    def style(name: str, size: float, font: str = FONT, **more: object) -> ParagraphStyle:
        # A long address is broken where the line ends, rather than running off the paper.
        shape = {"fontName": font, "fontSize": size, "leading": size * 1.45, "splitLongWords": 1}
        return ParagraphStyle(name, **{**shape, "textColor": INK, "spaceAfter": 4, **more})

    styles = [
        style("title", 20, BOLD, spaceBefore=6, spaceAfter=12),
        style("lead", 11.5, spaceAfter=8),
        style("body", 10),
        style("heading", 13, BOLD, spaceBefore=16),
        style("address", 9, spaceAfter=4),
        style("now", 10, BOLD),
        style("when", 9, textColor=GREY, spaceAfter=0),
        style("step", 10, spaceAfter=0),
        style("head", 8, BOLD, spaceAfter=0),
        style("cell", 8, spaceAfter=0),
        style("small", 9, textColor=GREY),
        style("foot", 8, textColor=GREY, alignment=TA_RIGHT),
    ]
    return {each.name: each for each in styles}


class Numbered(Canvas):  # type: ignore[misc]  # reportlab has no types
    """Pages that say how many there are: nobody can leave one out unseen."""

    def __init__(self, *arguments: Any, **more: Any) -> None:
        super().__init__(*arguments, **more)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._pages, 1):
            self.__dict__.update(page)
            words = _("Page %(number)d of %(count)d")
            line = text(words % {"number": number, "count": len(self._pages)}, "foot")
            line.wrapOn(self, WIDTH, MARGIN)
            line.drawOn(self, MARGIN, MARGIN / 2)
            super().showPage()
        super().save()
