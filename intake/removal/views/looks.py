"""A second pair of eyes on a notice, and the rules that ask for one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpline.services.models import Service
from helpline.staff.decorators import StaffRequest, staff_view
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.forms.looks import LookRulesForm
from intake.removal.forms.words import WordsForm
from intake.removal.queries.looks import looks_waiting, rules_of
from intake.removal.views.desk import caseworkers, say_why_not
from intake.removal.views.notices import notice_of

MOST_SHOWN = 100


@require_GET
@caseworkers
def waiting(request: StaffRequest) -> HttpResponse:
    """The notices that a colleague asks somebody else to read."""
    looks = list(looks_waiting(request.user)[:MOST_SHOWN])
    return render(request, "removal/desk/looks.html", {"looks": looks})


@require_POST
@caseworkers
def ask(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """Ask a colleague to read it."""
    shown = notice_of(notice_id, request.user)
    try:
        actions.ask_second_look(shown, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(request, _("A colleague finds it among what waits for other eyes."))
    return redirect("removal:notice", notice_id=shown.pk)


@require_POST
@caseworkers
def give(request: StaffRequest, notice_id: uuid.UUID) -> HttpResponse:
    """The second person has read it: it goes, or it goes back to who asked."""
    shown = notice_of(notice_id, request.user)
    back = request.POST.get("do") == "back"
    form = WordsForm(request.POST)
    if back and not form.is_valid():
        messages.error(request, _("Say in some words what is not right."))
        return redirect("removal:notice", notice_id=shown.pk)
    try:
        if back:
            actions.send_back(shown, words=form.words, by=request.user)
        else:
            actions.agree(shown, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
    else:
        messages.success(
            request,
            _("It goes back to who asked.")
            if back
            else _("It is on its way. Load this page again to see when it has left."),
        )
    return redirect("removal:notice", notice_id=shown.pk)


@require_http_methods(["GET", "POST"])
@staff_view("supervisor")
def rules(request: StaffRequest) -> HttpResponse:
    """When a notice needs a second pair of eyes: for each service of a supervisor."""
    services = list(Service.objects.filter(memberships__user=request.user).order_by("name"))
    wanted = request.POST.get("service", "")
    forms = [
        (
            service,
            LookRulesForm(
                request.POST if wanted == str(service.pk) else None,
                prefix=f"s{number}",
                rules=rules_of(service.pk),
            ),
        )
        for number, service in enumerate(services)
    ]
    for service, form in forms:
        if form.is_bound and form.is_valid():
            actions.set_look_rules(service, by=request.user, **form.cleaned_data)
            messages.success(request, _("The rules are kept."))
            return redirect("removal:look-rules")
    return render(request, "removal/desk/look_rules.html", {"forms": forms})
