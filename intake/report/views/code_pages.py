"""The pages of a return code: asked for, shown with ways to keep it, and its end typed again.

Those that follow a code are answered to a form that holds the code, so that it stands in no address
and reload and Back bring the same page.
"""

import uuid

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import SafeString, mark_safe

from intake.report import codes
from intake.report.forms import CodeForm, LastGroupForm, WordForm
from intake.report.talk.views.status import kept

# What a button of these pages asks of the status page.
ASKED = ("code", "keep", "keep-check", "keep-skip")


def ask_for_code(
    request: HttpRequest,
    *,
    form: CodeForm | None = None,
    word_form: WordForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page that asks for a code, or for the word of somebody who called."""
    context = {
        "form": form or CodeForm(),
        "word_form": word_form or WordForm(initial={"key": uuid.uuid4()}),
        "kept": kept(request),
    }
    return render(request, "report/status.html", context, status=status)


def shown(code: str) -> dict[str, object]:
    """What a page needs to show a code and the ways to keep it."""
    grouped = codes.grouped(code)
    return {"code": code, "groups": grouped.split(), "qr": _qr(grouped)}


def code_page(request: HttpRequest, code: str, asked: str) -> HttpResponse:
    """The page that a button asks for; ``code`` leads to a report."""
    if asked == "code":
        return render(request, "report/code/again.html", shown(code))
    if asked == "keep-skip":
        return render(request, "report/code/kept.html", {"code": code, "typed": False})
    form = LastGroupForm(code, request.POST if asked == "keep-check" else None)
    if form.is_valid():
        return render(request, "report/code/kept.html", {"code": code, "typed": True})
    return render(request, "report/code/keep.html", {"code": code, "form": form})


def _qr(code: str) -> SafeString:
    """The code, and nothing else, as a QR image in the page itself."""
    drawn = segno.make(code, error="m", micro=False).svg_inline(
        scale=6, border=4, dark="#000", light="#fff", omitsize=True, svgclass="qr", lineclass=None
    )
    return mark_safe(drawn)  # noqa: S308 -- drawn here from sixteen letters of our own
