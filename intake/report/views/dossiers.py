"""Dossiers of reports on the caseworkers' desk: where one was agreed to, and the making of it."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpline.staff.decorators import StaffRequest, staff_view
from intake.paper import as_file
from intake.removal.permissions import make_dossiers
from intake.report.actions import NoDossierError, make_dossier
from intake.report.dossiers import fit_for_dossier
from intake.report.forms import DossierForm
from intake.report.models import DossierAgreement, Report
from intake.report.permissions import can_read
from intake.report.queries import agreements_in_force, progress_of_report
from intake.report.talk.queries import short_of

PAGE = 50
caseworkers = staff_view("caseworker", "supervisor")


@require_GET
@caseworkers
def agreed(request: StaffRequest) -> HttpResponse:
    """The reports of which a dossier may be made, the newest word first."""
    page = Paginator(agreements_in_force(request.user), PAGE).get_page(request.GET.get("page"))
    rows = [(agreement, short_of(agreement.report_id)) for agreement in page.object_list]
    context = {"page": page, "rows": rows, "of_recipients": make_dossiers(request.user)}
    return render(request, "report/dossier/agreed.html", context)


@require_GET
@caseworkers
def dossier(request: StaffRequest, report_id: uuid.UUID) -> HttpResponse:
    """Whether a dossier of this report may be made, for whom, and about how many pages."""
    report = _report(request, report_id)
    given = {a.reader: a for a in DossierAgreement.objects.filter(report=report, withdrawn_at=None)}
    entries = progress_of_report(report)
    context = {
        "report": report,
        "short": short_of(report.pk),
        "given": list(given.values()),
        "pages": max(
            (len(fit_for_dossier(entries, each.version)) for each in given.values()), default=0
        ),
        "form": DossierForm(given=given, initial={"language": request.LANGUAGE_CODE}),
    }
    return render(request, "report/dossier/dossier.html", context)


@require_POST
@caseworkers
def make(request: StaffRequest, report_id: uuid.UUID) -> HttpResponse:
    """The document. It is made anew each time, and kept nowhere."""
    report = _report(request, report_id)
    form = DossierForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose one first."))
        return redirect("dossiers:dossier", report_id=report.pk)
    try:
        with translation.override(form.cleaned_data["language"]):
            made = make_dossier(report=report, reader=form.chosen, by=request.user)
    except NoDossierError:
        messages.error(request, _("It cannot be made: who reported does not agree to it."))
        return redirect("dossiers:dossier", report_id=report.pk)
    return as_file(made)


def _report(request: StaffRequest, report_id: uuid.UUID) -> Report:
    """A report of the person's own service. Another service's does not exist for them."""
    report = Report.objects.select_related("service").filter(pk=report_id).first()
    if report is None or not can_read(request.user, report):
        raise Http404
    return report
