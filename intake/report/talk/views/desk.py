"""Messages of reporters on the caseworkers' desk: the tray, and the talk about one report."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.models import User
from intake.removal.permissions import DESK_ROLES
from intake.report.models import Report
from intake.report.permissions import can_read
from intake.report.talk import actions, queries
from intake.report.talk.covering import covered
from intake.report.talk.errors import Refusal, RefusedError
from intake.report.talk.forms import UptoForm, WriteForm
from intake.report.talk.models import Message

caseworkers = staff_view(*DESK_ROLES)


@dataclass(frozen=True)
class Said:
    """One message as staff see it: addresses in a reporter's words stay covered."""

    message: Message
    number: int | None
    text: str


@require_GET
@caseworkers
def tray(request: StaffRequest) -> HttpResponse:
    """Whose messages wait for a word, the longest wait first. No word of them is opened."""
    typed = request.GET.get("page", "1")
    page = max(int(typed), 1) if typed.isdecimal() and len(typed) < 6 else 1
    return render(request, "talk/desk/tray.html", {"tray": queries.tray(request.user, page=page)})


@require_GET
@caseworkers
def talk(request: StaffRequest, report_id: uuid.UUID) -> HttpResponse:
    """All that was said about one report. It is on the record before it is opened."""
    return _show(request, _report(report_id, request.user))


@require_POST
@caseworkers
def write(request: StaffRequest, report_id: uuid.UUID) -> HttpResponse:
    """Say something to the reporter, or ask about one link."""
    report = _report(report_id, request.user)
    links = queries.links_on_desk(report)
    form = WriteForm(request.POST, links=links)
    if not form.is_valid():
        return _show(request, report, form=form)
    chosen = form.cleaned_data["about"]
    about = next((row.link for row in links if str(row.link.pk) == chosen), None)
    try:
        actions.write(
            report=report,
            text=form.words,
            client_id=form.client_id,
            upto=form.cleaned_data["upto"],
            by=request.user,
            about=about,
        )
    except RefusedError as refused:
        if refused.refusal == Refusal.ERASED:
            return _erased(request)
        form.add_error("text", str(refused.refusal.label))
        return _show(request, report, form=form)
    messages.success(request, _("Sent. The reporter sees it on the status page."))
    return redirect("talk:talk", report_id=report.pk)


@require_POST
@caseworkers
def no_answer(request: StaffRequest, report_id: uuid.UUID) -> HttpResponse:
    """What was read needs no answer."""
    report = _report(report_id, request.user)
    form = UptoForm(request.POST)
    if form.is_valid():
        actions.heed(report=report, upto=form.cleaned_data["upto"], by=request.user)
        messages.success(request, _("Noted. It does not wait any more."))
    return redirect("talk:tray")


def _report(report_id: uuid.UUID, by: User) -> Report:
    """A report of the person's own service. Another service's does not exist for them."""
    report = Report.objects.select_related("service").filter(pk=report_id).first()
    if report is None or not can_read(by, report):
        raise Http404
    return report


def _erased(request: StaffRequest) -> HttpResponseRedirect:
    messages.error(request, str(Refusal.ERASED.label))
    return redirect("talk:tray")


def _show(request: StaffRequest, report: Report, *, form: WriteForm | None = None) -> HttpResponse:
    links = queries.links_on_desk(report)
    said = actions.open_talk(report=report, by=request.user)
    numbers = {row.link.pk: row.number for row in links}
    upto = said[-1].pk if said else 0
    context = {
        "report": report,
        "short": queries.short_of(report.pk),
        "links": links,
        "said": [
            Said(
                message,
                numbers.get(message.about_id or 0),
                covered(message.text) if message.is_from_reporter else message.text,
            )
            for message in said
        ],
        # What was said meanwhile is on this page too: the next press is after it.
        "upto": upto,
        "waits": any(message.waits for message in said),
        "form": form or WriteForm(links=links),
    }
    return render(request, "talk/desk/talk.html", context)
