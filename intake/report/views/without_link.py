"""The pages beside the one with the links: for who knows an account, a search, or neither."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from intake.report.answers import Answers
from intake.report.details import Detail
from intake.report.forms import AccountForm, SearchForm
from intake.report.forms.without_link import WithoutLinkForm
from intake.report.leads import told
from intake.report.links import find_links
from intake.report.profiles import account_in, profile_of
from intake.report.states import LeadKind
from intake.report.views.requests import framed

PAGES = ("no-link", "account", "search")
FORMS: dict[str, type[WithoutLinkForm]] = {"account": AccountForm, "search": SearchForm}
KINDS = {"account": LeadKind.ACCOUNT, "search": LeadKind.SEARCH}
TEMPLATES = {
    "no-link": "report/links/no_link.html",
    "account": "report/links/account.html",
    "search": "report/links/search.html",
}


def side_page(
    request: HttpRequest, answers: Answers, page: str, form: WithoutLinkForm | None = None
) -> HttpResponse:
    """One of these pages, with everything said before in its hidden fields."""
    if form is None and page in FORMS:
        form = FORMS[page](answers)
    context = {
        **framed(request),
        "answers": answers,
        "step": page,
        "form": form,
        "hidden": list(answers.hidden()),
    }
    return render(request, TEMPLATES[page], context)


def from_side_page(
    request: HttpRequest, answers: Answers, page: str, pressed: str
) -> HttpResponse | str:
    """What follows on one of these pages: itself with what is wrong, or the name of a step."""
    if pressed == "back" or page not in FORMS:
        return "links"
    if pressed == "stay":
        return side_page(request, answers, page)
    form = FORMS[page](answers, request.POST)
    if not form.is_valid():
        return side_page(request, answers, page, form)
    _take(answers, page, form.cleaned_data["place"], form.cleaned_data["name"])
    return "found"


def _take(answers: Answers, page: str, place: str, name: str) -> None:
    """Make an address of it where that can be done, and keep it as it is where not."""
    pasted = [link for link in find_links(name) if link.address and "://" in name]
    if pasted:
        for link in pasted:
            answers.add_link(link.shown, Detail())
        return
    address = profile_of(place, name) if page == "account" else None
    if address is not None:
        answers.add_link(address.url, Detail(kind="profile", account=account_in(name)))
        return
    lead = told(KINDS[page], place, name)
    if lead is not None:
        answers.add_lead(lead)
