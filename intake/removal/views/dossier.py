"""The dossier of a recipient: what stands in it is said first, then it is made."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from helpline.staff.decorators import StaffRequest, staff_view
from intake.paper import as_file
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms.dossier import DossierForm
from intake.removal.queries.record import FEWEST


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view("supervisor")
def dossier(request: StaffRequest) -> HttpResponse:
    """Choose of whom and about when, and get the document."""
    if request.method != "POST":
        asked = request.GET.get("recipient", "")
        chosen = {"recipient": asked if asked.isdecimal() and len(asked) < 10 else ""}
        initial = {**chosen, "language": request.LANGUAGE_CODE}
        return _page(request, DossierForm(by=request.user, initial=initial))
    form = DossierForm(request.POST, by=request.user)
    if not form.is_valid():
        return _page(request, form)
    try:
        with translation.override(form.cleaned_data["language"]):
            made = actions.make_dossier(
                form.cleaned_data["recipient"], since=form.since, by=request.user
            )
    except RefusedError as refused:
        form.add_error("recipient", str(refused.refusal.label))
        return _page(request, form)
    return as_file(made)


def _page(request: StaffRequest, form: DossierForm) -> HttpResponse:
    return render(request, "removal/desk/dossier.html", {"form": form, "fewest": FEWEST})
