"""Who can be asked next about a page, rung by rung."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from helpline.services.models import Service
from intake.recipients.models import LookUp, Recipient
from intake.recipients.queries import authorities_for, look_ups_of, recipient_for_host
from intake.recipients.states import Kind
from intake.removal.ladder import RUNGS, height
from intake.removal.models import Ladder, Location, PictureAge, RemovalRequest, WaitsFor
from intake.removal.states import SETTLED, RequestStatus, Work
from intake.removal.workflow import DEAD_ENDS

LOCATIONS_A_SWEEP = 100
# These stand behind no page in particular, so all that are in use may be asked.
FOR_EVERY_PAGE = (Kind.SEARCH_ENGINE,)


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: whom to propose on the next rung, or what it waits for."""

    recipients: list[Recipient]
    waits_for: WaitsFor = WaitsFor.NOTHING


def next_turn(location: Location, host: str, requests: Sequence[RemovalRequest]) -> Turn:
    """The lowest rung on which somebody was not asked yet. Seven queries at most.

    Who is hostile, out of use or of another service is skipped, and so is whom a person stopped
    asking. What only a person can do, looking up and confirming, is waited for.
    """
    asked = _asked(location, requests)
    newest = look_ups_of(host).first()
    known = _known(location.service, host, newest)
    unconfirmed = _unconfirmed(newest)
    for rung in RUNGS:
        fresh = [one for one in known if one.kind == rung and one.pk not in asked]
        if fresh:
            return Turn(fresh)
        if rung in unconfirmed:
            return Turn([], WaitsFor.CONFIRMING)
        if rung == Kind.NETWORK and newest is None:
            return Turn([], WaitsFor.LOOK_UP)
    return Turn([], WaitsFor.NOBODY)


def _asked(location: Location, requests: Iterable[RemovalRequest]) -> set[int]:
    """The recipients whose turn is over. What was stopped before the page came back begins anew."""
    since = location.reopened_at
    return {
        request.recipient_id
        for request in requests
        if not (request.status == RequestStatus.WITHDRAWN and since and request.changed_at < since)
    }


def _known(service: Service, host: str, newest: LookUp | None) -> list[Recipient]:
    """Whom the directory and the last look-up name for a host, the lowest on the ladder first."""
    found = {
        one.pk: one
        for one in Recipient.objects.filter(kind__in=FOR_EVERY_PAGE, active=True).order_by("pk")
    }
    for authority in authorities_for(newest) if newest else ():
        found[authority.pk] = authority
    owner = recipient_for_host(host)
    if owner is not None:
        found[owner.pk] = owner
    for proposal in newest.proposals.all() if newest else ():
        if proposal.recipient is not None:
            found[proposal.recipient.pk] = proposal.recipient
    return sorted(
        (
            one
            for one in found.values()
            if one.active
            and not one.hostile
            and one.kind in RUNGS
            and one.service_id in (None, service.pk)
        ),
        key=lambda one: (height(one.kind), one.pk),
    )


def _unconfirmed(newest: LookUp | None) -> set[str]:
    """The rungs for which a look-up found a contact that no person has judged."""
    if newest is None:
        return set()
    return {one.kind for one in newest.proposals.all() if one.confirmed_at is None}


def due_for_the_ladder(service: Service, now: datetime) -> list[Location]:
    """Locations of adults at which somebody has to decide, and the ladder may look again."""
    return list(
        Location.objects.filter(
            Q(ladder=None) | Q(ladder__next_look_at__lte=now),
            service=service,
            work=Work.DECIDE,
            picture_age=PictureAge.ADULT,
            forgotten_at=None,
        )
        .select_related("service")
        .order_by("due_at")[:LOCATIONS_A_SWEEP]
    )


@dataclass(frozen=True)
class Rung:
    """One rung as the desk shows it: who was asked there, and how that stands."""

    kind: Kind
    asked: list[RemovalRequest]


@dataclass(frozen=True)
class LadderView:
    """The ladder beside a location. It tells nothing of the address."""

    rungs: list[Rung]
    waits_for: WaitsFor
    can_climb: bool


def ladder_view(location: Location, requests: Sequence[RemovalRequest]) -> LadderView | None:
    """The ladder of a location, or None for one that the hotline has."""
    if location.is_possibly_minor:
        return None
    mine = [request for request in requests if not request.is_hand_over]
    stuck = any(r.status in DEAD_ENDS for r in mine)
    row: Ladder | None = getattr(location, "ladder", None) if stuck else None
    return LadderView(
        rungs=[Rung(kind, [r for r in mine if r.recipient.kind == kind]) for kind in RUNGS],
        waits_for=WaitsFor(row.waits_for) if row else WaitsFor.NOTHING,
        can_climb=stuck and all(r.status in SETTLED | DEAD_ENDS for r in mine),
    )
