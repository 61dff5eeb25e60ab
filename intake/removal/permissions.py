"""Who may work on the desk. Two forms of each rule: ``check_x`` raises, ``x`` asks."""

from collections.abc import Iterable

from helpline.services.models import Service
from helpline.staff.models import User
from helpline.staff.permissions import check_role, check_works_for, has_role, works_for
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Location

DESK_ROLES = ("caseworker", "supervisor")


def work_at_desk(user: User, service: Service) -> bool:
    """Whether a person works on the requests of a service."""
    return has_role(user, *DESK_ROLES) and works_for(user, service)


def check_work_at_desk(user: User, service: Service) -> None:
    """Raise PermissionDenied unless the person works on the requests of the service."""
    check_role(user, *DESK_ROLES)
    check_works_for(user, service)


def check_set_rules(user: User, service: Service) -> None:
    """Raise PermissionDenied unless the person says by which rules the desk of a service works."""
    check_role(user, "supervisor")
    check_works_for(user, service)


def make_dossiers(user: User) -> bool:
    """Whether a person may say to others, in the name of the house, how a recipient deals with it."""
    return has_role(user, "supervisor")


def check_make_dossiers(user: User) -> None:
    """Raise PermissionDenied unless the person may make the dossier of a recipient."""
    check_role(user, "supervisor")


def check_keep_law(user: User) -> None:
    """Raise PermissionDenied unless the person says what law the site may lean on."""
    check_role(user, "administrator")


def check_touch(user: User, location: Location) -> None:
    """Raise unless the person may act on a location at all: PermissionDenied, RefusedError."""
    check_touch_all(user, [location])


def check_touch_all(user: User, locations: Iterable[Location]) -> None:
    """The same for many locations, with one query a service.

    A location that may show somebody under 18 is touched by nobody: the hotline has it.
    """
    locations = list(locations)
    for service in {location.service_id: location.service for location in locations}.values():
        check_work_at_desk(user, service)
    for location in locations:
        if location.forgotten_at is not None:
            raise RefusedError(Refusal.FORGOTTEN)
        if location.is_possibly_minor:
            raise RefusedError(Refusal.POSSIBLY_MINOR)
