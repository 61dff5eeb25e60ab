"""A report page by page, from what helps now to the code.

A report is one address: each page posts to it with everything said before in hidden fields, so that
there is no cookie, no row and nothing in the history but one neutral path.
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpline.privacy.erasure import days_kept
from helpline.privacy.same_origin import same_origin
from helpline.privacy.vault.errors import VaultError
from helpline.services.context import asked_for
from helpline.services.queries import default_service
from intake.removal.models import Wish
from intake.report.actions import AlreadySent, ReportFacts, Submitted, submit_report
from intake.report.answers import Answers
from intake.report.declarations import DECLARATION_VERSION, DECLARATIONS, MANDATES
from intake.report.facts import lead_facts, link_facts, submission_of
from intake.report.fields import ABOUT, ALL_STEPS, DIFFERENT, PER_LINK, mark_of
from intake.report.forms import FORMS, DifferForm
from intake.report.links import FoundLink
from intake.report.pace.holding import Hold
from intake.report.queries import is_sent
from intake.report.signposts import signposts
from intake.report.situations import help_in
from intake.report.states import Situation
from intake.report.views.adding import add_to_report
from intake.report.views.code_pages import shown
from intake.report.views.links import details_in_words, found_context
from intake.report.views.pace import hold_ahead, hold_at_send
from intake.report.views.requests import framed, text_only
from intake.report.views.without_link import PAGES, from_side_page, side_page

log = logging.getLogger(__name__)


Keep = Callable[[HttpRequest, Answers], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@same_origin
@text_only
def report(request: HttpRequest) -> HttpResponse:
    """Every page of a report, from what helps now to the code."""
    return walk(request, keep=_keep)


def walk(request: HttpRequest, *, keep: Keep) -> HttpResponse:
    """The page that a form asks for. ``keep`` keeps the report once it is whole, and says so."""
    if request.method != "POST":
        return _page(request, Answers(), "start")
    answers = Answers(request.POST)
    step = request.POST.get("step", "start")
    if step not in ALL_STEPS and step not in ("differ", *PAGES):
        step = "start"
    pressed, _colon, about = request.POST.get("go", "next").partition(":")
    if pressed in PAGES:
        return side_page(request, answers, pressed)
    if step in PAGES:
        landed = from_side_page(request, answers, step, pressed)
        return _page(request, answers, landed) if isinstance(landed, str) else landed
    if step == "differ":
        return _differ(request, answers, pressed)
    if step not in answers.seen:
        answers.seen.append(step)
    if pressed == "back":
        return _page(request, answers, answers.before(step))
    if pressed == "to" and about in ALL_STEPS:
        return _page(request, answers, about)
    if pressed == "stay":
        return _page(request, answers, step)
    if pressed == "out":
        answers.out |= {about}
        return _page(request, answers, step)
    if pressed == "in":
        answers.out -= {about}
        return _page(request, answers, step)
    if pressed == "forget":
        answers.leads = [lead for lead in answers.leads if lead.packed != about]
        return _page(request, answers, step)
    if pressed == "differ":
        return _differ(request, answers, pressed, about)
    if pressed == "send":
        return _send(request, answers, keep)
    if step in FORMS:
        form = FORMS[step](answers, request.POST)
        if not form.is_valid():
            return _page(request, answers, step, errors=True)
    return _page(request, answers, answers.after(step))


def _page(
    request: HttpRequest,
    answers: Answers,
    step: str,
    *,
    errors: bool = False,
    trouble: bool = False,
    hold: Hold | None = None,
) -> HttpResponse:
    """One page of the report. With ``errors`` its form says what is wrong, with ``hold`` it came
    back and is not sent yet.
    """
    form = None
    own: frozenset[str] = frozenset()
    if step in FORMS:
        form = FORMS[step](answers, request.POST if errors else None)
        own = frozenset(form.fields)
    context = {
        **framed(request),
        "answers": answers,
        "step": step,
        "number": answers.number_of(step),
        "total": answers.total,
        "form": form,
        "hidden": list(answers.hidden(own)),
        "trouble": trouble,
        "hold": hold,
    }
    if step == "found":
        context |= found_context(answers)
    elif step == "help":
        context["help"] = help_in(answers.values["situation"], asked_for(request).help_lines)
    elif step == "careful":
        context["signposts"] = signposts(answers.who_and_age())
    elif step == "agree":
        context["declaration"] = DECLARATIONS[DECLARATION_VERSION]
    elif step == "mandate":
        context["mandate"] = MANDATES[answers.mandate_version]
    elif step == "check":
        context |= _check_context(answers)
        if hold is None and not context["by_phone"]:
            context |= {"hold": hold_ahead(request, answers), "hold_ahead": True}
    folder = "report/phone" if step == "start" and context["by_phone"] else "report"
    page = "about" if step in ABOUT else step
    return render(request, f"{folder}/{page}.html", context)


def _check_context(answers: Answers) -> dict[str, object]:
    """The answers in words, each with the page that changes it."""
    rows = []
    for name in ["situation", "who", "age", "behalf", *ABOUT, "wish", "agree", "mandate"]:
        if name not in answers.steps:
            continue
        form = FORMS[name](answers)
        for field_name, field in form.fields.items():
            if field_name not in answers.values:
                continue  # about one link, and shown with it
            value = answers.values[field_name]
            words = dict(getattr(field, "choices", [])).get(value, "")
            rows.append((field.label, words, name))
    if "details" in answers.steps:
        told = details_in_words(answers)
        rows.insert(1, (_("What you know about the links"), told, "details"))
    return {
        "rows": rows,
        "days": days_kept("report", default_service().pk),
        "links": [(mark_of(link), link, _differences(answers, link)) for link in answers.links],
    }


def _differences(answers: Answers, link: FoundLink) -> list[tuple[object, object]]:
    """How the answers for one link differ from those for all, in words."""
    if not answers.is_different(link):
        return []
    said = answers.of_link(link)
    return [
        (field.label, dict(getattr(field, "choices", [])).get(said[name], _("Not answered")))
        for name, field in DifferForm().fields.items()
        if said[name] != answers.values[name]
    ]


def _differ(request: HttpRequest, answers: Answers, pressed: str, mark: str = "") -> HttpResponse:
    """The answers for one link of its own."""
    mark = mark or request.POST.get("mark", "")
    link = next((link for link in answers.links if mark_of(link) == mark), None)
    if link is None or pressed == "back":
        return _page(request, answers, "check")
    if pressed == "same":
        answers.set_different(mark, None)
        return _page(request, answers, "check")
    if pressed == "next":
        chosen = {name: request.POST.get(f"own-{name}", "") for name in PER_LINK}
        answers.set_different(mark, chosen)
        return _page(request, answers, answers.after("age"))
    form = DifferForm(initial=answers.of_link(link), prefix="own")
    hidden = [
        (name, value)
        for name, value in answers.hidden()
        if not name.startswith(f"{DIFFERENT}-{mark}-")
    ]
    context = {
        **framed(request),
        "answers": answers,
        "step": "differ",
        "form": form,
        "hidden": hidden,
        "mark": mark,
        "link": link,
        "is_different": answers.is_different(link),
    }
    return render(request, "report/differ.html", context)


def about_of(answers: Answers) -> ReportFacts:
    """What the answers say beside the links."""
    return ReportFacts(
        situation=answers.values["situation"] or Situation.SKIPPED,
        language=get_language() or "nl",
    )


def _send(request: HttpRequest, answers: Answers, keep: Keep) -> HttpResponse:
    """Have the report kept, once everything holds."""
    for step in answers.steps:
        # Read from the hidden fields: they are as good as a page that was just filled in.
        if step in FORMS and not FORMS[step](answers, request.POST).is_valid():
            return _page(request, answers, step, errors=True)
    try:
        return keep(request, answers)
    except AlreadySent:
        return render(request, "report/already_sent.html", framed(request))
    except (DatabaseError, VaultError) as error:
        log.error("a report could not be kept", extra={"error": type(error).__name__})
        response = _page(request, answers, "check", trouble=True)
        response.status_code = 503
        return response


def _keep(request: HttpRequest, answers: Answers) -> HttpResponse:
    """Keep a visitor's own report and show its code, unless it has to wait a moment."""
    submission = submission_of(answers)
    # What was sent already gets its code again, however often it is asked.
    hold = None if is_sent(submission) else hold_at_send(request, answers)
    if hold is not None:
        response = _page(request, answers, "check", hold=hold)
        response.status_code = 429 if hold.is_slowed else 200
        return response
    if answers.code:
        return add_to_report(request, answers)
    sent = submit_report(
        service=default_service(),
        links=link_facts(answers),
        leads=lead_facts(answers),
        about=about_of(answers),
        submission_key=submission,
    )
    return render(request, "report/sent.html", _sent_context(sent, answers))


def _sent_context(sent: Submitted, answers: Answers) -> dict[str, object]:
    return {
        **shown(sent.code),
        "has_possible_minor": answers.has_possible_minor,
        "has_adult": answers.has_adult,
        "waits": answers.wish != Wish.REMOVE,
        "signposts": signposts(answers.who_and_age()),
    }
