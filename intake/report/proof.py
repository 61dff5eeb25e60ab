"""The proof of reporting: what was reported when, what was done since and what was answered, as a PDF.

It is made in memory for who holds the return code, and kept nowhere. It names nobody, and the
addresses of the pages are in it only when its holder wants them there.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy, ngettext
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

from intake.report.links import find_links
from intake.report.models import Lead, Report
from intake.report.queries import LinkProgress, leads_of_report, progress_of_report
from intake.report.states import LeadOutcome

# Says nothing in a list of downloads.
FILE_NAME = "document.pdf"
# Both come with reportlab, so that every machine draws the same letters.
FONT, BOLD = "Vera", "VeraBd"
MARGIN = 22 * mm
WHEN_WIDTH = 46 * mm
INK, GREY = "#1d2326", "#4a555b"

# What the status page says to the reporter, for who else reads the document.
STEPS: dict[str, Promise] = {
    "said_still_there": gettext_lazy("The reporter told us that it is still there."),
    "said_gone": gettext_lazy("The reporter told us that it is gone."),
    "said_back": gettext_lazy("The reporter told us that it is there again."),
    "read": gettext_lazy("A colleague read what the reporter told us."),
}
STATES: dict[str, Promise] = {
    "told_there": gettext_lazy("The reporter told us that it is there. A colleague looks at it."),
    "told_gone": gettext_lazy("The reporter told us that it is gone."),
    "waiting": gettext_lazy("We wait, as the reporter chose. Nobody is asked."),
}
LEADS: dict[str, Promise] = {
    "": gettext_lazy("A colleague looks what can be done with it."),
    LeadOutcome.FOUND: gettext_lazy("A page was found with it. It stands among the links."),
    LeadOutcome.NOT_FOUND: gettext_lazy("No page was found with it."),
    LeadOutcome.HOTLINE: gettext_lazy(
        "It was given to the hotline for images of people under 18. Nobody else is asked."
    ),
}


@dataclass(frozen=True)
class ProvenStep:
    """One thing that happened, with its moment in words."""

    when: str
    what: str


@dataclass(frozen=True)
class Proven:
    """One thing that was reported: where it stands now, and everything that happened since."""

    title: str
    address: str
    now: str
    steps: list[ProvenStep]


def proof_of(report: Report, *, with_addresses: bool) -> bytes:
    """The PDF for who holds the code of this report, in the language of now. Keeps nothing.

    It asks no more than the status page, however many links there are.
    """
    made_at = timezone.now()
    entries = progress_of_report(report)
    links = [_link(entry, with_addresses=with_addresses) for entry in entries]
    leads = [
        _lead(number, lead, with_addresses=with_addresses)
        for number, lead in enumerate(leads_of_report(report), 1)
    ]
    story = _opening(report, len(links), made_at, with_addresses=with_addresses)
    for reported in [*links, *leads]:
        story += _story_of(reported)
    return _drawn([*story, *_closing()])


def _link(entry: LinkProgress, *, with_addresses: bool) -> Proven:
    progress, statement = entry.progress, entry.statement
    happened = [(statement.created_at, _("Reported to us."))]
    for step in progress.steps:
        words = [str(STEPS.get(step.key, step.text)), step.more]
        happened.append((step.at, " ".join(filter(None, words))))
    if statement.mandate_withdrawn_at is not None:
        happened.append((statement.mandate_withdrawn_at, _("The reporter asked us to stop.")))
    now = [str(STATES.get(progress.state, progress.now))]
    if progress.hotline_reference:
        now.append(_("Number at the hotline:") + f" {progress.hotline_reference}")
    return Proven(
        title=_("Link %(number)s") % {"number": entry.number},
        address=_address(entry.link.as_typed) if with_addresses else "",
        now=" ".join(now),
        steps=[
            ProvenStep(_moment(at), what) for at, what in sorted(happened, key=lambda one: one[0])
        ],
    )


def _lead(number: int, lead: Lead, *, with_addresses: bool) -> Proven:
    """An account or a search that was told without a link. Its words may lead to the page too."""
    steps = [ProvenStep(_moment(lead.created_at), _("Reported to us."))]
    now = str(LEADS[lead.outcome])
    if lead.settled_at is not None:
        steps.append(ProvenStep(_moment(lead.settled_at), now))
    if lead.hotline_reference:
        now += " " + _("Number at the hotline:") + f" {lead.hotline_reference}"
    return Proven(
        title=_("Without a link %(number)s") % {"number": number},
        address=f"{lead.place}: {lead.name}" if with_addresses else "",
        now=now,
        steps=steps,
    )


def _address(typed: str) -> str:
    """The address as a browser reads it, which is in letters that every machine has."""
    for link in find_links(typed):
        if link.address is not None:
            return link.address.url
    return typed


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "j F Y, H:i")


# What stands in it.


def _opening(
    report: Report, links: int, made_at: datetime, *, with_addresses: bool
) -> list[Flowable]:
    organisation = settings.HELPLINE_ORGANISATION
    reported = {"when": _moment(report.created_at), "organisation": organisation, "count": links}
    lead = (
        ngettext(
            "On %(when)s %(count)d link was reported to %(organisation)s.",
            "On %(when)s %(count)d links were reported to %(organisation)s.",
            links,
        )
        if links
        else _("On %(when)s a report was made to %(organisation)s.")
    )
    about = [
        _(
            "This document says what was reported and when, what was done since and what others "
            "answered. “We” is %(organisation)s."
        )
        % {"organisation": organisation},
        _("It does not say who reported. Reporting is anonymous: we do not know it ourselves."),
        _(
            "An answer of a company is what they say. “Checked” means that we found it so ourselves."
        ),
    ]
    if not with_addresses:
        about.append(
            _("The addresses of the pages are not in it, because who made it left them out.")
        )
    return [
        _text(organisation, "small"),
        _text(_("Proof of reporting"), "title"),
        _text(lead % reported, "lead"),
        *[_text(words, "body") for words in about],
        _text(_("Made on %(when)s.") % {"when": _moment(made_at)}, "body"),
    ]


def _story_of(proven: Proven) -> list[Flowable]:
    rows = [[_text(step.when, "when"), _text(step.what, "step")] for step in proven.steps]
    table = Table(rows, colWidths=[WHEN_WIDTH, A4[0] - 2 * MARGIN - WHEN_WIDTH], hAlign="LEFT")
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ]
    )
    address = [_text(proven.address, "address")] if proven.address else []
    # A heading never stands alone at the foot of a page.
    return [
        CondPageBreak(32 * mm),
        _text(proven.title, "heading"),
        *address,
        _text(proven.now, "now"),
        table,
    ]


def _closing() -> list[Flowable]:
    site = urlsplit(settings.HELPLINE_BASE_URL).netloc
    return [
        CondPageBreak(40 * mm),
        Spacer(0, 8 * mm),
        HRFlowable(width="100%", thickness=0.5, color=GREY),
        Spacer(0, 3 * mm),
        _text(settings.HELPLINE_ORGANISATION, "now"),
        _text(f"{site} · {settings.HELPLINE_NOTICE_ADDRESS}", "small"),
        _text(
            _("All times are those of %(zone)s.") % {"zone": timezone.get_current_timezone_name()},
            "small",
        ),
    ]


# How it is drawn.


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
        style("small", 9, textColor=GREY),
        style("foot", 8, textColor=GREY, alignment=TA_RIGHT),
    ]
    return {each.name: each for each in styles}


def _text(words: str, style: str) -> Paragraph:
    """Words as they are: nothing in them is markup, and a letter the font lacks is a question mark."""
    styles = _styles()
    known = pdfmetrics.getFont(styles[style].fontName).face.charToGlyph
    drawn = "".join(char if ord(char) in known else "?" for char in " ".join(words.split()))
    return Paragraph(escape(drawn), styles[style])


def _drawn(story: list[Flowable]) -> bytes:
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
    document.build(story, canvasmaker=Numbered)
    return pdf.getvalue()


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
            line = _text(words % {"number": number, "count": len(self._pages)}, "foot")
            line.wrapOn(self, A4[0] - 2 * MARGIN, MARGIN)
            line.drawOn(self, MARGIN, MARGIN / 2)
            super().showPage()
        super().save()
