"""Pages of the frame itself: the way in, errors, and a form that came too late."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import get_language_from_request


def front_door(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the site in a language their browser asks for, without a cookie."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of staff whose token is too old."""
    return render(request, "403_csrf.html", status=403)
