"""The accounts of staff: who works here, inviting, changing, and coming in with a link."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpline.staff import actions, permissions, queries
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.errors import RefusedError
from helpline.staff.forms import InviteForm, JoinForm, PersonForm
from helpline.staff.models import FactorReset, User
from helpline.staff.states import Standing
from helpline.staff.wording import deed

About = TypeVar("About")
Press = Callable[[StaffRequest, About], None]

supervisors = staff_view(*permissions.PEOPLE_ROLES)


@require_GET
@supervisors
def people(request: StaffRequest) -> HttpResponse:
    """Who works here, how far they are with coming in, and what waits for a second person."""
    within = permissions.services_in_sight(request.user)
    standing = request.GET.get("standing", "")
    if standing not in Standing.values:
        standing = ""
    number = request.GET.get("page", "")
    page = max(int(number), 1) if number.isdecimal() and len(number) < 6 else 1
    shown = queries.people_page(within, standing=standing, page=page)
    return render(
        request,
        "staff/people/list.html",
        {"shown": shown, "standing": standing, "resets": list(queries.open_resets(within))},
    )


@require_http_methods(["GET", "POST"])
@supervisors
def invite(request: StaffRequest) -> HttpResponse:
    """An account for somebody new; they get a link by mail."""
    form = InviteForm(request.POST or None, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            sent = actions.invite(by=request.user, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error("username", str(refused.refusal.label))
        else:
            _say_sent(request, sent)
            return redirect("staff:person", sent.person.pk)
    return render(request, "staff/people/invite.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
@supervisors
def person(request: StaffRequest, number: int) -> HttpResponse:
    """One colleague: what they may do, and what happened to their account."""
    row = _row(request, number)
    if not permissions.can_manage(request.user, row.user):
        if request.method == "POST":
            raise PermissionDenied
        return _show(request, row, None)
    form = PersonForm(request.POST or None, by=request.user, initial=_as_form(row.user))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_person(person=row.user, by=request.user, **form.cleaned_data)
        except RefusedError as refused:
            form.add_error("email", str(refused.refusal.label))
        else:
            messages.success(request, _("Saved. It holds from now on."))
            return redirect("staff:person", row.user.pk)
    return _show(request, row, form)


def about_person(press: Press[User]) -> Callable[..., HttpResponse]:
    """A button on the page of a colleague: done, and said; or refused in words."""

    @require_POST
    @supervisors
    @wraps(press)
    def pressed(request: StaffRequest, number: int) -> HttpResponse:
        shown = _person(request, number)
        return _do(request, shown, lambda: press(request, shown))

    return pressed


def about_reset(press: Press[FactorReset]) -> Callable[..., HttpResponse]:
    """The same for a reset that was asked for."""

    @require_POST
    @supervisors
    @wraps(press)
    def pressed(request: StaffRequest, number: int) -> HttpResponse:
        reset = get_object_or_404(FactorReset.objects.select_related("user"), pk=number)
        shown = _person(request, reset.user_id)
        return _do(request, shown, lambda: press(request, reset))

    return pressed


@about_person
def invite_again(request: StaffRequest, shown: User) -> None:
    """A new link; the one before stops working."""
    _say_sent(request, actions.invite_again(person=shown, by=request.user))


@about_person
def deactivate(request: StaffRequest, shown: User) -> None:
    """Nobody comes in with this account any more."""
    actions.deactivate(person=shown, by=request.user)
    if shown.has_usable_password():
        said = _("Switched off. Pages that were open close within five seconds.")
    else:
        said = _("The link no longer works.")
    messages.success(request, said)


@about_person
def reactivate(request: StaffRequest, shown: User) -> None:
    """The account is as it was."""
    actions.reactivate(person=shown, by=request.user)
    messages.success(request, _("Switched on. The password and second step are as they were."))


@about_person
def ask_reset(request: StaffRequest, shown: User) -> None:
    """The first of the two people that a reset of a second factor takes."""
    actions.ask_reset(person=shown, by=request.user)
    messages.success(
        request, _("Asked. Nothing changes until another supervisor or administrator agrees.")
    )


@about_reset
def agree_reset(request: StaffRequest, reset: FactorReset) -> None:
    """The second person."""
    _say_sent(request, actions.agree_reset(reset=reset, by=request.user))


@about_reset
def withdraw_reset(request: StaffRequest, reset: FactorReset) -> None:
    """It is not needed, or not right."""
    actions.withdraw_reset(reset=reset, by=request.user)
    messages.success(request, _("Withdrawn. Nothing was changed."))


@sensitive_post_parameters("password")
@sensitive_variables("token")
@require_http_methods(["GET", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a link: a password first, the second factor right after.

    Looking does not spend the link, since mail servers look too.
    """
    invitation = queries.open_invitation(token)
    if invitation is None:
        return render(request, "staff/people/link_gone.html", status=410)
    form = JoinForm(request.POST or None, person=invitation.user)
    if request.method == "POST" and form.is_valid():
        try:
            newcomer = actions.join(token=token, password=form.cleaned_data["password"])
        except RefusedError:
            return render(request, "staff/people/link_gone.html", status=410)
        login(request, newcomer)
        return redirect("staff:enrol")
    return render(
        request,
        "staff/people/join.html",
        {"form": form, "invitation": invitation},
        status=_status(form),
    )


def _row(request: StaffRequest, number: int) -> queries.Person:
    """Somebody out of sight does not exist."""
    within = permissions.services_in_sight(request.user)
    found = queries.person_within(within, number)
    if found is None:
        raise Http404
    return found


def _person(request: StaffRequest, number: int) -> User:
    return _row(request, number).user


def _show(request: StaffRequest, row: queries.Person, form: PersonForm | None) -> HttpResponse:
    shown = row.user
    within = permissions.services_in_sight(request.user)
    reset = queries.open_resets(within).filter(user=shown).first()
    context: dict[str, Any] = {
        "row": row,
        "person": shown,
        "form": form,
        "is_self": shown.pk == request.user.pk,
        "has_password": shown.has_usable_password(),
        "reset": reset,
        "may_agree": reset and request.user.pk not in (reset.asked_by_id, shown.pk),
        "history": [(entry, deed(entry.action)) for entry in queries.history_of(shown)],
    }
    return render(request, "staff/people/person.html", context, status=_status(form))


def _do(request: StaffRequest, shown: User, action: Callable[[], None]) -> HttpResponse:
    try:
        action()
    except RefusedError as refused:
        messages.error(request, str(refused.refusal.label))
    return redirect("staff:person", shown.pk)


def _say_sent(request: StaffRequest, sent: actions.Sent) -> None:
    address = {"address": sent.person.email}
    if sent.arrived:
        messages.success(request, _("A link is on its way to %(address)s.") % address)
    else:
        messages.error(
            request,
            _("The mail server did not take the letter to %(address)s. Send the link again later.")
            % address,
        )


def _as_form(shown: User) -> dict[str, object]:
    return {
        "email": shown.email,
        "work_name": shown.work_name,
        "roles": [group.name for group in shown.groups.all()],
        "services": [membership.service_id for membership in shown.memberships.all()],
    }


def _status(form: JoinForm | PersonForm | None) -> int:
    return 422 if form is not None and form.is_bound and form.errors else 200
