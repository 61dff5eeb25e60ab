"""A report that somebody opened with its code, and the page that shows it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from helpline.privacy.vault.keys import preload
from intake.report.actions import saw_news
from intake.report.dossiers import agreement_to_ask
from intake.report.models import Report
from intake.report.news import is_offered
from intake.report.queries import LinkProgress, leads_of_report, progress_of_report
from intake.report.signposts import signposts
from intake.report.talk.views.status import Taken, kept, talk_for


@dataclass(frozen=True)
class Opened:
    """A report and the code that opened it. ``about`` is what stood behind the button's name."""

    request: HttpRequest
    report: Report
    code: str
    about: str = ""

    @property
    def position(self) -> int | None:
        """The place of the one link that it is about, if it is about one."""
        asked = self.about.rpartition(":")[2]
        return int(asked) - 1 if asked.isdecimal() and len(asked) < 6 else None

    @property
    def number(self) -> int | None:
        """That place as the page counts it."""
        return None if self.position is None else self.position + 1

    def render(self, template: str, context: dict[str, object]) -> HttpResponse:
        """A page about this report, which carries its code on."""
        context = {"code": self.code, "number": self.number, **context}
        return render(self.request, template, context)


def show(opened: Opened, said: str = "", taken: Taken | None = None) -> HttpResponse:
    """The status page. ``said`` is what was just done, ``taken`` what became of a message."""
    preload([opened.report.pk])
    entries = progress_of_report(opened.report)
    saw_news(report=opened.report, entries=entries)
    return opened.render(
        "report/status_report.html",
        {
            "report": opened.report,
            "entries": entries,
            "leads": leads_of_report(opened.report),
            "said": said,
            "talk": talk_for(
                opened.report,
                {entry.link.pk: entry.number for entry in entries},
                taken,
                typed=dict(kept(opened.request)) if taken is None else {},
            ),
            "summary": _summary(entries),
            "signposts": signposts(
                (entry.statement.reported_by, entry.statement.age_in_picture) for entry in entries
            ),
            "news_offered": is_offered(),
            "dossier_offered": bool(agreement_to_ask(entries)),
            "with_hotline": any(entry.with_hotline for entry in entries),
            "is_waiting": any(entry.is_waiting for entry in entries),
            "can_withdraw": any(entry.can_withdraw for entry in entries),
        },
    )


def _summary(entries: Sequence[LinkProgress]) -> list[tuple[str, int]]:
    """How many links stand how, when there is more than one."""
    if len(entries) < 2:
        return []
    words = {
        "received": _("a colleague looks at it"),
        "told_there": _("a colleague looks at it"),
        "told_gone": _("a colleague looks at it"),
        "asked": _("we asked, and wait"),
        "promised": _("they say that they will remove it"),
        "they_say_gone": _("they say it is gone"),
        "still_there": _("not gone yet"),
        "trouble": _("not gone yet"),
        "need_more": _("not gone yet"),
        "with_hotline": _("with the hotline"),
        "hotline_cannot": _("not gone yet"),
        "gone": _("gone"),
        "waiting": _("we wait, as you chose"),
        "stopped": _("stopped"),
    }
    return Counter(words[entry.progress.state] for entry in entries).most_common()
