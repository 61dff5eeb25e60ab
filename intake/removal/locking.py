"""One at a time: whoever changes what is asked about a location holds it first.

Locations, then notices, each in the order of their numbers, so that nobody waits in a circle. Requests
are never held: they belong to who holds their location. What a reporter says is so either before a
notice is given to the worker, or after, and then it is called back.
"""

import uuid
from collections.abc import Iterable

from django.db.models import QuerySet

from intake.removal.models import Location, Notice


def lock_location(location_id: uuid.UUID) -> Location:
    """A location that nobody else changes before this transaction ends."""
    return _held().defer("url").get(pk=location_id)


def lock_locations(location_ids: Iterable[uuid.UUID]) -> None:
    """The same for several. One query."""
    list(_held().filter(pk__in=list(location_ids)).order_by("pk").values_list("pk", flat=True))


def lock_notice(notice_id: uuid.UUID) -> Notice:
    """A notice as it is now, with its locations. Two queries more."""
    about = Location.objects.filter(requests__entries__notice=notice_id)
    lock_locations(about.values_list("pk", flat=True))
    return Notice.objects.select_for_update(no_key=True).get(pk=notice_id)


def _held() -> QuerySet[Location]:
    # Not their keys: whoever writes a row that points at one is not in the way.
    return Location.objects.select_for_update(no_key=True)
