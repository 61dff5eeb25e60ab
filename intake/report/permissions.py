"""Who may open a report, and fill one in for somebody else."""

from django.core.exceptions import PermissionDenied

from helpline.services.models import Service
from helpline.staff.models import User
from helpline.staff.permissions import has_role, works_for
from intake.report.models import Report

PHONE_ROLES = ("counsellor", "caseworker", "supervisor")


def can_read(user: User, report: Report) -> bool:
    """Caseworkers and supervisors of the report's own service."""
    return has_role(user, "caseworker", "supervisor") and works_for(user, report.service)


def check_can_read(user: User, report: Report) -> None:
    """Raises PermissionDenied unless the user may open the report."""
    if not can_read(user, report):
        raise PermissionDenied


def can_fill_in(user: User, service: Service) -> bool:
    """Whoever may speak with a caller of the service."""
    return has_role(user, *PHONE_ROLES) and works_for(user, service)


def check_can_fill_in(user: User, service: Service) -> None:
    """Raises PermissionDenied unless the user may fill in a report with a caller."""
    if not can_fill_in(user, service):
        raise PermissionDenied
