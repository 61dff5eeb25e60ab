"""The proof of reporting: first what it means to keep one, then the document."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from intake.paper import FILE_NAME, as_file
from intake.report.forms import ProofForm
from intake.report.models import Report
from intake.report.proof import proof_of


def proof(request: HttpRequest, found: Report, code: str, *, now: bool) -> HttpResponse:
    """Ask what stands in the proof, or with ``now`` hand it over. It is kept by nobody but them."""
    form = ProofForm(request.POST if now else None)
    if not (now and form.is_valid()):
        context = {"code": code, "form": form, "file_name": FILE_NAME}
        return render(request, "report/proof/ask.html", context)
    return as_file(proof_of(found, with_addresses=form.cleaned_data["addresses"]))
