"""A caller's one-time word, on the status page: it opens their report once, for them alone."""

import uuid

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from helpline.privacy import throttle
from intake.report.actions import open_with_word
from intake.report.forms import WordForm
from intake.report.views.code_pages import ask_for_code, shown
from intake.report.views.requests import rate_key

# A word stops by itself after a few tries; this keeps trying many words from costing us anything.
WORD_ATTEMPTS = "10/minute"


def open_word(request: HttpRequest) -> HttpResponse:
    """Make the code of a caller's report and show it. It stands in this answer and nowhere else."""
    form = WordForm(request.POST)
    if not throttle.hit("report word", rate_key(request), per=WORD_ATTEMPTS):
        form.add_error(
            "word",
            _("There were many attempts just now. Wait a minute and press the button again."),
        )
        return ask_for_code(request, word_form=form, status=429)
    opened = open_with_word(
        typed=request.POST.get("word", ""),
        key=_key(request),
        language=get_language() or settings.LANGUAGE_CODE,
    )
    if opened is None:
        form.add_error(
            "word",
            _(
                "This number opens nothing. Look at each digit. It works once, for one day, and "
                "stops after a few wrong tries. Does it not work any more? Make a new report, or "
                "call us again."
            ),
        )
        return ask_for_code(request, word_form=form)
    return render(request, "report/code/opened.html", shown(opened.code))


def _key(request: HttpRequest) -> uuid.UUID:
    """The number of the form, by which a reload is known."""
    try:
        return uuid.UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid.uuid4()
