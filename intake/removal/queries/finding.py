"""Who was named by whom, and whether that has to be asked again."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet

from helpline.privacy.vault.sealing import blind_index
from intake.recipients.hosts import registrable_domain
from intake.recipients.models import LookUp
from intake.recipients.queries import (
    Directory,
    Front,
    directory_for,
    fronts_of,
    latest_look_ups,
)
from intake.removal.models import FoundBy, Location, Notice, PictureAge
from intake.removal.states import RequestStatus

ORIGIN_INDEX = "location origin"
# What was said of who answers for a host may be this old when a notice leaves.
JUST_BEFORE = timedelta(minutes=15)


def origin_index_of(host: str) -> bytes:
    """The blind index by which the same server is not entered twice."""
    return blind_index(ORIGIN_INDEX, host)


@dataclass(frozen=True)
class Behind:
    """A server behind a host as the desk shows it, with its latest look-up."""

    pk: uuid.UUID
    host: str
    told_by: str
    entered_at: datetime
    look_up: LookUp | None


@dataclass(frozen=True)
class WhomToAsk:
    """All that is known of who answers for a page, once its address is open."""

    directory: Directory
    look_up: LookUp | None
    of_site: LookUp | None
    behind: list[Behind]
    fronts: list[Front]


def whom_to_ask(location: Location, host: str) -> WhomToAsk:
    """Gather it. Five queries, however many servers stand behind the host, and one for keys."""
    directory = directory_for(host)
    origins = list(location.origins.all())
    hosts = [host, *(origin.host for origin in origins)]
    look_ups, of_site = latest_look_ups(hosts, registrable_domain(host))
    own = look_ups.get(host)
    return WhomToAsk(
        directory=directory,
        look_up=own,
        of_site=of_site,
        behind=[
            Behind(
                each.pk,
                each.host,
                each.get_told_by_display(),
                each.entered_at,
                look_ups.get(each.host),
            )
            for each in origins
        ],
        fronts=fronts_of(own, directory) if own else [],
    )


def to_ask_again(now: datetime) -> QuerySet[FoundBy]:
    """What is about to be sent by a look-up that is no longer fresh.

    Never of a location that may show somebody under 18, nor of one that is forgotten.
    """
    return FoundBy.objects.filter(
        proposal__isnull=False,
        held_at=None,
        kept_at=None,
        checked_at__lt=now - JUST_BEFORE,
        request__status=RequestStatus.QUEUED,
        request__is_hand_over=False,
        request__location__picture_age=PictureAge.ADULT,
        request__location__forgotten_at=None,
    )


def asked_again(due: QuerySet[Notice], now: datetime) -> QuerySet[Notice]:
    """Of notices that are due, those whose recipients are still named."""
    stale = to_ask_again(now).filter(request__entries__notice=OuterRef("pk"))
    return due.exclude(Exists(stale))


def held() -> QuerySet[FoundBy]:
    """What waits for a person, since somebody else is named."""
    return FoundBy.objects.filter(held_at__isnull=False, kept_at=None)


def held_among(request_ids: Iterable[int]) -> bool:
    """Whether one of these requests waits for a person, since somebody else is named."""
    return held().filter(request__in=list(request_ids)).exists()
