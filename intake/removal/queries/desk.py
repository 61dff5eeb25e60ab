"""What the caseworkers' desk shows."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, Field, OuterRef, Prefetch, QuerySet, Subquery, UUIDField

from helpline.privacy.vault.keys import preload
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.models import Recipient
from intake.removal.linter import Missing, lint_recipient, lint_statements
from intake.removal.models import (
    HAND_OVER_ROUTE,
    Answer,
    GroundRoute,
    LegalGround,
    Location,
    LocationNote,
    Notice,
    NoticeRequest,
    RemovalEvent,
    RemovalRequest,
    Route,
    Sighting,
    Statement,
)
from intake.removal.queries.history import Line, history_of
from intake.removal.queries.places import pair_for_hand_over
from intake.removal.states import (
    REQUEST_TRANSITIONS,
    SETTLED,
    NoticeStatus,
    RequestStatus,
)


@dataclass(frozen=True)
class Group:
    """Requests that can go in one notice."""

    recipient: Recipient
    ground: LegalGround
    route: Route
    requests: list[RemovalRequest]


MOST_READY = 500


def ready_groups(user: User) -> list[Group]:
    """What is ready to send, grouped by what one notice can hold. One query.

    Without what a draft holds already, which another would throw away, and what is held until a person
    decides whom to ask.
    """
    in_a_draft = NoticeRequest.objects.filter(
        request=OuterRef("pk"), notice__status=NoticeStatus.DRAFT
    )
    ready = (
        RemovalRequest.objects.filter(
            ~Exists(in_a_draft),
            status=RequestStatus.READY,
            is_hand_over=False,
            location__service__memberships__user=user,
            location__forgotten_at=None,
        )
        .exclude(found_by__held_at__isnull=False, found_by__kept_at=None)
        .select_related("recipient", "ground", "route", "location")
        .defer("location__url")
        .order_by("due_at", "pk")[:MOST_READY]
    )
    groups: dict[tuple[object, ...], list[RemovalRequest]] = {}
    for request in ready:
        key = (
            request.recipient_id,
            request.ground_id,
            request.route_id,
            request.location.service_id,
        )
        groups.setdefault(key, []).append(request)
    return [
        Group(requests[0].recipient, requests[0].ground, requests[0].route, requests)
        for requests in groups.values()
        if requests[0].ground is not None and requests[0].route is not None
    ]


def drafts_waiting(user: User) -> list[Notice]:
    """The notices that are made and not sent, the oldest first. One query."""
    return list(
        Notice.objects.filter(
            status=NoticeStatus.DRAFT, is_hand_over=False, service__memberships__user=user
        )
        .select_related("recipient", "look")
        .defer("subject", "text", "xarf", "look__words")
        .annotate(addresses=Count("entries"))
        .order_by("created_at", "pk")[:MOST_READY]
    )


@dataclass(frozen=True)
class Fit:
    """A pair of ground and route, and what it lacks for one request."""

    pair: GroundRoute
    missing: list[Missing]


def fits(
    request: RemovalRequest, pairs: Sequence[GroundRoute], statements: Sequence[Statement]
) -> list[Fit]:
    """The pairs that reach a recipient, those that lack nothing first. No query."""
    found = [
        Fit(pair, lint_recipient(request.recipient, pair) + lint_statements(statements, pair))
        for pair in pairs
        if request.recipient.kind in pair.route.kinds
    ]
    return sorted(found, key=lambda fit: len(fit.missing))


def choosable_pairs() -> QuerySet[GroundRoute]:
    """The pairs that may be chosen, without the hand-over, which nobody chooses."""
    return (
        GroundRoute.objects.filter(verified=True, ground__verified=True, route__verified=True)
        .exclude(route__key=HAND_OVER_ROUTE)
        .select_related("ground", "route")
        .order_by("pk")
    )


@dataclass(frozen=True)
class LastNotice:
    """The notice of a request's last round: what leads there, and how it stands."""

    pk: uuid.UUID
    reference: str
    status: str
    channel: str

    @property
    def waits_for_hand(self) -> bool:
        """Whether a colleague has yet to fill in the form of the recipient."""
        return self.status == NoticeStatus.QUEUED and channels.by_hand(self.channel)


