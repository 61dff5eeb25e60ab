"""The holder of a code stops us, or lets us begin: for all links, or for one."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from intake.report import actions
from intake.report.declarations import DECLARATION_VERSION, DECLARATIONS, MANDATES
from intake.report.forms import GoAheadForm
from intake.report.queries import mandate_to_ask
from intake.report.views.status.opened import Opened, show


def withdraw(opened: Opened) -> HttpResponse:
    """What stopping means, before it is done."""
    return opened.render("report/withdraw.html", {})


def withdraw_now(opened: Opened) -> HttpResponse:
    actions.withdraw_mandates(report=opened.report, position=opened.position)
    if opened.number is None:
        said = _("We stopped asking for you. What was already asked cannot be called back.")
    else:
        said = _(
            "We stopped asking for link %(number)s. What was already asked cannot be called back."
        ) % {"number": opened.number}
    return show(opened, said)


def go_ahead(opened: Opened) -> HttpResponse:
    """The declaration and the mandate, for who waited or stopped us."""
    asked = mandate_to_ask(opened.report, opened.position)
    return _go_ahead_page(opened, GoAheadForm(mandate=asked), asked)


def go_ahead_now(opened: Opened) -> HttpResponse:
    asked = mandate_to_ask(opened.report, opened.position)
    form = GoAheadForm(opened.request.POST, mandate=asked)
    if not form.is_valid():
        return _go_ahead_page(opened, form, asked)
    allowed = form.cleaned_data.get("mandate", "")
    actions.go_ahead(
        report=opened.report,
        declaration_version=DECLARATION_VERSION,
        mandate_version="" if allowed == "no" else allowed,
        position=opened.position,
    )
    return show(opened, _("We go on. A colleague chooses whom to ask."))


def _go_ahead_page(opened: Opened, form: GoAheadForm, asked: str) -> HttpResponse:
    return opened.render(
        "report/go_ahead.html",
        {
            "form": form,
            "declaration": DECLARATIONS[DECLARATION_VERSION],
            "mandate": MANDATES.get(asked, []),
        },
    )
