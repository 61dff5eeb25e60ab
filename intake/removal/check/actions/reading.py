"""What the checker does for who is to be asked: it reads the security.txt of sites, once for each question.

Claimed by a conditional UPDATE with a lease, as looks are. Who dies meanwhile leaves one that is asked
again. Before and after, the location must still be one whose site may be asked.
"""

import logging
import uuid
from datetime import datetime, timedelta

from django.db import DatabaseError, connection, transaction
from django.db.models import Q
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from intake.recipients.actions import keep_said_by_site
from intake.recipients.queries import said_by_site
from intake.removal.actions.finding import hold_what_changed
from intake.removal.canonical import NotAnAddress, read
from intake.removal.check.asking import ask_how_reached
from intake.removal.check.models import SiteQuestion
from intake.removal.check.queries import site_domain, waiting_sites
from intake.removal.locking import lock_location
from intake.removal.models import Location

log = logging.getLogger(__name__)

READ_A_SWEEP = 10
# Longer than reading one may take.
LEASE = timedelta(minutes=3)


def read_due(now: datetime | None = None) -> int:
    """Read what was asked for. Returns how many were read. One bad row stops no other."""
    now = now or timezone.now()
    done = 0
    for _turn in range(READ_A_SWEEP):
        question = _claim_next(now)
        if question is None:
            break
        try:
            done += _read(question)
        except (DatabaseError, VaultError, NotAnAddress) as error:
            log.warning("a site could not be asked", extra={"error": type(error).__name__})
            # Its lease stays until it is over, so that the others have their turn.
    return done


def _claim_next(now: datetime) -> SiteQuestion | None:
    free = Q(leased_until=None) | Q(leased_until__lte=now)
    with transaction.atomic():
        waiting = waiting_sites().filter(free)
        if connection.features.has_select_for_update_skip_locked:
            waiting = waiting.select_for_update(of=("self",), skip_locked=True)
        question = waiting.order_by("asked_at", "pk").first()
        if question is None:
            return None
        question.claim, question.leased_until = uuid.uuid4(), now + LEASE
        if not SiteQuestion.objects.filter(free, pk=question.pk).update(
            claim=question.claim, leased_until=question.leased_until
        ):
            return None  # the next sweep finds the rest
    return question


def _read(question: SiteQuestion) -> bool:
    domain = site_domain(read(Location.objects.get(pk=question.location_id).url))
    mine = waiting_sites().filter(pk=question.pk, claim=question.claim)
    # The last question before anything leaves this machine.
    if domain is None or not mine.exists():
        return False
    # Of many pages of one site the first is asked about.
    known = said_by_site(domain).filter(looked_up_at__gte=question.asked_at).exists()
    finding = None if known else ask_how_reached(domain)
    with transaction.atomic():
        location = lock_location(question.location_id)
        if not mine.exists():
            return False  # nothing of it may count any more
        if finding is not None:
            keep_said_by_site(domain, finding)
        SiteQuestion.objects.filter(pk=question.pk).delete()
        hold_what_changed(location)
    return finding is not None
