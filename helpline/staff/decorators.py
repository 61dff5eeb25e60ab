"""Views of staff: a verified second factor, and a role."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest, HttpResponse

from helpline.staff.models import User
from helpline.staff.permissions import check_role

P = ParamSpec("P")


class StaffRequest(HttpRequest):
    """A request that has passed the second factor."""

    user: User  # the middleware let nobody else through


StaffView = Callable[Concatenate[StaffRequest, P], HttpResponse]
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def staff_view(*roles: str) -> Callable[[StaffView[P]], View[P]]:
    """Let only people with one of the roles in; with no role named, any verified member of staff.

    The view must stand under /console/, where the middleware has asked for the second factor.
    Raises PermissionDenied.
    """

    def decorate(view: StaffView[P]) -> View[P]:
        @wraps(view)
        def checked(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if roles:
                check_role(cast("User", request.user), *roles)
            return view(cast("StaffRequest", request), *args, **kwargs)

        return cast("View[P]", checked)

    return decorate