@dataclass(frozen=True)
class AskedRequest:
    """A request as the desk shows it."""

    request: RemovalRequest
    notice: LastNotice | None
    answer: Answer | None
    fits: list[Fit]
    # What keeps a hand-over that is ready from going.
    missing: list[Missing]
    can_ask_again: bool
    can_stop: bool

    @property
    def is_held(self) -> bool:
        """Whether nothing goes before a person has decided whom to ask."""
        found = getattr(self.request, "found_by", None)
        return found is not None and found.is_held

    @property
    def is_for_hand(self) -> bool:
        """Whether a hand-over waits for somebody to fill in the hotline's form."""
        request = self.request
        is_ready = request.is_hand_over and request.status == RequestStatus.READY
        return is_ready and not self.missing and channels.by_hand(request.recipient.channel)


@dataclass(frozen=True)
class LocationView:
    """All that the desk shows of a location, but its address."""

    location: Location
    statements: list[Statement]
    asked: list[AskedRequest]
    events: list[RemovalEvent]
    notes: list[LocationNote]
    can_check: bool
    has_unread: bool
    can_hand_over_again: bool
    # Of all reports, and of what colleagues did.
    history: list[Line]


def location_view(location: Location) -> LocationView:
    """Gather what the desk shows of a location. Eight queries, however long its
    history, and one for the keys of what is read.
    """
    statements = list(
        location.statements.order_by("created_at").prefetch_related(
            Prefetch("sightings", Sighting.objects.select_related("read_by"))
        )
    )
    requests = list(
        location.requests.select_related("recipient", "ground", "route", "found_by")
        .annotate(
            last_notice=_of_last_round("notice", UUIDField()),
            last_reference=_of_last_round("notice__reference"),
            last_status=_of_last_round("notice__status"),
            last_channel=_of_last_round("notice__channel"),
        )
        .order_by("created_at")
    )
    answers = {
        answer.request_id: answer
        for answer in Answer.objects.filter(request__in=[r.pk for r in requests])
        .select_related("checked_by")
        .order_by("received_at", "id")
    }
    notes = list(location.notes.select_related("by"))
    preload(
        [answer.notice_id for answer in answers.values()] + [location.pk for _note in notes[:1]]
    )
    pairs = (
        list(choosable_pairs()) if any(r.status == RequestStatus.PROPOSED for r in requests) else []
    )
    asked = [
        AskedRequest(
            request=request,
            notice=LastNotice(
                request.last_notice,
                request.last_reference,
                request.last_status,
                request.last_channel,
            )
            if request.last_notice
            else None,
            answer=answers.get(request.pk),
            fits=fits(request, pairs, statements)
            if request.status == RequestStatus.PROPOSED
            else [],
            missing=lint_recipient(request.recipient, pair_for_hand_over())
            if request.is_hand_over and request.status == RequestStatus.READY
            else [],
            can_ask_again=_can_ask_again(request),
            can_stop=request.status not in SETTLED,
        )
        for request in requests
    ]
    events = list(
        location.events.select_related("by", "request__recipient").order_by("-at", "-id")[:200]
    )
    return LocationView(
        location=location,
        statements=statements,
        asked=asked,
        events=events,
        history=history_of(location, statements, events),
        notes=notes,
        can_check=not location.is_possibly_minor and any(r.status in CHECKABLE for r in requests),
        has_unread=not location.is_possibly_minor
        and any(s.read_at is None for statement in statements for s in statement.sightings.all()),
        can_hand_over_again=location.is_possibly_minor
        and any(r.is_hand_over and _can_ask_again(r) for r in requests),
    )


def _of_last_round(field: str, kind: Field[Any, Any] | None = None) -> Subquery:
    """Something of a request's last round, with the request itself. SQLite has to be told the kind
    of what a foreign key holds.
    """
    entries = NoticeRequest.objects.filter(request=OuterRef("pk")).order_by("-round")
    return Subquery(entries.values(field)[:1], output_field=kind)


CHECKABLE = frozenset(
    s
    for s in RequestStatus
    if RequestStatus.REMOVED in REQUEST_TRANSITIONS[s] and s != RequestStatus.READY
)


def _can_ask_again(request: RemovalRequest) -> bool:
    status = RequestStatus(request.status)
    by_hand = (RequestStatus.PROPOSED, RequestStatus.QUEUED, RequestStatus.UNCERTAIN)
    return status not in by_hand and RequestStatus.READY in REQUEST_TRANSITIONS[status]


def notice_for_desk(notice_id: uuid.UUID) -> Notice | None:
    """A notice with what its page names."""
    return (
        Notice.objects.select_related("service", "recipient", "ground", "route", "confirmed_by")
        .filter(pk=notice_id)
        .first()
    )
