"""The caseworker's pages of what was told without a link: an account, or words to search with."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from helpline.staff.decorators import StaffRequest, staff_view
from intake.report.actions import (
    NotThisLead,
    address_found,
    given_to_hotline,
    nothing_found,
    open_lead,
)
from intake.report.forms import HotlineForm, LeadForm
from intake.report.models import Lead
from intake.report.permissions import can_read
from intake.report.queries import open_leads

PAGE = 50
caseworkers = staff_view("caseworker", "supervisor")


@require_GET
@caseworkers
def waiting(request: StaffRequest) -> HttpResponse:
    """What waits, oldest first; what it says stays covered."""
    page = Paginator(open_leads(request.user), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": page.object_list}
    return render(request, "report/leads/waiting.html", context)


@require_GET
@caseworkers
def lead(request: StaffRequest, lead_id: int) -> HttpResponse:
    """One account or search, in the reporter's words. That it was opened is on record."""
    found = _lead(request, lead_id)
    open_lead(lead=found, by=request.user)
    return _page(request, found, _form(found))


@require_POST
@caseworkers
def settle(request: StaffRequest, lead_id: int) -> HttpResponse:
    """Note what could be done with it."""
    found = _lead(request, lead_id)
    outcome = request.POST.get("outcome", "found")
    form = _form(found, request.POST)
    try:
        if outcome == "not_found":
            nothing_found(lead=found, by=request.user)
        elif not form.is_valid():
            open_lead(lead=found, by=request.user)
            return _page(request, found, form)
        elif outcome == "hotline":
            given_to_hotline(
                lead=found, by=request.user, reference=form.cleaned_data.get("reference", "")
            )
        elif "address" in form.cleaned_data:
            address_found(lead=found, address=form.cleaned_data["address"], by=request.user)
        else:
            raise NotThisLead
    except NotThisLead:
        messages.error(request, _("A colleague has already dealt with this, or it cannot be done."))
    else:
        messages.success(request, _("Noted. The reporter sees it on the status page."))
    return redirect("leads:waiting")


def _form(lead: Lead, data: QueryDict | None = None) -> HotlineForm | LeadForm:
    """What there is to fill in: nobody makes an address of what may be about a minor."""
    return HotlineForm(data) if lead.possibly_minor else LeadForm(data)


def _page(request: StaffRequest, lead: Lead, form: HotlineForm | LeadForm) -> HttpResponse:
    return render(request, "report/leads/lead.html", {"lead": lead, "form": form})


def _lead(request: StaffRequest, lead_id: int) -> Lead:
    found = Lead.objects.filter(pk=lead_id).select_related("report__service").first()
    if found is None or not can_read(request.user, found.report):
        raise Http404
    return found
