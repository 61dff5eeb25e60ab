"""Questions about watches and what they saw, and about what sites say of how they are reached."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from intake.recipients.hosts import registrable_domain
from intake.recipients.queries import answers_200_when_gone
from intake.removal.canonical import CanonicalURL
from intake.removal.check.judging import Facts, PastLook, Word
from intake.removal.check.models import Check, SiteQuestion, Watch
from intake.removal.check.refusing import unaskable
from intake.removal.check.security_txt import place_of
from intake.removal.check.states import Unaskable, Verdict, WatchStatus
from intake.removal.models import (
    Location,
    PictureAge,
    RemovalRequest,
    Seen,
    Sighting,
    Statement,
    Wish,
)
from intake.removal.states import RequestStatus

ON = (WatchStatus.LOOKING, WatchStatus.GONE)
SHOWN = 6
LATE = timedelta(minutes=30)
# Of one server, one page at a time, and not the next at once.
BETWEEN = timedelta(seconds=20)


def why_never(address: CanonicalURL) -> Unaskable | None:
    """Why an address is never asked: what it looks like, or what is known of its site."""
    return unaskable(address.url) or (
        Unaskable.LIES if answers_200_when_gone(address.host) else None
    )


def askable() -> QuerySet[Watch]:
    """Watches whose location may be asked."""
    return Watch.objects.filter(_may_be_asked(), status__in=ON)


def waiting_sites() -> QuerySet[SiteQuestion]:
    """Sites to ask how they are reached, where that is still so."""
    return SiteQuestion.objects.filter(_may_be_asked())


def _may_be_asked() -> Q:
    """Of an adult's location, that somebody still wants gone."""
    wanted = Statement.objects.filter(
        location=OuterRef("location"), mandate_withdrawn_at=None, wish=Wish.REMOVE
    )
    return Q(Exists(wanted), location__picture_age=PictureAge.ADULT, location__forgotten_at=None)


def due(now: datetime) -> QuerySet[Watch]:
    """Watches to look for now, the longest due first. No two of one server at a time."""
    same_server = Q(location__host_index=OuterRef("location__host_index"))
    lately = Check.objects.filter(
        at__gt=now - BETWEEN, watch__location__host_index=OuterRef("location__host_index")
    )
    under_way = Watch.objects.filter(same_server, leased_until__gt=now)
    return (
        askable()
        .filter(~Exists(lately), ~Exists(under_way), next_at__lte=now)
        .order_by("next_at", "pk")
    )


def facts_of(watch: Watch) -> Facts:
    """What the next judgement of a watch leans on. At most four queries."""
    seen = [
        PastLook(at, Verdict(verdict))
        for at, verdict in watch.checks.filter(at__gt=watch.counts_from)
        .order_by("at", "pk")
        .values_list("at", "verdict")
    ]
    word = None
    if watch.word_at is not None and watch.word_gone is not None:
        before = (
            watch.checks.filter(at__lte=watch.word_at)
            .exclude(verdict=Verdict.CANNOT_TELL)
            .order_by("-at", "-pk")
            .values_list("verdict", flat=True)
            .first()
        )
        word = Word(watch.word_gone, watch.word_at)
        word = Word(watch.word_gone, watch.word_at, seen_before=before == word.verdict)
    return Facts(
        status=WatchStatus(watch.status),
        seen=seen,
        word=word,
        claimed_at=RemovalRequest.objects.filter(
            location=watch.location_id, status=RequestStatus.SAID_REMOVED
        )
        .order_by("changed_at")
        .values_list("changed_at", flat=True)
        .first(),
        denied_at=Sighting.objects.filter(statement__location=watch.location_id)
        .exclude(seen=Seen.GONE)
        .order_by("-at")
        .values_list("at", flat=True)
        .first(),
    )


@dataclass(frozen=True)
class WatchView:
    """What the desk shows beside a location about looking again."""

    watch: Watch | None
    checks: list[Check]
    is_offered: bool
    is_late: bool
    never: Unaskable | None


def watch_view(
    location: Location, *, can_check: bool, address: CanonicalURL | None = None
) -> WatchView:
    """Gather it. One query where a page is looked at, and one where that can be begun."""
    watch: Watch | None = getattr(location, "watch", None)
    checks = list(watch.checks.order_by("-at", "-pk")[:SHOWN]) if watch else []
    is_on = watch is not None and watch.is_on
    is_offered = settings.HELPLINE_CHECKS and can_check and not is_on
    return WatchView(
        watch=watch,
        checks=checks,
        is_offered=is_offered,
        is_late=watch is not None
        and watch.status in ON
        and watch.next_at is not None
        and watch.next_at < timezone.now() - LATE,
        never=why_never(address) if address is not None and is_offered else None,
    )


def site_domain(address: CanonicalURL) -> str | None:
    """The registered name whose security.txt may be read, or None where there is none to ask."""
    return None if address.is_onion else registrable_domain(address.host)


def is_asking_sites() -> bool:
    """Whether the checker runs on this site, as far as its settings say."""
    return settings.HELPLINE_CHECKS and not settings.HELPLINE_DRY_RUN


@dataclass(frozen=True)
class SiteContactView:
    """That a site may be asked how it is reached, and whether it is. ``place`` is where it says that."""

    place: str
    is_asked: bool
    is_late: bool


def site_contact_view(location: Location, address: CanonicalURL) -> SiteContactView | None:
    """Gather it, where sites may be asked. One query."""
    domain = site_domain(address)
    if domain is None or not is_asking_sites():
        return None
    question = SiteQuestion.objects.filter(location=location).first()
    return SiteContactView(
        place=place_of(domain),
        is_asked=question is not None,
        is_late=question is not None and question.asked_at < timezone.now() - LATE,
    )
