"""A caseworker looks for locations. That somebody did is on record; what for is not."""

from collections.abc import Sequence

from helpline.staff import audit
from helpline.staff.models import User
from helpline.staff.permissions import check_role
from intake.removal.permissions import DESK_ROLES
from intake.removal.queries.search import By, Found, found


def search_locations(indexes: Sequence[bytes], by_what: By, *, page: int = 1, by: User) -> Found:
    """Find locations of the person's own services under blind indexes, first on the record.

    Also those that may show somebody under 18: that they are known is worth knowing, and nothing
    is touched by it. No address comes along. Raises PermissionDenied.
    """
    check_role(by, *DESK_ROLES)
    # Not even the index: it would lead back to an address that is long forgotten.
    audit.record(by=by, action="search_locations", subject_kind="search", subject_id=by_what.value)
    return found(by, indexes, by_what, page=page)
