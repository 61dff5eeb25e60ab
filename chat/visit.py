"""A visitor's browser: the cookie that opens their chat, and what their forms may hold."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from chat import actions, queries
from chat.models import Conversation
from helpline.privacy.same_origin import same_origin

# Says nothing about what the visit is for; a session cookie, gone when the browser closes.
COOKIE = "visit"

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def visitor_post(view: View[P]) -> View[P]:
    """A form of a visitor: only from our own pages, and never with a file in it."""

    @wraps(view)
    def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        # Asked before anything is read: nothing that is uploaded here is ever kept, even briefly.
        if request.content_type == "multipart/form-data":
            return HttpResponse(status=415)
        return view(request, *args, **kwargs)

    return same_origin(cast("Any", require_POST(checked)))


def conversation_of(request: HttpRequest) -> Conversation | None:
    """The conversation that this browser has the token of, while the token lives."""
    return queries.by_token(request.COOKIES.get(COOKIE, ""))


def begun(request: HttpRequest, started: actions.Started) -> HttpResponse:
    """To a chat that was begun, with its token for this browser."""
    response = back_to_chat(request)
    response.set_cookie(
        COOKIE,
        started.token,
        path="/",
        httponly=True,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def back_to_chat(request: HttpRequest) -> HttpResponseRedirect:
    """Back to the page by GET, so that a reload sends nothing twice."""
    simple = "?simple=1" if "simple" in request.GET else ""
    response = HttpResponseRedirect(reverse("chat:page") + simple)
    response.status_code = 303
    return response


def drop_cookie(response: HttpResponse) -> None:
    """Leave nothing of a chat in the browser."""
    response.delete_cookie(COOKIE, path="/", samesite="Strict")
