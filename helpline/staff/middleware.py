"""No page of staff answers without a verified second factor, nor the CMS whom it is not for."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from helpline.staff.permissions import is_verified

CMS_PATH = "/cms/"
STAFF_PATHS = ("/console/", CMS_PATH)
# What a person without a second factor needs to get one.
OPEN_STAFF_PATHS = ("/console/sign-in/", "/console/sign-out/", "/console/enrol/", "/console/join/")


class SecondFactorMiddleware:
    """Sends everyone under a staff path to the sign-in, until a second factor is verified."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path_info
        is_staff_page = path.startswith(STAFF_PATHS) and not path.startswith(OPEN_STAFF_PATHS)
        if is_staff_page and not is_verified(request):
            return redirect_to_login(request.get_full_path(), resolve_url(settings.LOGIN_URL))
        # Wagtail would send them to the sign-in, which sends back whoever is signed in, without end.
        if path.startswith(CMS_PATH) and not request.user.has_perm("wagtailadmin.access_admin"):
            raise PermissionDenied
        return self.get_response(request)
