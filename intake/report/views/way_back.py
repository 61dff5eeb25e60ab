"""The way to the status page, for who holds a code. It stands in a form's body and nowhere else."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpline.privacy import throttle
from helpline.privacy.same_origin import same_origin
from helpline.privacy.vault.keys import preload
from intake.report import codes
from intake.report.forms import CodeForm
from intake.report.news import is_offered
from intake.report.queries import find_report
from intake.report.views.code_pages import ASKED, ask_for_code, code_page
from intake.report.views.news import news_by_mail
from intake.report.views.phone_word import open_word
from intake.report.views.proof import proof
from intake.report.views.requests import rate_key, text_only
from intake.report.views.status import ACTS, Opened, show

# Eighty bits cannot be guessed; this keeps trying from costing us anything.
CODE_ATTEMPTS = "60/minute"


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
@text_only
def status(request: HttpRequest) -> HttpResponse:
    """What happened with a report, for who holds its code, and what they do about it."""
    if request.method != "POST":
        return ask_for_code(request)
    if request.POST.get("go") == "word":
        return open_word(request)
    pressed, _colon, about = request.POST.get("go", "show").partition(":")
    opened = opened_by_code(request, request.POST.get("code", ""), about)
    if not isinstance(opened, Opened):
        return opened
    found, code = opened.report, opened.code
    if pressed in ASKED:
        return code_page(request, code, pressed)
    if pressed in ("proof", "proof-now"):
        preload([found.pk])
        return proof(request, found, code, now=pressed == "proof-now")
    if pressed in ("news", "news-on", "news-off") and is_offered():
        return news_by_mail(request, found, code, pressed)
    return ACTS.get(pressed, show)(opened)


def opened_by_code(request: HttpRequest, typed: str, about: str = "") -> Opened | HttpResponse:
    """The report behind a code, or the page that says that there is none, or to wait a moment."""
    form = CodeForm(request.POST)
    if not throttle.hit("report code", rate_key(request), per=CODE_ATTEMPTS):
        form.add_error(
            "code",
            _("There were many attempts just now. Wait a minute and press the button again."),
        )
        return ask_for_code(request, form=form, status=429)
    found = find_report(typed)
    if found is None:
        return no_such_report(request)
    return Opened(request, found, codes.normalised(typed), about)


def no_such_report(request: HttpRequest) -> HttpResponse:
    """What who has a wrong code sees, or one of a report that is gone."""
    form = CodeForm(request.POST)
    form.add_error(
        "code",
        _(
            "There is no report with this code. Look at each letter and digit. After some "
            "time a report that is dealt with is erased, and its code with it."
        ),
    )
    return ask_for_code(request, form=form)
