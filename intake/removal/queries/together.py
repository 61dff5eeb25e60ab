"""What can be asked of one recipient about several locations at once, and what cannot."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from intake.recipients.models import Recipient
from intake.removal.errors import LeftOut, Refusal
from intake.removal.linter import lint_recipient, lint_statements
from intake.removal.models import GroundRoute, Location, RemovalRequest, Statement
from intake.removal.queries.desk import choosable_pairs
from intake.removal.queries.matching import recipients_of
from intake.removal.states import RequestStatus

WAITING = (RequestStatus.PROPOSED, RequestStatus.READY)


@dataclass(frozen=True)
class Offer:
    """A ground and route, with the locations it fits, and the others with the reasons."""

    pair: GroundRoute
    goes: list[Location]
    left_out: list[LeftOut]


@dataclass(frozen=True)
class Group:
    """Locations about which one recipient can be asked, and along which pairs."""

    recipient: Recipient
    locations: list[Location]
    offers: list[Offer]

    @property
    def can_go(self) -> bool:
        """Whether anything can be asked at all."""
        return any(offer.goes for offer in self.offers)


@dataclass(frozen=True)
class Known:
    """What is known of chosen locations, gathered once."""

    statements: dict[uuid.UUID, list[Statement]]
    requests: dict[uuid.UUID, list[RemovalRequest]]


def groups_of(locations: Sequence[Location]) -> tuple[list[Group], list[LeftOut]]:
    """The chosen locations by who can be asked about them, and those of whom nobody is known.

    Asked is who was proposed already, or whom the directory names. Four queries.
    """
    known = gather(locations)
    named = recipients_of(locations)
    together: dict[tuple[int, uuid.UUID], tuple[Recipient, list[Location]]] = {}
    nobody = []
    for place in locations:
        owners = {
            request.recipient_id: request.recipient
            for request in known.requests.get(place.pk, [])
            if request.status in WAITING and not request.is_hand_over
        }
        if place.pk in named:
            owners.setdefault(named[place.pk].pk, named[place.pk])
        for owner in owners.values():
            together.setdefault((owner.pk, place.service_id), (owner, []))[1].append(place)
        if not owners:
            why = _("Nobody is proposed, and the directory does not tell whose it is.")
            nobody.append(LeftOut(place, [why]))
    pairs = list(choosable_pairs())
    groups = [
        Group(
            owner,
            places,
            sorted(
                (
                    offer_of(owner, pair, places, known)
                    for pair in pairs
                    if owner.kind in pair.route.kinds
                ),
                key=lambda offer: len(offer.left_out),
            ),
        )
        for owner, places in together.values()
    ]
    return sorted(groups, key=lambda group: -len(group.locations)), nobody


def gather(locations: Sequence[Location]) -> Known:
    """Statements and requests of locations. Two queries."""
    ids = [place.pk for place in locations]
    statements: dict[uuid.UUID, list[Statement]] = {}
    for statement in Statement.objects.filter(location_id__in=ids):
        statements.setdefault(statement.location_id, []).append(statement)
    requests: dict[uuid.UUID, list[RemovalRequest]] = {}
    for request in RemovalRequest.objects.filter(location_id__in=ids).select_related("recipient"):
        requests.setdefault(request.location_id, []).append(request)
    return Known(statements, requests)


def offer_of(
    recipient: Recipient, pair: GroundRoute, locations: Sequence[Location], known: Known
) -> Offer:
    """Which locations can go to a recipient along a pair. No query."""
    of_recipient = [str(each.label) for each in lint_recipient(recipient, pair)]
    goes, left_out = [], []
    for place in locations:
        why = [
            *of_recipient,
            *(
                str(each.label)
                for each in lint_statements(known.statements.get(place.pk, []), pair)
            ),
            *_asked_already(known.requests.get(place.pk, []), recipient, pair),
        ]
        if why:
            left_out.append(LeftOut(place, why))
        else:
            goes.append(place)
    return Offer(pair, goes, left_out)


def _asked_already(
    requests: Sequence[RemovalRequest], recipient: Recipient, pair: GroundRoute
) -> list[str]:
    theirs = [
        r
        for r in requests
        if r.recipient_id == recipient.pk and r.status != RequestStatus.WITHDRAWN
    ]
    if any(request.status not in WAITING for request in theirs):
        return [str(Refusal.ALREADY_ASKED.label)]
    on_another = [
        r
        for r in theirs
        if r.status == RequestStatus.READY
        and (r.ground_id, r.route_id) != (pair.ground_id, pair.route_id)
    ]
    return [_("It is ready to be sent on another ground.")] if on_another else []
