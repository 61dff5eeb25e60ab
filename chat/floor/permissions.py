"""Who may see and steer the floor of a service."""

from chat.errors import ChatError, Code
from helpline.services.models import Service
from helpline.staff.models import User
from helpline.staff.permissions import has_role, works_for

FLOOR_ROLES = ("supervisor",)


def can_supervise(user: User, service: Service) -> bool:
    """Whether somebody is a supervisor of this service."""
    return has_role(user, *FLOOR_ROLES) and works_for(user, service)


def check_can_supervise(user: User, service: Service) -> None:
    # Not "forbidden": that would tell that the service is there.
    if not can_supervise(user, service):
        raise ChatError(Code.UNKNOWN)
