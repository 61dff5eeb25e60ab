"""Forms of visitors: no cookie, no token that goes stale, and still only from our own pages."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def same_origin(view: View[P]) -> View[P]:
    """Refuse a POST that another site sent. Source: OWASP CSRF cheat sheet, fetch metadata.

    A token would set a cookie for every reader and lose what was typed when it is stale; browsers
    say themselves where a form came from. Raises PermissionDenied for another origin.
    """

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method == "POST" and not is_own(request):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return cast("View[P]", csrf_exempt(checked))


def is_own(request: HttpRequest) -> bool:
    """Whether a request came from a page of ours, as the browser itself tells."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"
