"""The counsellor's page: one frame, filled and kept up to date over the socket."""

from django.http import HttpResponse
from django.shortcuts import render

from chat import words_console
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.permissions import has_role


@staff_view("counsellor", "supervisor")
def console(request: StaffRequest) -> HttpResponse:
    """Who waits, the conversations of this counsellor, and the one that is open."""
    return render(
        request,
        "chat/console.html",
        {"words": words_console.words(), "supervises": has_role(request.user, "supervisor")},
    )
