"""Whether a page is looked at again: a person decides, page by page."""

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from intake.removal.canonical import read
from intake.removal.check.errors import UnaskableError
from intake.removal.check.models import Watch
from intake.removal.check.queries import why_never
from intake.removal.check.states import WatchReason, WatchStatus
from intake.removal.check.workflow import advance_watch
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Location
from intake.removal.permissions import check_touch
from intake.removal.queries.desk import CHECKABLE
from intake.removal.workflow import IllegalTransitionError, StatusChangedError


@transaction.atomic
def switch_on(location: Location, *, by: User) -> Watch:
    """Have a page looked at again, by the word of a person who saw its address: anybody may open it,
    as often as they like. Twice is once.

    Raises PermissionDenied, RefusedError, UnaskableError.
    """
    check_touch(by, location)
    if not settings.HELPLINE_CHECKS:
        raise RefusedError(Refusal.NOT_NOW)
    if not location.requests.filter(status__in=CHECKABLE).exists():
        raise RefusedError(Refusal.NOT_NOW)
    never = why_never(read(location.url))
    if never is not None:
        raise UnaskableError(never)
    audit.record(by=by, action="watch_page", subject_kind="location", subject_id=str(location.pk))
    now = timezone.now()
    begun = {"switched_on_by": by, "switched_on_at": now, "word_gone": None, "word_at": None}
    watch = Watch.objects.filter(location=location).first()
    try:
        if watch is None:
            with transaction.atomic():
                return Watch.objects.create(
                    location=location, since=now, counts_from=now, next_at=now, **begun
                )
        if watch.status in (WatchStatus.ENDED, WatchStatus.PERSON):
            advance_watch(
                watch,
                WatchStatus.LOOKING,
                because=WatchReason.SWITCHED_ON,
                at=now,
                next_at=now,
                **begun,
            )
    except (IntegrityError, StatusChangedError):
        raise RefusedError(Refusal.CHANGED) from None
    return watch


@transaction.atomic
def switch_off(location: Location, *, by: User) -> None:
    """Do not look any more. A look that is under way counts for nothing."""
    check_touch(by, location)
    watch = Watch.objects.filter(location=location).first()
    if watch is None:
        raise RefusedError(Refusal.NOT_NOW)
    audit.record(by=by, action="unwatch_page", subject_kind="location", subject_id=str(location.pk))
    try:
        advance_watch(watch, WatchStatus.ENDED, because=WatchReason.SWITCHED_OFF, at=timezone.now())
    except IllegalTransitionError:
        raise RefusedError(Refusal.NOT_NOW) from None
    except StatusChangedError:
        raise RefusedError(Refusal.CHANGED) from None
