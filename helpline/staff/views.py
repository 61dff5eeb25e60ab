"""Signing in with a second factor, getting one, signing out, and the way to one's own work."""

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST
from django_otp import login as otp_login

from helpline.privacy import throttle
from helpline.privacy.door import rate_key_of
from helpline.staff import audit, second_factor
from helpline.staff.decorators import StaffRequest, staff_view
from helpline.staff.forms import CodeForm, EnrolForm, SignInForm
from helpline.staff.permissions import has_role, is_verified

ATTEMPT_RATE = "10/minute"


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Name and password; the second factor comes on the next page."""
    if is_verified(request):
        return redirect(_next(request))
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["username"]
        # By name and door key together: a stranger's wrong guesses do not lock the person out.
        key = f"{name}|{rate_key_of(request)}"
        if not throttle.hit("sign-in", key, per=ATTEMPT_RATE):
            form.add_error(None, _("Too many attempts. Wait one minute and try again."))
        else:
            user = authenticate(request, username=name, password=form.cleaned_data["password"])
            if user is None:
                form.add_error(None, _("This user name and password do not belong together."))
            else:
                login(request, user)
                return redirect(_with_next("staff:code", request))
    return render(request, "staff/sign_in.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second factor. Who has none yet is led to enrol."""
    if not request.user.is_authenticated:
        return redirect(_with_next("staff:sign-in", request))
    user = request.user
    if not second_factor.is_enrolled(user):
        return redirect(_with_next("staff:enrol", request))
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = second_factor.verify(user, form.cleaned_data["code"])
        if device is None:
            form.add_error(
                "code",
                _(
                    "This code is not right. A code works once and for 30 seconds: wait for the"
                    " next one. After several wrong codes you have to wait longer."
                ),
            )
        else:
            otp_login(request, device)
            audit.record_person(by=user, action="sign_in", person=user)
            return redirect(_next(request))
    return render(request, "staff/code.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "POST"])
def enrol(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app, once. Shows the recovery codes at the end, once."""
    if not request.user.is_authenticated:
        return redirect(_with_next("staff:sign-in", request))
    user = request.user
    if second_factor.is_enrolled(user):
        # Another person with only the password must not be able to put their own phone in place.
        return redirect(_with_next("staff:code", request))
    device = second_factor.pending_device(user)
    form = EnrolForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        codes = second_factor.confirm(device, form.cleaned_data["code"].replace(" ", ""))
        if codes is None:
            form.add_error(
                "code", _("This code is not right. Wait for the next one and try again.")
            )
        else:
            otp_login(request, device)
            audit.record_person(by=user, action="enrol", person=user)
            return render(
                request, "staff/recovery_codes.html", {"codes": codes, "next": _next(request)}
            )
    return render(
        request,
        "staff/enrol.html",
        {
            "form": form,
            "qr_code": second_factor.qr_code(device),
            "secret": second_factor.secret_text(device),
        },
        status=_status(form),
    )


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("staff:sign-in")


@staff_view()
def home(request: StaffRequest) -> HttpResponse:
    """Lead a person to the page where their work is."""
    if has_role(request.user, "counsellor", "supervisor"):
        return redirect("chat_console:home")
    if has_role(request.user, "caseworker"):
        return redirect("removal:queue")
    return redirect(reverse("wagtailadmin_home"))


def _next(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.GET.get("next") or ""
    if url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        return target
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _with_next(name: str, request: HttpRequest) -> str:
    target = _next(request)
    path = reverse(name)
    return path if target == "/console/" else f"{path}?{_query(target)}"


def _query(target: str) -> str:
    query = QueryDict(mutable=True)
    query["next"] = target
    return query.urlencode(safe="/")


def _status(form: CodeForm | EnrolForm | SignInForm) -> int:
    return 422 if form.is_bound and form.errors else 200
