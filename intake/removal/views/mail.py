"""Mail that came in: the tray, one mail about a notice, and one that belongs to none."""

import uuid
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.models import User
from intake.removal.actions import Claim
from intake.removal.actions import mail as mail_actions
from intake.removal.errors import RefusedError
from intake.removal.forms.answering import NotedAnswerForm, claims_of
from intake.removal.forms.notices import ReferenceForm
from intake.removal.models import NoticeRequest, ReceivedMail, RemovalRequest, StrayMail
from intake.removal.permissions import DESK_ROLES, check_work_at_desk
from intake.removal.queries import mail as mail_queries
from intake.removal.states import MailKind
from intake.removal.views.desk import say_why_not

caseworkers = staff_view(*DESK_ROLES)


@dataclass(frozen=True)
class Row:
    """One request of the notice, and what the mail may say of it."""

    position: int
    request: RemovalRequest
    form: NotedAnswerForm


@require_GET
@caseworkers
def tray(request: StaffRequest) -> HttpResponse:
    """Mail that nobody read yet, the oldest first. No word of it is opened."""
    typed = request.GET.get("page", "1")
    page = max(int(typed), 1) if typed.isdecimal() and len(typed) < 6 else 1
    shown = mail_queries.tray(request.user, page=page)
    return render(request, "removal/desk/mail/tray.html", {"tray": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@caseworkers
def mail(request: StaffRequest, mail_id: uuid.UUID) -> HttpResponse:
    """Read a mail about a notice, and note what it says."""
    shown = _mail(mail_id, request.user)
    data = request.POST if request.method == "POST" else None
    rows = [
        Row(entry.position, entry.request, NotedAnswerForm(data, prefix=f"a{entry.position}"))
        for entry in NoticeRequest.objects.filter(notice=shown.notice)
        .select_related("request__location", "request__recipient")
        .defer("request__location__url")
    ]
    for_all = NotedAnswerForm(data, prefix="all") if len(rows) > 1 else None
    forms = [*([for_all] if for_all else []), *(row.form for row in rows)]
    nothing_said = False
    if data is not None:
        in_it = data.get("go") != "nothing"
        checked = [form.is_valid() for form in forms] if in_it else []
        claims = (
            claims_of([(row.position, row.form) for row in rows], for_all)
            if in_it and all(checked)
            else []
        )
        if claims or not in_it:
            return _note(request, shown, claims)
        nothing_said = all(checked)
    subject, words = mail_actions.open_mail(shown, by=request.user)
    context = {
        "mail": shown,
        "subject": subject,
        "notice": shown.notice,
        "words": words,
        "is_bounce": shown.kind == MailKind.BOUNCE,
        "from_elsewhere": _domain(shown.sender) != _domain(shown.notice.to),
        "rows": rows,
        "for_all": for_all,
        "first": forms[0] if forms else None,
        "nothing_said": nothing_said,
        "has_errors": data is not None and any(form.errors for form in forms),
    }
    return render(request, "removal/desk/mail/mail.html", context)


def _note(request: StaffRequest, shown: ReceivedMail, claims: list[Claim]) -> HttpResponse:
    try:
        mail_actions.note_answer(shown, claims, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return redirect("removal:read-mail", mail_id=shown.pk)
    messages.success(
        request,
        _("Noted, as what they say. Nothing is closed by it.")
        if claims
        else _("Noted: there is no answer in it. The clock goes on."),
    )
    return redirect("removal:mail")


@require_GET
@caseworkers
def stray(request: StaffRequest, stray_id: uuid.UUID) -> HttpResponse:
    """Read a mail that belongs to no notice."""
    return _show_stray(request, _stray(stray_id, request.user), ReferenceForm())


@require_POST
@caseworkers
def give(request: StaffRequest, stray_id: uuid.UUID) -> HttpResponse:
    """Put it with the notice it belongs to."""
    shown = _stray(stray_id, request.user)
    form = ReferenceForm(request.POST)
    if not form.is_valid():
        return _show_stray(request, shown, form)
    try:
        kept = mail_actions.give_stray(shown, form.cleaned_data["reference"], by=request.user)
    except RefusedError as refused:
        form.add_error("reference", str(refused.refusal.label))
        return _show_stray(request, shown, form)
    return redirect("removal:read-mail", mail_id=kept.pk)


@require_POST
@caseworkers
def throw_away(request: StaffRequest, stray_id: uuid.UUID) -> HttpResponse:
    """It belongs nowhere."""
    mail_actions.throw_away(_stray(stray_id, request.user), by=request.user)
    messages.success(request, _("Thrown away."))
    return redirect("removal:mail")


def _show_stray(request: StaffRequest, shown: StrayMail, form: ReferenceForm) -> HttpResponse:
    subject, words = mail_actions.open_stray(shown, by=request.user)
    context = {
        "mail": shown,
        "subject": subject,
        "words": words,
        "form": form,
    }
    return render(request, "removal/desk/mail/stray.html", context)


def _mail(mail_id: uuid.UUID, by: User) -> ReceivedMail:
    """A mail of the person's own service. Another service's does not exist for them."""
    found = (
        ReceivedMail.objects.select_related("notice__service", "notice__recipient", "read_by")
        .filter(pk=mail_id, notice__forgotten_at=None)
        .first()
    )
    if found is None:
        raise Http404
    try:
        check_work_at_desk(by, found.notice.service)
    except PermissionDenied:
        raise Http404 from None
    return found


def _stray(stray_id: uuid.UUID, by: User) -> StrayMail:
    found = StrayMail.objects.select_related("service").filter(pk=stray_id).first()
    if found is None:
        raise Http404
    try:
        check_work_at_desk(by, found.service)
    except PermissionDenied:
        raise Http404 from None
    return found


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
