"""The page on which a recipient answers, by the link in the notice.

No account, no cookie, no script. Whoever has the link can answer, correct the answer and send it
twice without harm; whoever has not learns nothing, not even whether a link exists.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from helpline.privacy.same_origin import same_origin
from intake.removal import actions
from intake.removal.actions.answers import latest_answers
from intake.removal.actions.drafting import addresses_of
from intake.removal.forms.answering import AnswerForm, claims_of
from intake.removal.models import Answer, Notice

LANGUAGES = ("nl", "en")


@dataclass(frozen=True)
class Row:
    """One address of the notice, with what was said about it and the form to say more."""

    position: int
    url: str
    form: AnswerForm
    earlier: Answer | None

    @property
    def is_open(self) -> bool:
        """Whether something was said here: then it shows."""
        return bool(self.form.errors or self.form["kind"].value())


@same_origin
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show what was asked and take the answer."""
    notice = actions.notice_of_token(token)
    theirs = notice.language if notice else translation.get_language()
    language = next((one for one in (request.GET.get("lang"), theirs) if one in LANGUAGES), "en")
    with translation.override(language):
        response = _answer(request, notice, language) if notice else _unknown(request, language)
    response["Content-Language"] = language
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _unknown(request: HttpRequest, language: str) -> HttpResponse:
    """The link of no notice, or of one that is erased: the mail is still a way to answer."""
    context = {"language": language, "languages": LANGUAGES}
    return render(request, "removal/answer/unknown.html", context, status=404)


def _answer(request: HttpRequest, notice: Notice, language: str) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    rows = _rows(notice, data)
    for_all = AnswerForm(data, prefix="all") if len(rows) > 1 else None
    page = Page(notice, rows, for_all, language)
    if data is None:
        return page.show(request)
    forms = [(row.position, row.form) for row in rows]
    checked = [form.is_valid() for form in page.forms]  # each of them, to show every error
    claims = claims_of(forms, for_all) if all(checked) else []
    if not claims:
        return page.show(request, nothing_said=all(checked))
    actions.record_answers(notice, claims)
    return HttpResponseRedirect(f"?lang={language}&thanks=1#thanks")


def _rows(notice: Notice, data: object) -> list[Row]:
    earlier = latest_answers(notice)
    rows = []
    for position, url in addresses_of(notice).items():
        said = earlier.get(position)
        form = AnswerForm(
            data,  # type: ignore[arg-type]  # a QueryDict or None
            prefix=f"a{position}",
            initial=_as_said(said) if said else None,
        )
        rows.append(Row(position, url, form, said))
    return rows


def _as_said(said: Answer) -> dict[str, object]:
    return {
        "kind": said.kind,
        "words": said.words,
        "who": said.who or "",
        "ground": said.ground,
        "until": said.until,
    }


@dataclass(frozen=True)
class Page:
    """What the page shows: every address, and one form for all of them when they are several."""

    notice: Notice
    rows: list[Row]
    for_all: AnswerForm | None
    language: str

    @property
    def forms(self) -> list[AnswerForm]:
        return [*([self.for_all] if self.for_all else []), *(row.form for row in self.rows)]

    def show(self, request: HttpRequest, *, nothing_said: bool = False) -> HttpResponse:
        context = {
            "notice": self.notice,
            "rows": self.rows,
            "for_all": self.for_all,
            "first": self.forms[0],
            "language": self.language,
            "languages": LANGUAGES,
            "nothing_said": nothing_said,
            "thanks": request.method == "GET" and request.GET.get("thanks") == "1",
            "has_errors": any(form.errors for form in self.forms),
        }
        return render(request, "removal/answer/answer.html", context)
