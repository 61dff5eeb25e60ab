"""Who may: roles are groups, a membership says for which service."""

from collections.abc import MutableMapping
from typing import Any

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, parse_cookie
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from helpline.services.models import Service
from helpline.staff.models import User

ROLES = ("editor", "counsellor", "caseworker", "supervisor", "administrator")


def has_role(user: User, *roles: str) -> bool:
    """Whether a person has one of the roles. An administrator of the site is not a counsellor."""
    return any(group.name in roles for group in _groups(user))


def check_role(user: User, *roles: str) -> None:
    """Raise PermissionDenied unless the person has one of the roles."""
    if not has_role(user, *roles):
        raise PermissionDenied


def works_for(user: User, service: Service) -> bool:
    """Whether a person is a member of a service."""
    return user.memberships.filter(service=service).exists()


def check_works_for(user: User, service: Service) -> None:
    """Raise PermissionDenied unless the person is a member of the service."""
    if not works_for(user, service):
        raise PermissionDenied


def _groups(user: User) -> list[Any]:
    """The person's groups, asked once for a request's user object."""
    held = getattr(user, "_role_groups", None)
    if held is None:
        held = list(user.groups.all())
        setattr(user, "_role_groups", held)  # noqa: B010 -- lives as long as this object
    return list(held)


def is_verified(request: HttpRequest) -> bool:
    """Whether a request comes from an active member of staff with a verified second factor."""
    user = request.user
    # django-otp's middleware adds is_verified to the user of each request.
    return user.is_active and bool(getattr(user, "is_verified", lambda: False)())


async def verified_user(scope: MutableMapping[str, Any]) -> User | None:
    """The member of staff behind a socket, with a verified second factor, or None.

    Asks the session anew each time, so that a sign-out or a deactivation holds at once.
    """
    return await sync_to_async(_verified_user)(scope)


def _verified_user(scope: MutableMapping[str, Any]) -> User | None:
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    key = parse_cookie(raw.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = SessionStore(key)
    user_id = session.get(SESSION_KEY)
    if user_id is None or session.get(BACKEND_SESSION_KEY) not in settings.AUTHENTICATION_BACKENDS:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(
        session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash()
    ):
        return None
    device_id = session.get(DEVICE_ID_SESSION_KEY)
    device = Device.from_persistent_id(device_id) if device_id else None
    if device is None or device.user_id != user.pk or not device.confirmed:
        return None
    return user
