"""What every page of the floor needs: a supervisor, a service of theirs, and a word on what was done."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect

from chat import lines
from chat.errors import ChatError
from chat.floor import queries
from chat.floor.permissions import FLOOR_ROLES
from helpline.services.models import Service
from helpline.staff.decorators import StaffRequest, staff_view

P = ParamSpec("P")
ServiceView = Callable[Concatenate[StaffRequest, Service, P], HttpResponse]

supervisors = staff_view(*FLOOR_ROLES)


def of_service(view: ServiceView[P]) -> Callable[..., HttpResponse]:
    """Let supervisors in, with a service of theirs that the address names."""

    @wraps(view)
    def found(request: StaffRequest, slug: str, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        for service in services_of(request):
            if service.slug == slug:
                return view(request, service, *args, **kwargs)
        raise Http404

    return supervisors(found)


def services_of(request: StaffRequest) -> list[Service]:
    """The services of who asks, asked once for a page."""
    held: list[Service] | None = getattr(request, "_services", None)
    if held is None:
        held = queries.services_of(request.user)
        setattr(request, "_services", held)  # noqa: B010 -- lives as long as this request
    return held


def around(request: StaffRequest, service: Service, heading: str, *, here: str) -> dict[str, Any]:
    """What every page of the floor shows around itself."""
    return {
        "service": service,
        "services": services_of(request),
        "heading": heading,
        "here": here,
    }


def do(
    request: StaffRequest,
    service: Service,
    act: Callable[[], None],
    said: str,
    *,
    to: str = "floor:floor",
) -> HttpResponseRedirect:
    """Do something and say so, or say why not."""
    try:
        act()
    except ChatError as error:
        return back(request, service, lines.said_to_staff(error), wrong=True, to=to)
    return back(request, service, said, to=to)


def back(
    request: StaffRequest,
    service: Service,
    said: str,
    *,
    wrong: bool = False,
    to: str = "floor:floor",
) -> HttpResponseRedirect:
    (messages.error if wrong else messages.success)(request, said)
    return redirect(to, service.slug)
