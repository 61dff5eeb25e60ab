"""The queue of the desk: what waits for somebody, by clock, and what narrows it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from helpline.staff.models import User
from helpline.staff.permissions import services_of
from intake.recipients.models import Recipient
from intake.removal.models import Location, PictureAge, RemovalRequest, SavedView
from intake.removal.states import SETTLED, Work

PAGE = 50
# More is not counted: what somebody does today is far less, and counting a year takes long.
MOST_COUNTED = 1000
MOST_RECIPIENTS = 200
OVERDUE = "overdue"
MINE = "me"
NOBODYS = "nobody"


@dataclass(frozen=True)
class Filters:
    """What narrows the queue. ``like`` is a location: only those of the same site.

    A site is named by one of its locations, so that no host ever stands in an address of ours.
    """

    work: str = ""
    recipient: int | None = None
    who: str = ""
    urgent: bool = False
    like: uuid.UUID | None = None

    @property
    def query(self) -> str:
        """As it stands in the queue's address, in one order."""
        parts = [
            ("work", self.work),
            ("recipient", self.recipient),
            ("who", self.who),
            ("urgent", "on" if self.urgent else ""),
            ("like", self.like),
        ]
        return urlencode([(name, value) for name, value in parts if value])

    @property
    def narrows(self) -> bool:
        """Whether anything but the work is asked for."""
        return replace(self, work="") != Filters()


@dataclass(frozen=True)
class Column:
    """One kind of work, with how much stands under it; ``more`` when there is more than that."""

    key: str
    label: str
    count: int
    more: bool
    query: str


@dataclass(frozen=True)
class QueuePage:
    columns: list[Column]
    locations: list[Location]
    page: int
    has_next: bool


def queue(user: User, filters: Filters, *, page: int = 1) -> QueuePage:
    """The locations that wait for somebody, by clock, with counts. Five queries at most."""
    now = timezone.now()
    every = Location.objects.filter(service_id__in=services_of(user), forgotten_at=None)
    mine = _narrowed(every, filters, user)
    rows = list(
        of_work(mine, filters.work, now)
        .select_related("claimed_by", "urgency")
        .defer("url")
        .prefetch_related(
            Prefetch(
                "requests",
                RemovalRequest.objects.select_related("recipient").order_by("-changed_at"),
            )
        )
        .order_by(F("due_at").asc(nulls_last=True), "created_at", "pk")[
            (page - 1) * PAGE : page * PAGE + 1
        ]
    )
    return QueuePage(_columns(mine, filters, now), rows[:PAGE], page, has_next=len(rows) > PAGE)


def of_work(locations: QuerySet[Location], work: str, now: datetime) -> QuerySet[Location]:
    """Those that wait for one kind of work; without one, all that is open."""
    if work in Work.values:
        return locations.filter(work=work)
    still_open = locations.exclude(work=Work.DONE)
    return still_open.filter(due_at__lte=now) if work == OVERDUE else still_open


def colleagues(user: User, roles: Sequence[str]) -> list[User]:
    """Who works at the desk of a service of this person, themselves first."""
    found = User.objects.filter(
        is_active=True,
        groups__name__in=roles,
        memberships__service__memberships__user=user,
    ).distinct()
    return sorted(found, key=lambda each: (each.pk != user.pk, each.called.lower()))


def asked_recipients() -> list[tuple[int, str]]:
    """The recipients of whom something is asked that is not settled, by name."""
    open_requests = RemovalRequest.objects.filter(recipient=OuterRef("pk")).exclude(
        status__in=SETTLED
    )
    return list(
        Recipient.objects.filter(Exists(open_requests))
        .order_by("name", "pk")
        .values_list("pk", "name")[:MOST_RECIPIENTS]
    )


def saved_views(user: User) -> list[SavedView]:
    """The views that a person keeps."""
    return list(SavedView.objects.filter(user=user))


def _narrowed(every: QuerySet[Location], filters: Filters, user: User) -> QuerySet[Location]:
    found = every
    if filters.recipient is not None:
        asked = RemovalRequest.objects.filter(recipient=filters.recipient).exclude(
            status__in=SETTLED
        )
        found = found.filter(pk__in=asked.values("location_id"))
    if filters.who == NOBODYS:
        found = found.filter(claimed_by=None)
    elif filters.who:
        found = found.filter(claimed_by=user.pk if filters.who == MINE else int(filters.who))
    if filters.urgent:
        found = found.filter(urgency__isnull=False)
    if filters.like is not None:
        # Where a possible minor's page stands is told to nobody, also not in this way.
        site = every.filter(picture_age=PictureAge.ADULT, pk=filters.like).values("domain_index")
        found = found.filter(picture_age=PictureAge.ADULT, domain_index__in=site)
    return found


def _columns(locations: QuerySet[Location], filters: Filters, now: datetime) -> list[Column]:
    """Each kind of work with its count, in one query that never counts past ``MOST_COUNTED``."""
    labels = {
        "": _("Everything open"),
        OVERDUE: _("Overdue"),
        **{work.value: str(work.label) for work in Work},
    }
    counts: list[str] = []
    values: list[Any] = []
    for work in labels:
        some = of_work(locations, work, now).order_by().values("pk")[: MOST_COUNTED + 1]
        try:
            sql, params = some.query.sql_with_params()
        except EmptyResultSet:  # somebody who works for no service
            sql, params = "SELECT 1 WHERE 1 = 0", ()
        counts.append(f"(SELECT COUNT(*) FROM ({sql}) AS counted)")  # noqa: S608 -- made by the ORM
        values += params
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(counts), values)
        found = cursor.fetchone() or ()
    return [
        Column(
            key,
            label,
            count=min(count, MOST_COUNTED),
            more=count > MOST_COUNTED,
            query=replace(filters, work=key).query,
        )
        for (key, label), count in zip(labels.items(), found, strict=True)
    ]
