"""Whose work a location is, and what cannot wait."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from helpline.staff.models import User
from intake.removal.errors import LeftOut, Refusal, RefusedError
from intake.removal.locking import lock_locations
from intake.removal.models import (
    Assignment,
    Deed,
    DeskEvent,
    Location,
    Urgency,
    WhyUrgent,
)
from intake.removal.permissions import check_touch, work_at_desk

# What somebody took on themselves is free for others after this long; what was given is not.
CLAIM_LASTS = timedelta(hours=4)


@transaction.atomic
def claim_location(location: Location, *, by: User) -> None:
    """Take a location on, so that colleagues see who works on it."""
    check_touch(by, location)
    now = timezone.now()
    free = Location.objects.filter(pk=location.pk, claimed_by=None)
    stale = Location.objects.filter(
        pk=location.pk, claimed_at__lt=now - CLAIM_LASTS, assignment__isnull=True
    )
    changes = {"claimed_by": by, "claimed_at": now}
    if not (free.update(**changes) or stale.update(**changes)):
        raise RefusedError(Refusal.CHANGED)
    Assignment.objects.filter(location=location).delete()
    _note([location], Deed.TAKEN, by=by, at=now)


@transaction.atomic
def claim_several(
    locations: Sequence[Location], *, by: User
) -> tuple[list[Location], list[LeftOut]]:
    """Take on those of the locations that no colleague has. Returns what is theirs now, and the rest
    with the reason: whoever presses second takes nothing out of another's hands."""
    touched, left_out = apart(locations, by=by)
    ids = [place.pk for place in touched]
    lock_locations(ids)
    now = timezone.now()
    stale = Q(claimed_at__lt=now - CLAIM_LASTS, assignment__isnull=True)
    held = Location.objects.filter(pk__in=ids).exclude(Q(claimed_by=None) | stale)
    holders = {
        place.pk: place.claimed_by for place in held.select_related("claimed_by").defer("url")
    }
    theirs, free = [], []
    for place in touched:
        holder = holders.get(place.pk)
        if holder is None:
            free.append(place)
        elif holder != by:
            name = {"name": holder.called}
            left_out.append(LeftOut(place, [_("%(name)s works on it.") % name]))
            continue
        theirs.append(place)
    taken = [place.pk for place in free]
    Location.objects.filter(pk__in=taken).update(claimed_by=by, claimed_at=now)
    Assignment.objects.filter(location__in=taken).delete()
    _note(free, Deed.TAKEN, by=by, at=now)
    return theirs, left_out


@transaction.atomic
def release_location(location: Location, *, by: User) -> None:
    """Give a location back to the desk."""
    check_touch(by, location)
    held = Location.objects.filter(pk=location.pk).exclude(claimed_by=None)
    if held.update(claimed_by=None, claimed_at=None):
        Assignment.objects.filter(location=location).delete()
        _note([location], Deed.BACK, by=by, at=timezone.now())


@transaction.atomic
def assign(locations: Sequence[Location], *, to: User, by: User) -> list[LeftOut]:
    """Give locations to a colleague, or take them oneself. Returns what was left out, and why.

    It stays theirs until it is given back. What nobody may touch, a colleague is not given either.
    Raises RefusedError when nothing is left to give.
    """
    now = timezone.now()
    given, left_out = apart(locations, by=by)
    if not all(work_at_desk(to, service) for service in {place.service for place in given}):
        raise RefusedError(Refusal.NOT_A_COLLEAGUE)
    if not given:
        raise RefusedError(Refusal.NOTHING_CHOSEN)
    ids = [place.pk for place in given]
    Location.objects.filter(pk__in=ids).update(claimed_by=to, claimed_at=now)
    Assignment.objects.filter(location__in=ids).delete()
    Assignment.objects.bulk_create(
        [Assignment(location=place, to=to, by=by, at=now) for place in given]
    )
    _note(given, Deed.GIVEN, by=by, at=now, to=to)
    return left_out


def apart(locations: Sequence[Location], *, by: User) -> tuple[list[Location], list[LeftOut]]:
    """The locations that a person may act on, and the others with the reason."""
    touched: list[Location] = []
    left_out: list[LeftOut] = []
    may: dict[object, bool] = {}
    for place in locations:
        if place.service_id not in may:
            may[place.service_id] = work_at_desk(by, place.service)
        if not may[place.service_id]:
            raise PermissionDenied
        if place.forgotten_at is not None:
            left_out.append(LeftOut(place, [str(Refusal.FORGOTTEN.label)]))
        elif place.is_possibly_minor:
            left_out.append(LeftOut(place, [str(Refusal.POSSIBLY_MINOR.label)]))
        else:
            touched.append(place)
    return touched, left_out


@transaction.atomic
def mark_urgent(location: Location, why: WhyUrgent, *, by: User) -> None:
    """Say that a location cannot wait, and why. Said again it changes the reason."""
    check_touch(by, location)
    now = timezone.now()
    Urgency.objects.update_or_create(location=location, defaults={"why": why, "by": by, "at": now})
    _note([location], Deed.URGENT, by=by, at=now, why=why)


@transaction.atomic
def heed_pressure(location: Location) -> None:
    """Who reports it is under pressure right now: it cannot wait. What the hotline has is not
    marked, and what a colleague said is urgent keeps their reason."""
    if location.is_possibly_minor:
        return
    now = timezone.now()
    _urgency, is_new = Urgency.objects.get_or_create(
        location=location, defaults={"why": WhyUrgent.EXTORTION, "by": None, "at": now}
    )
    if is_new:
        _note([location], Deed.URGENT, by=None, at=now, why=WhyUrgent.EXTORTION)


@transaction.atomic
def unmark_urgent(location: Location, *, by: User) -> None:
    """Say that a location can wait like others."""
    check_touch(by, location)
    if Urgency.objects.filter(location=location).delete()[0]:
        _note([location], Deed.NOT_URGENT, by=by, at=timezone.now())


def _note(
    locations: Sequence[Location],
    what: Deed,
    *,
    by: User | None,
    at: datetime,
    to: User | None = None,
    why: str = "",
) -> None:
    DeskEvent.objects.bulk_create(
        [DeskEvent(location=place, what=what, to=to, why=why, by=by, at=at) for place in locations]
    )
