"""Writing a chat down: a form in the console, and a page of its own for who comes without it."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat import queries as chat_queries
from chat.aftercare import actions, permissions, queries
from chat.aftercare.forms import WrapUpForm
from chat.errors import ChatError
from chat.models import Conversation
from chat.states import DESK_ROLES
from helpline.staff.decorators import StaffRequest, staff_view


@require_http_methods(["GET", "POST"])
@staff_view(*DESK_ROLES)
def wrap_up(request: StaffRequest, number: uuid.UUID) -> HttpResponse:
    """The form of one chat. To the console it answers in JSON."""
    conversation = chat_queries.by_id(number)
    try:
        if conversation is None:
            raise Http404
        permissions.check_can_wrap_up(request.user, conversation)
    except ChatError:
        raise Http404 from None
    wants_json = request.headers.get("Accept") == "application/json"
    if request.method == "GET":
        known = _known(conversation)
        return _page(
            request, conversation, WrapUpForm(initial=known, in_danger=conversation.in_danger)
        )
    form = WrapUpForm(request.POST, in_danger=conversation.in_danger)
    if not form.is_valid():
        if wants_json:
            return JsonResponse({"errors": form.errors})
        return _page(request, conversation, form)
    try:
        actions.wrap_up(conversation=conversation, by=request.user, facts=form.facts())
    except ChatError:
        raise Http404 from None  # erased while it was filled in
    if wants_json:
        return JsonResponse({"done": True})
    messages.success(request, _("Written down. Thank you."))
    return redirect(_desk(request))


def _desk(request: StaffRequest) -> str:
    """The desk that somebody came from: the live one, or the plain one."""
    return reverse("plain:desk" if "plain" in request.GET else "chat_console:home")


def _known(conversation: Conversation) -> dict[str, Any]:
    """What need not be filled in by hand, or was before."""
    before = getattr(conversation, "wrap_up", None)
    if before is None:
        return {
            "minutes": queries.minutes_of(conversation),
            "theme": queries.theme_of(conversation),
            "age_band": conversation.age_band,
        }
    names = ["theme", "age_band", "advised", "referred", "danger", "measures", "minutes", "heavy"]
    return {name: getattr(before, name) for name in names}


def _page(request: StaffRequest, conversation: Conversation, form: WrapUpForm) -> HttpResponse:
    return render(
        request,
        "chat/aftercare/wrap_up.html",
        {"form": form, "conversation": conversation, "desk": _desk(request)},
        status=400 if form.errors else 200,
    )
