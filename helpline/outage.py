"""The page for when a database does not answer: it is honest, and keeps what was typed.

It stands on nothing but the code: no database, no session, no token. It is shown from the handler of
errors (helpline/views.py), the one place where whatever was not caught comes by: of a view, of a
template, of a middleware.
"""

from dataclasses import dataclass
from typing import cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import get_template
from django.utils import translation
from django.views.decorators.clickjacking import xframe_options_sameorigin

from helpline.privacy.same_origin import is_own
from helpline.services.queries import known_help_lines
from helpline.staff.middleware import OPEN_STAFF_PATHS

RETRY_SECONDS = 10
# Fields that somebody types in; others are shown when there is more than one word in them.
TYPED = frozenset({"text", "name", "code"})
# Passwords and one-time codes, which no page gives back; and Wagtail's, whose pages are too much.
NEVER_GIVEN_BACK = (*OPEN_STAFF_PATHS, "/cms/")


@dataclass(frozen=True)
class Sent:
    """One field of a form, as it was sent."""

    name: str
    value: str

    @property
    def is_typed(self) -> bool:
        return self.name in TYPED or len(self.value.split()) > 1

    @property
    def rows(self) -> int:
        return min(12, max(2, len(self.value) // 40 + self.value.count("\n") + 1))


def is_away(error: BaseException | None) -> bool:
    """Whether an error came of a database that does not answer, or cannot just now."""
    while error is not None:
        if isinstance(error, OperationalError | InterfaceError):
            return True
        error = error.__cause__ or error.__context__
    return False


def page(request: HttpRequest) -> HttpResponse:
    """503 in both languages, the page's own first, with the form that was sent to send again."""
    if request.headers.get("Sec-Fetch-Dest") == "iframe":
        return cast("HttpResponse", _in_frame(request))
    language = translation.get_language_from_request(request, check_path=True)
    other = next(code for code, _name in settings.LANGUAGES if code != language)
    with translation.override(language):
        content = get_template("outage.html").render(
            {
                "sent": _sent(request),
                "address": request.get_full_path(),
                "other": other,
                "help_lines": known_help_lines(language),
                "help_numbers": known_help_lines(language).on_every_page,
                "other_numbers": known_help_lines(other).on_every_page,
                "exit_url": settings.HELPLINE_EXIT_URL,
                "organisation": settings.HELPLINE_ORGANISATION,
                "demo": settings.HELPLINE_DEMO,
            }
        )
    return HttpResponse(content, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF]})
def _in_frame(request: HttpRequest) -> HttpResponse:
    """For a frame of ours that renews itself: refused in there, it would never do so again."""
    with translation.override(translation.get_language_from_request(request, check_path=True)):
        shown = {"refresh": RETRY_SECONDS, "organisation": settings.HELPLINE_ORGANISATION}
        content = get_template("outage_frame.html").render(shown)
    return HttpResponse(content, status=503, headers={"Retry-After": str(RETRY_SECONDS)})


def _sent(request: HttpRequest) -> list[Sent]:
    """The fields of a form of ours, to send again; nothing when there is none to give back.

    A form of another site gets nothing: pressing our button would make it one of ours.
    """
    if request.method != "POST" or request.content_type == "multipart/form-data":
        return []
    if request.path_info.startswith(NEVER_GIVEN_BACK) or not is_own(request):
        return []
    try:
        fields = request.POST.lists()
    except (SuspiciousOperation, OSError):  # too much of it, or it broke off
        return []
    return [Sent(name, str(value)) for name, values in fields for value in values]
