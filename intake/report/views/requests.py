"""What every page of a report asks of a request before it reads it."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

RATE_KEY = "helpline.rate_key"
View = Callable[[HttpRequest], HttpResponse]


def text_only(view: View) -> View:
    """Refuse files and more than a form can hold, in words, before anything is read."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponse:
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
