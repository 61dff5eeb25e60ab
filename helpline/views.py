"""Pages of the frame itself: the way in, the way out, errors, and a form that came too late."""

import logging
import sys

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import get_template
from django.templatetags.static import static
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_GET, require_POST, require_safe

from chat.views import pause
from helpline import outage
from helpline.health import report
from helpline.privacy.same_origin import same_origin
from helpline.services.context import Asked

log = logging.getLogger(__name__)


def front_door(request: HttpRequest) -> HttpResponse:
    """Send a visitor to the site in a language their browser asks for, without a cookie."""
    return HttpResponseRedirect(f"/{get_language_from_request(request)}/")


@same_origin
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Somebody left in a hurry: a chat pauses, and the browser drops what it kept of our pages.

    Only its cache, pages put aside for Back among them: dropping storage would also drop the flag
    by which static/helpline/exit.js keeps Back from showing the page.
    """
    try:
        pause(request)
    except DatabaseError as error:  # leaving is never held up
        log.warning("a chat could not be paused", extra={"error": type(error).__name__})
    return HttpResponse(status=204, headers={"Clear-Site-Data": '"cache"'})


def people(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Where the accounts of staff are looked after, for who looks for them among the pages."""
    return redirect("staff:people")


@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """The page a proxy may keep and show while we are down: it needs nothing else from here."""
    return _standing_alone("offline.html", 200, away=False)


@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """What answers and what is away, for a monitor: 503 when nobody can be helped in the chat."""
    said = report()
    return JsonResponse(said, status=200 if said["ok"] else 503)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of staff whose token is too old."""
    return render(request, "403_csrf.html", status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Something in the request cannot be read."""
    return render(request, "400.html", status=400)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page that is not for this person."""
    return render(request, _for_whom(request, "403.html"), status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Nothing stands at this address."""
    return render(request, _for_whom(request, "404.html"), status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """We broke, or a database does not answer. Neither page asks one, or a session."""
    if outage.is_away(sys.exc_info()[1]):
        return outage.page(request)
    return _standing_alone("500.html", 500)


def _for_whom(request: HttpRequest, template: str) -> str:
    """Staff stay in their own frame, so that a wrong turn is one press from their work."""
    return f"console/{template}" if request.path_info.startswith("/console/") else template


def _standing_alone(template: str, status: int, *, away: bool = True) -> HttpResponse:
    """A page in both languages at once with the help lines, whatever else is down. ``away``: the
    database is not asked for them.
    """
    try:
        stylesheet = static("helpline/site.css")
    except ValueError:  # the manifest is not there yet: an unstyled page still says the numbers
        stylesheet = ""
    numbers = {
        language: Asked(language, away=away).help_lines.on_every_page
        for language, _name in settings.LANGUAGES
    }
    content = get_template(template).render({"numbers": numbers, "stylesheet": stylesheet})
    return HttpResponse(content, status=status)
