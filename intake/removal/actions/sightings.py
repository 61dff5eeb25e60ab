"""What a reporter says later about a page: still there, gone, there again. Never a check."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from helpline.staff.models import User
from intake.removal.actions.hand_over import hand_over
from intake.removal.actions.reopening import reopen
from intake.removal.locking import lock_location
from intake.removal.models import Location, Seen, Sighting, Statement
from intake.removal.permissions import check_touch
from intake.removal.states import Because, Work
from intake.removal.workflow import settle_locations

A_DAY = timedelta(days=1)
MOST_A_DAY = 6


@transaction.atomic
def say_seen(statement: Statement, seen: Seen) -> bool:
    """Keep what a reporter saw of their page. Returns whether that was new.

    A caseworker reads it before anything follows. A page that was done with is begun again. Of a
    page that may show somebody under 18 it reaches the hand-over and nothing else.
    """
    location = lock_location(statement.location_id)
    now = timezone.now()
    if not _may_say(statement, location, seen, now):
        return False
    Sighting.objects.create(statement=statement, seen=seen, at=now)
    if seen != Seen.GONE:
        reopen(location, because=Because.REPORTER_SAYS, now=now)
    if location.is_possibly_minor:
        hand_over(location)
    settle_locations({location.pk})
    return True


@transaction.atomic
def read_sightings(location: Location, *, by: User) -> None:
    """A caseworker has read what reporters saw, and decides what follows."""
    check_touch(by, location)
    mark_read(location, by=by, now=timezone.now())
    settle_locations({location.pk})


def mark_read(location: Location, *, by: User, now: datetime) -> None:
    """Note who read what reporters of a location saw. The caller's transaction holds."""
    Sighting.objects.filter(statement__location=location, read_at=None).update(
        read_by=by, read_at=now
    )


def _may_say(statement: Statement, location: Location, seen: Seen, now: datetime) -> bool:
    if location.forgotten_at is not None or not (statement.is_live or location.is_possibly_minor):
        return False
    if seen == Seen.GONE and location.work == Work.DONE:
        return False
    lately = list(
        Sighting.objects.filter(statement=statement, at__gt=now - A_DAY).order_by("-at", "-pk")
    )
    # The same word twice in a row is one press too many.
    return len(lately) < MOST_A_DAY and not (lately and lately[0].seen == seen)
