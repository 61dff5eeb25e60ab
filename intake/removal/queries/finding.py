"""Whom the registers named, and whether that has to be asked again."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from helpline.privacy.vault.sealing import blind_index
from intake.recipients.models import LookUp
from intake.recipients.queries import look_ups_of
from intake.removal.models import FoundBy, Location, Notice, PictureAge
from intake.removal.states import RequestStatus

ORIGIN_INDEX = "location origin"
# What the registers said may be this old when a notice leaves.
JUST_BEFORE = timedelta(minutes=15)


def origin_index_of(host: str) -> bytes:
    """The blind index by which the same server is not entered twice."""
    return blind_index(ORIGIN_INDEX, host)


@dataclass(frozen=True)
class Behind:
    """A server behind a host as the desk shows it, with its latest look-up."""

    pk: uuid.UUID
    host: str
    look_ups: list[LookUp]


def origins_of(location: Location) -> list[Behind]:
    """The servers that were entered behind a host. One query, and three for each of them."""
    return [
        Behind(origin.pk, origin.host, list(look_ups_of(origin.host)[:1]))
        for origin in location.origins.all()
    ]


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
    """Of notices that are due, those whose recipients the registers still name."""
    stale = to_ask_again(now).filter(request__entries__notice=OuterRef("pk"))
    return due.exclude(Exists(stale))


def held_among(request_ids: Iterable[int]) -> bool:
    """Whether one of these requests waits for a person, since the registers name somebody else."""
    return FoundBy.objects.filter(
        ~Q(held_at=None), kept_at=None, request__in=list(request_ids)
    ).exists()
