"""The floor as a page. A script keeps it up to date; every form works without one."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from chat import actions as chat_actions
from chat import queries as chat_queries
from chat.aftercare import actions as aftercare
from chat.floor import actions, queries
from chat.floor.forms import AcknowledgeForm, CapacityForm, ChatOpenForm, DebriefForm
from chat.floor.views.shared import around, back, do, of_service, supervisors
from chat.floor.words import words
from helpline.services.models import Service
from helpline.services.queries import chat_state, closing, next_opening
from helpline.staff.decorators import StaffRequest


@require_GET
@supervisors
def home(request: StaffRequest) -> HttpResponse:
    """The floor of the first service somebody works for."""
    services = queries.services_of(request.user)
    if not services:
        raise Http404
    return redirect("floor:floor", services[0].slug)


@require_GET
@of_service
def floor(request: StaffRequest, service: Service) -> HttpResponse:
    """Who waits, who is on, and what needs somebody now."""
    shown = queries.floor(service)
    return render(
        request,
        "floor/floor.html",
        {
            **around(request, service, _("Floor"), here="floor"),
            "floor": shown,
            "state": chat_state(service, waiting=len(shown.waiting)),
            "closes": closing(service),
            "next_opening": next_opening(service),
            "chat_form": ChatOpenForm(instance=service),
            "most": actions.MOST_AT_ONCE,
            "words": words(),
        },
    )


@require_POST
@of_service
def capacity(request: StaffRequest, service: Service) -> HttpResponse:
    """Change how many chats somebody may have at once."""
    form = CapacityForm(request.POST)
    if not form.is_valid():
        return back(request, service, _("That is not a number of chats we can use."), wrong=True)
    person, count = form.cleaned_data["set"]
    return do(
        request,
        service,
        lambda: actions.set_capacity(
            person=person, service=service, capacity=count, by=request.user
        ),
        _("%(name)s can have %(count)s chats at once.") % {"name": person.called, "count": count},
    )


@require_POST
@of_service
def chat(request: StaffRequest, service: Service) -> HttpResponse:
    """Open or close the chat."""
    form = ChatOpenForm(request.POST)
    if not form.is_valid():
        return back(request, service, _("Choose one of the three."), wrong=True)
    chosen = form.cleaned_data["chat_open"]
    said = {
        "open": _("The chat is open now, whatever the timetable says."),
        "closed": _("The chat is closed now. Who is in stays in."),
        "timetable": _("The timetable decides when the chat is open."),
    }
    return do(
        request,
        service,
        lambda: actions.set_chat(service=service, chat_open=chosen, by=request.user),
        said[chosen],
    )


@require_POST
@of_service
def acknowledge(request: StaffRequest, service: Service) -> HttpResponse:
    """A supervisor has seen an alarm."""
    form = AcknowledgeForm(request.POST)
    found = chat_queries.by_id(form.cleaned_data["conversation"]) if form.is_valid() else None
    if found is None or found.service_id != service.pk:
        return back(request, service, _("That chat is not there any more."), wrong=True)
    return do(
        request,
        service,
        lambda: chat_actions.acknowledge_danger(conversation=found, by=request.user),
        _("Seen. The alarm stays until the chat has ended."),
    )


@require_POST
@of_service
def debrief(request: StaffRequest, service: Service) -> HttpResponse:
    """A supervisor talks with who asked for it."""
    form = DebriefForm(request.POST)
    if not form.is_valid():
        return back(request, service, _("That question is not there any more."), wrong=True)
    return do(
        request,
        service,
        lambda: aftercare.take_debrief(debrief_id=form.cleaned_data["debrief"], by=request.user),
        _("Noted: you talk with them."),
    )
