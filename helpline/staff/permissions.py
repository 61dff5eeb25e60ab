"""Who may: roles are groups, a membership says for which service."""

import uuid
from collections.abc import Collection, Iterable, MutableMapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.models import Device

from helpline.services.models import Service
from helpline.staff.models import Membership, User
from helpline.staff.states import Role

Value = TypeVar("Value")

ROLES = ("editor", "counsellor", "caseworker", "supervisor", "administrator")
PEOPLE_ROLES = (Role.SUPERVISOR, Role.ADMINISTRATOR)
ROLES_OF_THE_FLOOR = (Role.COUNSELLOR, Role.CASEWORKER)


def has_role(user: User, *roles: str) -> bool:
    """Whether a person has one of the roles. An administrator of the site is not a counsellor."""
    return any(group.name in roles for group in _groups(user))


def check_role(user: User, *roles: str) -> None:
    """Raise PermissionDenied unless the person has one of the roles."""
    if not has_role(user, *roles):
        raise PermissionDenied


def works_for(user: User, service: Service) -> bool:
    """Whether a person is a member of a service."""
    return service.pk in services_of(user)


def services_of(user: User) -> frozenset[uuid.UUID]:
    """The services that a person is a member of, asked once for a request's user object."""
    held: frozenset[uuid.UUID] | None = getattr(user, "_services", None)
    if held is None:
        held = _services_of({user.pk})[user.pk]
        setattr(user, "_services", held)  # noqa: B010 -- lives as long as this object
    return held


def check_works_for(user: User, service: Service) -> None:
    """Raise PermissionDenied unless the person is a member of the service."""
    if not works_for(user, service):
        raise PermissionDenied


def can_manage_people(user: User) -> bool:
    """Whether a person looks after the accounts of staff at all."""
    return has_role(user, *PEOPLE_ROLES)


def services_in_sight(user: User) -> frozenset[uuid.UUID] | None:
    """Of which services a person sees the staff; None for all of them."""
    if has_role(user, Role.ADMINISTRATOR):
        return None
    return services_of(user)


def roles_to_give(user: User) -> tuple[str, ...]:
    """Which roles a person may give and take. Who supervises is an administrator's choice."""
    if has_role(user, Role.ADMINISTRATOR):
        return tuple(Role.values)
    return ROLES_OF_THE_FLOOR if has_role(user, Role.SUPERVISOR) else ()


def can_manage(user: User, person: User) -> bool:
    """Whether somebody may change a colleague's account: never their own, nor one above them."""
    if user.pk == person.pk or not can_see(user, person):
        return False
    return {group.name for group in _groups(person)} <= set(roles_to_give(user))


def check_manage(user: User, person: User) -> None:
    """Raise PermissionDenied unless somebody may change a colleague's account."""
    if not can_manage(user, person):
        raise PermissionDenied


def can_see(user: User, person: User) -> bool:
    """Whether somebody looks after staff, and this person is in their sight."""
    if not can_manage_people(user):
        return False
    within = services_in_sight(user)
    return within is None or bool(within & _services_of({person.pk})[person.pk])


def check_see(user: User, person: User) -> None:
    """Raise PermissionDenied unless the person is in somebody's sight."""
    if not can_see(user, person):
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


def verified_user(scope: MutableMapping[str, Any]) -> User | None:
    """The member of staff behind a socket, with a verified second factor, or None.

    Asks the session anew each time, so that a sign-out or a deactivation holds at once: call it in
    a thread.
    """
    found = _look_up(scope)
    return found[1] if found else None


def _look_up(scope: MutableMapping[str, Any]) -> tuple[Session, User, Device] | None:
    """The session, the person and the second factor behind a socket, when all three hold."""
    raw = b"; ".join(value for name, value in scope["headers"] if name == b"cookie")
    key = parse_cookie(raw.decode("latin-1")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    row = Session.objects.filter(session_key=key, expire_date__gt=timezone.now()).first()
    if row is None:
        return None
    session = row.get_decoded()
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
    return row, user, device


@dataclass(frozen=True)
class Proof:
    """What was true when a member of staff was verified: enough to see whether it still is.

    Two that are equal stand for the same sign-in. A session that was written anew does not hold
    any more, whatever is in it: prove it again.
    """

    user_id: int
    roles: frozenset[str]
    service_ids: frozenset[uuid.UUID]
    device: str
    session_key: str = field(repr=False)
    session_data: str = field(repr=False)
    password: str = field(repr=False)


def prove(scope: MutableMapping[str, Any]) -> Proof | None:
    """The proof that a verified member of staff is behind a socket, by the rules of
    ``verified_user``; None when not. Asks the database: call it in a thread.
    """
    found = _look_up(scope)
    if found is None:
        return None
    row, user, device = found
    return Proof(
        user_id=user.pk,
        roles=_roles_of({user.pk})[user.pk],
        service_ids=_services_of({user.pk})[user.pk],
        device=device.persistent_id,
        session_key=row.session_key,
        session_data=row.session_data,
        password=user.password,
    )


def unchanged(proofs: Collection[Proof]) -> set[Proof]:
    """Which of these still hold exactly. As many queries for one as for hundreds."""
    if not proofs:
        return set()
    people = {proof.user_id for proof in proofs}
    sessions = dict(
        Session.objects.filter(
            session_key__in={proof.session_key for proof in proofs}, expire_date__gt=timezone.now()
        ).values_list("session_key", "session_data")
    )
    passwords = dict(
        User.objects.filter(pk__in=people, is_active=True).values_list("pk", "password")
    )
    devices = _owners_of({proof.device for proof in proofs})
    roles, services = _roles_of(people), _services_of(people)
    return {
        proof
        for proof in proofs
        if sessions.get(proof.session_key) == proof.session_data
        and passwords.get(proof.user_id) == proof.password
        and devices.get(proof.device) == proof.user_id
        and roles[proof.user_id] == proof.roles
        and services[proof.user_id] == proof.service_ids
    }


def _owners_of(device_ids: Collection[str]) -> dict[str, int]:
    """Whose each confirmed device is, by its persistent id; one query for each kind of device."""
    kinds: dict[str, list[str]] = {}
    for device_id in device_ids:
        label, number = device_id.rsplit("/", 1)
        kinds.setdefault(label, []).append(number)
    return {
        f"{label}/{number}": user_id
        for label, numbers in kinds.items()
        for number, user_id in apps.get_model(label)
        .objects.filter(pk__in=numbers, confirmed=True)
        .values_list("pk", "user_id")
    }


def _roles_of(people: Collection[int]) -> dict[int, frozenset[str]]:
    pairs = User.groups.through.objects.filter(user_id__in=people)
    return _gathered(people, pairs.values_list("user_id", "group__name"))


def _services_of(people: Collection[int]) -> dict[int, frozenset[uuid.UUID]]:
    pairs = Membership.objects.filter(user_id__in=people)
    return _gathered(people, pairs.values_list("user_id", "service_id"))


def _gathered(
    people: Collection[int], pairs: Iterable[tuple[int, Value]]
) -> dict[int, frozenset[Value]]:
    held: dict[int, set[Value]] = {user_id: set() for user_id in people}
    for user_id, value in pairs:
        held[user_id].add(value)
    return {user_id: frozenset(values) for user_id, values in held.items()}
