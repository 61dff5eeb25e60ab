"""The queue, its filters and saved views, and what is done with several locations at once."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from helpline.staff.decorators import StaffRequest
from helpline.staff.models import User
from helpline.staff.permissions import has_role
from intake.removal import actions
from intake.removal.beside import trays
from intake.removal.errors import RefusedError
from intake.removal.forms.queue import (
    ColleagueForm,
    FilterForm,
    SaveViewForm,
    SeveralForm,
    filters_of,
)
from intake.removal.models import Location
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries import queue as queries
from intake.removal.queries.looks import looks_waiting
from intake.removal.views.desk import caseworkers, say_why_not
from intake.removal.views.together import choices, say_left_out


@require_GET
@caseworkers
def queue(request: StaffRequest) -> HttpResponse:
    """What waits, by clock, the overdue first."""
    people = queries.colleagues(request.user, DESK_ROLES)
    form = FilterForm(request.GET, people=people, by=request.user)
    filters = form.filters
    page = request.GET.get("page", "")
    number = max(int(page), 1) if page.isdecimal() and len(page) < 6 else 1
    context = {
        "queue": queries.queue(request.user, filters, page=number),
        "filters": filters,
        "form": form,
        "people": people,
        "views": queries.saved_views(request.user),
        "trays": trays(request.user),
        "looks": looks_waiting(request.user).count(),
        "sets_rules": has_role(request.user, "supervisor"),
    }
    return render(request, "removal/desk/queue.html", context)


@require_POST
@caseworkers
def save_view(request: StaffRequest) -> HttpResponse:
    """Keep the filters as they stand under a name."""
    form = SaveViewForm(request.POST)
    query = filters_of(str(request.POST.get("query", "")), by=request.user).query
    if not form.is_valid():
        messages.error(request, _("Give the view a name of thirty characters at most."))
        return _to_queue(query)
    try:
        actions.save_view(name=form.cleaned_data["name"], query=query, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("The view is kept. Only you see it."))
    return _to_queue(query)


@require_POST
@caseworkers
def remove_view(request: StaffRequest, number: int) -> HttpResponse:
    """Let go of a view of one's own."""
    if not actions.remove_view(number, by=request.user):
        raise Http404
    messages.success(request, _("The view is gone."))
    return _to_queue("")


@require_POST
@caseworkers
def several(request: StaffRequest) -> HttpResponse:
    """Do one thing with all the locations that were chosen in the queue."""
    query = filters_of(str(request.POST.get("query", "")), by=request.user).query
    form = SeveralForm(request.POST)
    if not form.is_valid() or not form.locations:
        messages.error(request, _("Choose at least one location first."))
        return _to_queue(query)
    try:
        if request.POST.get("do") == "ask":
            return choices(request, form.locations, query)
        if request.POST.get("do") == "give":
            _give(request, form.locations)
        else:
            taken, left_out = actions.claim_several(form.locations, by=request.user)
            _say_whose(request, len(taken), request.user, left_out)
    except PermissionDenied:
        raise Http404 from None
    except RefusedError as refused:
        say_why_not(request, refused)
    return _to_queue(query)


def _give(request: StaffRequest, places: list[Location]) -> None:
    people = queries.colleagues(request.user, DESK_ROLES)
    form = ColleagueForm(request.POST, people=people)
    if not form.is_valid():
        messages.error(request, _("Choose a colleague first."))
        return
    left_out = actions.assign(places, to=form.colleague, by=request.user)
    _say_whose(request, len(places) - len(left_out), form.colleague, left_out)


def _say_whose(
    request: StaffRequest, count: int, whose: User, left_out: list[actions.LeftOut]
) -> None:
    if count:
        messages.success(
            request,
            ngettext(
                "%(count)d location is with %(name)s now.",
                "%(count)d locations are with %(name)s now.",
                count,
            )
            % {"count": count, "name": whose.called},
        )
    say_left_out(request, left_out)


def _to_queue(query: str) -> HttpResponseRedirect:
    where = reverse("removal:queue")
    return redirect(f"{where}?{query}" if query else where)
