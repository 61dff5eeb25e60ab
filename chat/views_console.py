"""The counsellor's page: one frame, filled and kept up to date over the socket."""

import uuid
from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from chat import actions, queries, words_console
from chat.aftercare.forms import WrapUpForm
from chat.states import DESK_ROLES, HEAD_START, Presence, Urgency, Why
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.permissions import has_role

ONE_MINUTE = timedelta(minutes=1)


@staff_view(*DESK_ROLES)
def console(request: StaffRequest) -> HttpResponse:
    """Who waits, the conversations of this counsellor, and the one that is open."""
    return render(
        request,
        "chat/console.html",
        {
            "words": words_console.words(),
            "supervises": has_role(request.user, "supervisor"),
            "wrap_up": WrapUpForm(auto_id="wrap_up_%s"),
            "presence": queries.seat(request.user).presence,
            "presences": Presence.choices,
            "urgencies": Urgency.choices,
            "without_script": _without_script(request.GET.get("chat", "")),
        },
    )


def _without_script(chat: str) -> str:
    """Where somebody without a script goes instead: to the chat that the address names, or the desk."""
    try:
        return reverse("plain:chat", args=[uuid.UUID(chat)])
    except ValueError:
        return reverse("plain:desk")


@require_POST
@staff_view(*DESK_ROLES)
def presence(request: StaffRequest) -> HttpResponse:
    """Go on duty, have a break, or go off, without the script."""
    wanted = request.POST.get("presence", "")
    if wanted not in Presence.values:
        return HttpResponse(status=400)
    actions.set_presence(presence=Presence(wanted), by=request.user)
    return redirect("chat_console:home")


@staff_view("supervisor")
def choices(request: StaffRequest) -> HttpResponse:
    """Who was taken from the queue, by whom and why, and how many were passed over."""
    return render(
        request,
        "chat/console/choices.html",
        {
            "choices": queries.choices_from_queue(request.user),
            "soon": HEAD_START[Why.SOON] // ONE_MINUTE,
            "urgent": HEAD_START[Why.URGENT] // ONE_MINUTE,
        },
    )


@require_POST
@staff_view(*DESK_ROLES)
def stay(request: StaffRequest) -> HttpResponse:
    """Lengthen the sign-in of who has a chat in danger: no clock cuts that off."""
    if queries.holds_danger(request.user):
        request.session.modified = True
    return HttpResponse(status=204)
