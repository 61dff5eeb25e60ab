"""One notice about several locations, chosen in the queue."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms.queue import SeveralForm, TogetherForm
from intake.removal.models import Location
from intake.removal.queries.together import groups_of
from intake.removal.views.desk import caseworkers, say_why_not


def choices(request: StaffRequest, places: list[Location], query: str) -> HttpResponse:
    """Whom the chosen locations can be asked of, on what ground, and what is left out.

    Nothing changes by it, and no address is opened.
    """
    touched, left_out = actions.apart(places, by=request.user)
    groups, nobody = groups_of(touched)
    context = {"groups": groups, "left_out": [*left_out, *nobody], "query": query}
    return render(request, "removal/desk/together.html", context)


@require_POST
@caseworkers
def ask(request: StaffRequest) -> HttpResponse:
    """Make the one notice, and name what is not in it."""
    chosen, form = SeveralForm(request.POST), TogetherForm(request.POST)
    if not chosen.is_valid() or not form.is_valid():
        messages.error(request, _("Choose one first."))
        return redirect("removal:queue")
    try:
        notice, left_out = actions.ask_together(
            chosen.locations,
            form.cleaned_data["recipient"],
            form.cleaned_data["pair"],
            by=request.user,
        )
    except PermissionDenied:
        raise Http404 from None
    except RefusedError as refused:
        say_why_not(request, refused)
        return redirect("removal:queue")
    say_left_out(request, left_out)
    return redirect("removal:notice", notice_id=notice.pk)


def say_left_out(request: StaffRequest, left_out: list[actions.LeftOut]) -> None:
    """Name what was not part of it, once for each reason."""
    by_reason: dict[str, list[str]] = {}
    for each in left_out:
        by_reason.setdefault(" ".join(each.why), []).append(each.location.short)
    for why, names in by_reason.items():
        messages.warning(
            request,
            _("Left out: %(locations)s. %(why)s") % {"locations": ", ".join(names), "why": why},
        )
