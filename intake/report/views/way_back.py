"""The status page, for who holds a code. The code stands in a form's body and nowhere else."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpline.privacy import throttle
from helpline.privacy.same_origin import same_origin
from helpline.privacy.vault.keys import preload
from intake.report import codes
from intake.report.actions import erase_report, go_ahead, saw_news, withdraw_mandates
from intake.report.declarations import (
    DECLARATION_VERSION,
    DECLARATIONS,
    MANDATE_VERSION,
    MANDATES,
)
from intake.report.forms import CodeForm, GoAheadForm
from intake.report.models import Report
from intake.report.news import is_offered
from intake.report.queries import find_report, progress_of_report
from intake.report.signposts import signposts
from intake.report.views.code_pages import ASKED, code_page
from intake.report.views.news import news_by_mail
from intake.report.views.proof import proof
from intake.report.views.requests import rate_key, text_only

# Eighty bits cannot be guessed; this keeps trying from costing us anything.
CODE_ATTEMPTS = "20/minute"


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
@text_only
def status(request: HttpRequest) -> HttpResponse:
    """What happened with a report, for who holds its code."""
    if request.method != "POST":
        return render(request, "report/status.html", {"form": CodeForm()})
    form = CodeForm(request.POST)
    if not throttle.hit("report code", rate_key(request), per=CODE_ATTEMPTS):
        form.add_error(
            "code",
            _("There were many attempts just now. Wait a minute and press the button again."),
        )
        return render(request, "report/status.html", {"form": form}, status=429)
    found = find_report(request.POST.get("code", ""))
    if found is None:
        form.add_error(
            "code",
            _(
                "There is no report with this code. Look at each letter and digit. After some "
                "time a report that is dealt with is erased, and its code with it."
            ),
        )
        return render(request, "report/status.html", {"form": form})
    code = codes.normalised(request.POST.get("code", ""))
    pressed = request.POST.get("go", "show")
    if pressed in ASKED:
        return code_page(request, code, pressed)
    if pressed == "erase":
        return render(request, "report/erase.html", {"code": code})
    if pressed == "erase-now":
        erase_report(report=found)
        return render(request, "report/erased.html")
    if pressed == "withdraw":
        return render(request, "report/withdraw.html", {"code": code})
    if pressed in ("proof", "proof-now"):
        preload([found.pk])
        return proof(request, found, code, now=pressed == "proof-now")
    if pressed in ("news", "news-on", "news-off") and is_offered():
        return news_by_mail(request, found, code, pressed)
    if pressed in ("go-ahead", "go-ahead-now"):
        return _go_ahead(request, found, code, now=pressed == "go-ahead-now")
    withdrawn = pressed == "withdraw-now"
    if withdrawn:
        withdraw_mandates(report=found)
    return _status_page(request, found, code, withdrawn=withdrawn)


def _status_page(
    request: HttpRequest, found: Report, code: str, *, withdrawn: bool
) -> HttpResponse:
    preload([found.pk])
    entries = progress_of_report(found)
    saw_news(report=found, entries=entries)
    context = {
        "report": found,
        "code": code,
        "entries": entries,
        "signposts": signposts(
            (entry.statement.reported_by, entry.statement.age_in_picture) for entry in entries
        ),
        "withdrawn": withdrawn,
        "news_offered": is_offered(),
        "with_hotline": any(entry.with_hotline for entry in entries),
        "is_waiting": any(entry.is_waiting for entry in entries),
        "can_withdraw": any(entry.can_withdraw for entry in entries),
    }
    return render(request, "report/status_report.html", context)


def _go_ahead(request: HttpRequest, found: Report, code: str, *, now: bool) -> HttpResponse:
    form = GoAheadForm(request.POST if now else None)
    if now and form.is_valid():
        mandate = form.cleaned_data["mandate"]
        go_ahead(
            report=found,
            declaration_version=DECLARATION_VERSION,
            mandate_version=mandate if mandate == MANDATE_VERSION else "",
        )
        return _status_page(request, found, code, withdrawn=False)
    context = {
        "code": code,
        "form": form,
        "declaration": DECLARATIONS[DECLARATION_VERSION],
        "mandate": MANDATES[MANDATE_VERSION],
    }
    return render(request, "report/go_ahead.html", context)
