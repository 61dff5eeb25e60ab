"""What the checker does: it looks at pages that are due, and says what the looks together mean.

A page is claimed by a conditional UPDATE with a lease. Who dies meanwhile leaves a look that is made
again: a look changes nothing there. Before and after it the location must still be one that may be
asked; if not, the look is as if it never was.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Exists, OuterRef, Q, Subquery
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from intake.removal.actions.establishing import establish
from intake.removal.actions.reopening import reopen
from intake.removal.canonical import NotAnAddress, read
from intake.removal.check import asking
from intake.removal.check.judging import CALM, MOST_BLIND, RETURNS, Judgement, judge, next_look
from intake.removal.check.models import Check, Watch
from intake.removal.check.queries import askable, due, facts_of, why_never
from intake.removal.check.states import Verdict, WatchReason, WatchStatus
from intake.removal.check.workflow import advance_watch
from intake.removal.locking import lock_location
from intake.removal.models import Location, PictureAge, RemovalRequest
from intake.removal.states import RequestStatus
from intake.removal.workflow import StatusChangedError, settle_locations

log = logging.getLogger(__name__)

LOOKS_A_SWEEP = 20
# Longer than one look may take in all.
LEASE = timedelta(minutes=3)
MOST_AT_ONCE = 200


def look_at_due(now: datetime | None = None) -> int:
    """Look at the pages that are due. Returns how many were looked at. One bad row stops no other."""
    now = now or timezone.now()
    end_what_is_over(now)
    hurry(now)
    looked = 0
    for _turn in range(LOOKS_A_SWEEP):
        watch = _claim_next(now)
        if watch is None:
            break
        looked += 1
        try:
            _look(watch, now)
        except StatusChangedError:
            log.info("a look counted for nothing", extra={"count": 1})
        except (DatabaseError, VaultError, NotAnAddress) as error:
            log.warning("a page could not be looked at", extra={"error": type(error).__name__})
            # Its lease stays until it is over, so that the others have their turn.
    return looked


def end_what_is_over(now: datetime) -> int:
    """End watches of pages that nobody may ask any more. Returns how many there were."""
    minor = Q(location__picture_age=PictureAge.POSSIBLY_MINOR)
    over = Watch.objects.filter(
        minor | Q(location__forgotten_at__isnull=False), ~Q(status=WatchStatus.ENDED)
    ).select_related("location")
    ended = 0
    for watch in over.defer("location__url")[:MOST_AT_ONCE]:
        because = (
            WatchReason.POSSIBLY_MINOR
            if watch.location.is_possibly_minor
            else WatchReason.NOBODY_ASKS
        )
        try:
            advance_watch(watch, WatchStatus.ENDED, because=because, at=now)
        except StatusChangedError:
            continue  # somebody was faster
        ended += 1
    return ended


def hurry(now: datetime) -> int:
    """Look at once where a recipient says that it is gone and nobody looked since."""
    last = Check.objects.filter(watch=OuterRef("pk")).order_by("-at").values("at")[:1]
    claims = RemovalRequest.objects.filter(
        location=OuterRef("location"),
        status=RequestStatus.SAID_REMOVED,
        changed_at__gt=OuterRef("looked_at"),
    )
    waiting = Watch.objects.annotate(looked_at=Subquery(last)).filter(
        Exists(claims), status=WatchStatus.LOOKING, next_at__gt=now
    )
    ids = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
    return Watch.objects.filter(pk__in=ids, next_at__gt=now).update(next_at=now) if ids else 0


def _claim_next(now: datetime) -> Watch | None:
    with transaction.atomic():
        waiting = due(now)
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(of=("self",), skip_locked=True)
        watch = waiting.first()
        if watch is None:
            return None
        claim, until = uuid.uuid4(), now + LEASE
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        if not Watch.objects.filter(free, pk=watch.pk, status=watch.status).update(
            claim=claim, leased_until=until
        ):
            return None  # the next sweep finds the rest
        watch.claim, watch.leased_until = claim, until
    return watch


def _look(watch: Watch, now: datetime) -> None:
    location = Location.objects.get(pk=watch.location_id)
    address = read(location.url)
    if why_never(address) is not None:
        _blind(watch, now)
        return
    # The last question before anything leaves this machine.
    if not askable().filter(pk=watch.pk, claim=watch.claim).exists():
        raise StatusChangedError
    _keep(watch, asking.look(address.url), now)


@transaction.atomic
def _blind(watch: Watch, now: datetime) -> None:
    advance_watch(watch, WatchStatus.PERSON, because=WatchReason.BLIND, at=now)


@transaction.atomic
def _keep(watch: Watch, look: asking.Look, now: datetime) -> None:
    """Write what was seen, and what follows. Raises StatusChangedError when it may not count."""
    location = lock_location(watch.location_id)
    held = askable().filter(pk=watch.pk, claim=watch.claim).first()
    if held is None:
        raise StatusChangedError
    Check.objects.create(
        watch=held, at=now, verdict=look.verdict, why=look.why, answered=look.status
    )
    held.blind = held.blind + 1 if look.verdict == Verdict.CANNOT_TELL else 0
    facts = facts_of(held)
    judgement = judge(facts)
    _follow(held, location, judgement, now)
    if judgement.to is not None:
        return
    next_at = next_look(facts, since=held.since, blind=held.blind, now=now)
    if next_at is None:
        if held.status == WatchStatus.GONE:
            advance_watch(held, WatchStatus.ENDED, because=WatchReason.OVER, at=now)
        else:
            advance_watch(held, WatchStatus.PERSON, because=WatchReason.BLIND, at=now)
        return
    if held.blind >= MOST_BLIND:
        held.blind = 0  # on to the next of the days on which it may come back
    Watch.objects.filter(pk=held.pk).update(
        blind=held.blind, next_at=next_at, claim=None, leased_until=None
    )


def _follow(watch: Watch, location: Location, judgement: Judgement, now: datetime) -> None:
    if judgement.to is not None:
        # A word against which nothing was settled has been seen to be so, or there was none.
        spent = {} if judgement.to == WatchStatus.PERSON else {"word_gone": None, "word_at": None}
        following = {WatchStatus.GONE: RETURNS[0], WatchStatus.LOOKING: CALM}.get(judgement.to)
        next_at = now + following if following else None
        advance_watch(
            watch, judgement.to, because=judgement.because, at=now, next_at=next_at, **spent
        )
    if judgement.gone is None:
        return
    if not judgement.gone and reopen(location, because=None, now=now):
        settle_locations({location.pk})
    else:
        establish(location, gone=judgement.gone, by=None, now=now)
