"""When the chat is open: its hours, holidays, and the rules around them."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from chat.floor import actions
from chat.floor.forms import HolidayForm, HoursForm, RemoveForm, RulesForm
from chat.floor.views.shared import around, back, do, of_service
from helpline.services.models import Holiday, OpeningHours, Service
from helpline.staff.decorators import StaffRequest

HERE = "floor:hours"


@require_http_methods(["GET", "POST"])
@of_service
def hours(request: StaffRequest, service: Service) -> HttpResponse:
    """The timetable of a service, and each of its forms: the button says which."""
    match request.POST.get("do") if request.method == "POST" else None:
        case None:
            return _show(request, service)
        case "rules":
            rules = RulesForm(request.POST, instance=service)
            if not rules.is_valid():
                return _show(request, service, rules_form=rules)
            return do(
                request,
                service,
                lambda: actions.set_rules(
                    service=service, rules=rules.cleaned_data, by=request.user
                ),
                _("The rules are set."),
                to=HERE,
            )
        case "add_hours":
            stretch = HoursForm(
                request.POST, auto_id="hours_%s", instance=OpeningHours(service=service)
            )
            if not stretch.is_valid():
                return _show(request, service, stretch_form=stretch)
            return do(
                request,
                service,
                lambda: actions.add_hours(hours=stretch.instance, by=request.user),
                _("Added to the timetable."),
                to=HERE,
            )
        case "set_holiday":
            holiday = HolidayForm(request.POST, auto_id="day_%s", instance=Holiday(service=service))
            if not holiday.is_valid():
                return _show(request, service, holiday_form=holiday)
            return do(
                request,
                service,
                lambda: actions.set_holiday(holiday=holiday.instance, by=request.user),
                _("The day is set."),
                to=HERE,
            )
        case "remove_hours" | "remove_holiday" as act:
            line = RemoveForm(request.POST)
            if not line.is_valid():
                return back(request, service, _("That line is not there."), wrong=True, to=HERE)
            remove = actions.remove_hours if act == "remove_hours" else actions.remove_holiday
            return do(
                request,
                service,
                lambda: remove(
                    service=service, number=line.cleaned_data["number"], by=request.user
                ),
                _("Removed from the timetable."),
                to=HERE,
            )
    return back(request, service, _("That line is not there."), wrong=True, to=HERE)


def _show(request: StaffRequest, service: Service, **bound: BaseForm) -> HttpResponse:
    """The page, with the form that was not right as it was filled in."""
    today = timezone.localdate()
    forms: dict[str, Any] = {
        "stretch_form": HoursForm(auto_id="hours_%s", instance=OpeningHours(service=service)),
        "holiday_form": HolidayForm(auto_id="day_%s", instance=Holiday(service=service)),
        "rules_form": RulesForm(instance=service),
        **bound,
    }
    return render(
        request,
        "floor/hours.html",
        {
            **around(request, service, _("Opening hours"), here="hours"),
            **forms,
            "wrong": next(iter(bound.values()), None),
            "stretches": OpeningHours.objects.filter(service=service),
            "holidays": Holiday.objects.filter(service=service, date__gte=today),
        },
        status=422 if bound else 200,
    )
