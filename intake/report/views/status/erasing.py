"""The holder of a code erases the report, and says whether removal goes on without it."""

from collections.abc import Sequence

from django.http import HttpResponse
from django.shortcuts import render

from intake.removal.queries import Step
from intake.report.actions import erase_report
from intake.report.forms import EraseForm
from intake.report.queries import LinkProgress, progress_of_report
from intake.report.views.status.opened import Opened

ASKED = frozenset({"asked", "uncertain", "handed_over", "hotline_uncertain"})


def erase(opened: Opened) -> HttpResponse:
    """What erasing means for this report, before it is done."""
    return _erase_page(opened, EraseForm(), progress_of_report(opened.report))


def erase_now(opened: Opened) -> HttpResponse:
    """Erase it. While something is under way, only with a word on whether that stops too."""
    entries = progress_of_report(opened.report)
    go_on = False
    if _asks_whether(entries):
        form = EraseForm(opened.request.POST)
        if not form.is_valid():
            return _erase_page(opened, form, entries)
        go_on = form.cleaned_data["removal"] == EraseForm.GO_ON
    asked = _asked(entries)
    erase_report(report=opened.report, go_on=go_on)
    return render(opened.request, "report/erased.html", {"go_on": go_on, "asked": asked})


def _erase_page(opened: Opened, form: EraseForm, entries: Sequence[LinkProgress]) -> HttpResponse:
    context = {
        "form": form,
        "asks_whether": _asks_whether(entries),
        "asked": _asked(entries),
        "with_hotline": any(entry.with_hotline for entry in entries),
    }
    return opened.render("report/erase.html", context)


def _asks_whether(entries: Sequence[LinkProgress]) -> bool:
    return any(entry.is_open for entry in entries)


def _asked(entries: Sequence[LinkProgress]) -> list[Step]:
    """Who was asked, each once and when first: what cannot be called back."""
    first: dict[str, Step] = {}
    for entry in entries:
        for step in entry.progress.steps:
            if step.key in ASKED:
                earlier = first.get(step.recipient)
                first[step.recipient] = step if earlier is None or step.at < earlier.at else earlier
    return sorted(first.values(), key=lambda step: step.at)
