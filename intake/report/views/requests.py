"""What every page of a report asks of a request, and in which frame it answers."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RATE_KEY = "helpline.rate_key"
Request = TypeVar("Request", bound=HttpRequest)


def text_only(view: Callable[[Request], HttpResponse]) -> Callable[[Request], HttpResponse]:
    """Refuse files and more than a form can hold, in words, before anything is read."""

    @wraps(view)
    def checked(request: Request) -> HttpResponse:
        if request.method == "POST":
            if request.content_type == "multipart/form-data":
                return render(request, "report/no_files.html", status=415)
            try:
                request.POST  # noqa: B018 -- reading it is what raises
            except (RequestDataTooBig, TooManyFieldsSent):
                return render(request, "report/too_big.html", status=413)
        return view(request)

    return checked


def rate_key(request: HttpRequest) -> str:
    """The number that stands for who asks; it changes by itself and names nobody."""
    scope = getattr(request, "scope", {})
    return str(scope.get(RATE_KEY, "unknown"))


def is_by_phone(request: HttpRequest) -> bool:
    """Whether a counsellor fills the report in with a caller."""
    match = request.resolver_match
    return match is not None and match.app_name == "report_phone"


def framed(request: HttpRequest) -> dict[str, object]:
    """In which frame a page of the report stands: the visitor's, or the console's."""
    by_phone = is_by_phone(request)
    return {"by_phone": by_phone, "frame": "console/base.html" if by_phone else "base.html"}
