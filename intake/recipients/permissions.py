"""Who may: caseworkers ask around and confirm contacts; editors and administrators keep the directory."""

from helpline.staff.models import User
from helpline.staff.permissions import check_role, has_role

ASKERS = ("caseworker", "supervisor")
EDITORS = ("editor", "administrator")
CONFIRMERS = ("administrator",)


def check_look_up(user: User) -> None:
    """Raise PermissionDenied unless the person may look a host up and confirm what is found."""
    check_role(user, *ASKERS)


def check_edit_entries(user: User) -> None:
    """Raise PermissionDenied unless the person may edit the directory."""
    check_role(user, *EDITORS)


def confirm_entries(user: User) -> bool:
    """Whether the person may switch entries of the directory on."""
    return has_role(user, *CONFIRMERS)


def check_confirm_entries(user: User) -> None:
    """Raise PermissionDenied unless the person may switch entries of the directory on."""
    check_role(user, *CONFIRMERS)
