"""Who may open a report."""

from django.core.exceptions import PermissionDenied

from helpline.staff.models import User
from helpline.staff.permissions import has_role, works_for
from intake.report.models import Report


def can_read(user: User, report: Report) -> bool:
    """Caseworkers and supervisors of the report's own service."""
    return has_role(user, "caseworker", "supervisor") and works_for(user, report.service)


def check_can_read(user: User, report: Report) -> None:
    """Raises PermissionDenied unless the user may open the report."""
    if not can_read(user, report):
        raise PermissionDenied
