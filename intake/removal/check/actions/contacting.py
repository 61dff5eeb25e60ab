"""Whom the site itself names: a caseworker has its security.txt read, and before a notice leaves to whom
it named, it is read again."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from intake.recipients.actions.looking_up import KEPT_FOR
from intake.recipients.models import LookUp, Proposal
from intake.recipients.queries import newest_like, said_by_site
from intake.recipients.states import Source
from intake.removal.actions.finding import ask_again
from intake.removal.canonical import read
from intake.removal.check.models import SiteQuestion
from intake.removal.check.queries import is_asking_sites, site_domain
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import FoundBy, Location
from intake.removal.permissions import check_touch
from intake.removal.queries.finding import JUST_BEFORE, to_ask_again
from intake.removal.states import NoticeStatus


@transaction.atomic
def ask_site(location: Location, *, again: bool = False, by: User) -> None:
    """Have the checker ask the site how it is reached. Its own people may see that somebody asked.

    What it said some hours ago is used again, unless ``again``. Raises PermissionDenied, RefusedError.
    """
    check_touch(by, location)
    domain = site_domain(read(location.url))
    if domain is None or not is_asking_sites():
        raise RefusedError(Refusal.NOT_NOW)
    audit.record(by=by, action="ask_site", subject_kind="location", subject_id=str(location.pk))
    now = timezone.now()
    lately = said_by_site(domain).filter(looked_up_at__gte=now - KEPT_FOR).first()
    if again or lately is None or not lately.is_conclusive:
        SiteQuestion.objects.get_or_create(location=location, defaults={"asked_at": now})


def ask_sites_again(now: datetime | None = None) -> int:
    """Before notices leave: have sites asked again whether they still name who is written to.

    Only the checker asks them, so this leaves a question and finds the answer another time. A checker
    that is not there, or has no answer in a while, holds up nothing: a person confirmed whom to ask.
    Returns how many were settled.
    """
    now = now or timezone.now()
    # Not while it waits for anything else: each question is one that a site can see.
    leaving = to_ask_again(now).filter(
        proposal__source=Source.SITE,
        request__entries__notice__status=NoticeStatus.QUEUED,
        request__entries__notice__next_action_at__lte=now,
    )
    return ask_again(leaving, lambda found, named: _renewed(found, named, now), now)


def _renewed(found: FoundBy, named: Proposal, now: datetime) -> LookUp | None:
    newest = newest_like(named.look_up, since=now - JUST_BEFORE)
    if newest is not None or not is_asking_sites():
        return newest or named.look_up
    question, _is_new = SiteQuestion.objects.get_or_create(
        location_id=found.request.location_id, defaults={"asked_at": now}
    )
    return named.look_up if question.asked_at < now - JUST_BEFORE else None
