"""Who can be asked next about a page, rung by rung."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from helpline.services.models import Service
from intake.recipients.models import LookUp, Proposal, Recipient
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
class Named:
    """Somebody who can be asked, by the directory or by what a look-up found."""

    recipient: Recipient
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Turn:
    """Whose turn it is: whom to propose on the next rung, or what it waits for."""

    named: list[Named]
    waits_for: WaitsFor = WaitsFor.NOTHING


def next_turn(location: Location, host: str, requests: Sequence[RemovalRequest]) -> Turn:
    """The lowest rung on which somebody was not asked yet. Eight queries at most, and four more for
    each server that was entered behind the host.

    Who is hostile, out of use or of another service is skipped, and so is whom a person stopped
    asking. What only a person can do, looking up and confirming, is waited for.
    """
    asked = _asked(location, requests)
    hosts = [host, *(origin.host for origin in location.origins.all())]
    newest = [look_ups_of(each).first() for each in hosts]
    look_ups = [each for each in newest if each is not None]
    known = _known(location.service, host, look_ups)
    unconfirmed = {
        each.kind for one in look_ups for each in one.proposals.all() if each.confirmed_at is None
    }
    for rung in RUNGS:
        fresh = [
            one for one in known if one.recipient.kind == rung and one.recipient.pk not in asked
        ]
        if fresh:
            return Turn(fresh)
        if rung in unconfirmed:
            return Turn([], WaitsFor.CONFIRMING)
        if rung == Kind.NETWORK and None in newest:
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


def _known(service: Service, host: str, look_ups: Sequence[LookUp]) -> list[Named]:
    """Whom the directory and the last look-ups name for a host, the lowest on the ladder first.

    What stands in the directory goes before what was looked up: it is not asked for again.
    """
    named = {
        proposal.recipient.pk: Named(proposal.recipient, proposal)
        for look_up in look_ups
        for proposal in look_up.proposals.all()
        if proposal.recipient is not None
    }
    by_directory = [
        *Recipient.objects.filter(kind__in=FOR_EVERY_PAGE, active=True),
        *(authority for look_up in look_ups for authority in authorities_for(look_up)),
    ]
    owner = recipient_for_host(host)
    if owner is not None:
        by_directory.append(owner)
    named |= {recipient.pk: Named(recipient) for recipient in by_directory}
    return sorted(
        (
            each
            for each in named.values()
            if (one := each.recipient).active
            and not one.hostile
            and one.kind in RUNGS
            and one.service_id in (None, service.pk)
        ),
        key=lambda each: (height(each.recipient.kind), each.recipient.pk),
    )


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
