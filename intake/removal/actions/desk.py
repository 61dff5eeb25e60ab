"""What a caseworker does about a location: find out whom to ask, choose why and how, send, check.

Every action refuses a location that may show somebody under 18.
"""

import uuid
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from helpline.staff.permissions import check_role
from intake.recipients import actions as recipient_actions
from intake.recipients.models import Proposal, Recipient
from intake.recipients.queries import recipient_for_host
from intake.removal.actions.drafting import MOST_IN_ONE, queue_notice, write_notice
from intake.removal.actions.establishing import establish
from intake.removal.actions.finding import (
    check_found_here,
    check_not_held,
    hold_what_changed,
    note_found,
)
from intake.removal.actions.sending import carry_requests
from intake.removal.actions.stopping import cancel, stop_requests
from intake.removal.canonical import CanonicalURL, read
from intake.removal.check.actions.heeding import heed_word
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.linter import lint_recipient, lint_statements
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    RemovalRequest,
)
from intake.removal.permissions import (
    DESK_ROLES,
    check_touch,
    check_touch_all,
    check_work_at_desk,
)
from intake.removal.queries import pair_of
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.workflow import (
    IllegalTransitionError,
    StatusChangedError,
    advance,
    advance_notice,
    begin,
)

# Reading.


def open_address(location: Location, *, by: User) -> CanonicalURL:
    """The address of a location, as text. The record says first who reads it."""
    check_touch(by, location)
    audit.record(by=by, action="open_address", subject_kind="location", subject_id=str(location.pk))
    return read(location.url)


# Whom to ask.


def suggest(location: Location, *, by: User) -> Recipient | None:
    """The recipient that the directory knows for a location, if any."""
    return recipient_for_host(open_address(location, by=by).host)


def look_up(location: Location, *, again: bool = False, by: User) -> list[Proposal]:
    """Ask the registers who answers for a location's host. Asks the host itself nothing."""
    found = recipient_actions.look_up(open_address(location, by=by).host, by=by, again=again)
    hold_what_changed(location)
    return found


@transaction.atomic
def confirm_proposal(location: Location, proposal: Proposal, *, by: User) -> RemovalRequest:
    """A person says that a found contact is right, and asks it."""
    check_touch(by, location)
    check_found_here(location, proposal)
    request = propose(location, recipient_actions.confirm(proposal, by=by), by=by)
    note_found(request, proposal)
    return request


@transaction.atomic
def propose(location: Location, recipient: Recipient, *, by: User) -> RemovalRequest:
    """Note that a recipient is to be asked about a location. Twice gives the same request."""
    check_touch(by, location)
    waiting = RemovalRequest.objects.filter(location=location, recipient=recipient)
    known = waiting.filter(status__in=[RequestStatus.PROPOSED, RequestStatus.READY]).first()
    if known is not None:
        return known
    stopped = waiting.filter(status=RequestStatus.WITHDRAWN).first()
    if stopped is not None:
        # Asked before, then stopped: what leaves now is another round.
        advance(
            stopped,
            RequestStatus.PROPOSED,
            by=by,
            changes={"round": _next_round(stopped)},
        )
        return stopped
    if waiting.exists():
        raise RefusedError(Refusal.ALREADY_ASKED)
    request = RemovalRequest(location=location, recipient=recipient)
    begin(request, by=by)
    return request


@transaction.atomic
def choose(request: RemovalRequest, pair: GroundRoute, *, by: User) -> None:
    """Choose why and how. Raises IncompleteError naming what the pair lacks here."""
    location = request.location
    check_touch(by, location)
    missing = lint_recipient(request.recipient, pair)
    missing += lint_statements(list(location.statements.all()), pair)
    if missing:
        raise IncompleteError(missing)
    try:
        with transaction.atomic():
            _advance(
                request,
                RequestStatus.READY,
                by=by,
                changes={"ground": pair.ground, "route": pair.route},
            )
    except IntegrityError:
        raise RefusedError(Refusal.ALREADY_ASKED) from None


@transaction.atomic
def ask_again(request: RemovalRequest, *, by: User) -> None:
    """Make a request ready for another round, after no, silence, or a page that is still there."""
    check_touch(by, request.location)
    if request.status in (RequestStatus.PROPOSED, RequestStatus.QUEUED, RequestStatus.UNCERTAIN):
        raise RefusedError(Refusal.NOT_NOW)
    _advance(
        request,
        RequestStatus.READY,
        by=by,
        because=Because.ANOTHER_ROUND,
        changes={"round": _next_round(request)},
    )


def stop(request: RemovalRequest, *, by: User) -> None:
    """Stop asking a recipient about a location."""
    check_touch(by, request.location)
    if not stop_requests([request], because=Because.STOPPED, by=by):
        raise RefusedError(Refusal.NOT_NOW)


# Sending.


@transaction.atomic
def draft_notice(requests: Sequence[RemovalRequest], *, by: User) -> Notice:
    """Make the notice about requests that are ready, to be read before it goes.

    They must ask one recipient on one ground by one route, for one service. Raises RefusedError,
    IncompleteError.
    """
    if not requests:
        raise RefusedError(Refusal.NOTHING_CHOSEN)
    if len(requests) > MOST_IN_ONE:
        raise RefusedError(Refusal.TOO_MANY)
    check_touch_all(by, [request.location for request in requests])
    alike = {(r.recipient_id, r.ground_id, r.route_id, r.location.service_id) for r in requests}
    pair = pair_of(requests[0])
    if len(alike) != 1 or pair is None or len({r.location_id for r in requests}) < len(requests):
        raise RefusedError(Refusal.NOT_ALIKE)
    _check_ready(requests, pair)
    return write_notice(requests, pair)


@transaction.atomic
def send_notice(notice: Notice, *, by: User) -> None:
    """Give a notice that was read to the worker, as it is. Raises when anything has changed."""
    requests = _requests_of(notice)
    _check_notice(notice, requests, by)
    pair = pair_of(requests[0]) if requests else None
    if pair is None:
        raise RefusedError(Refusal.CHANGED)
    _check_ready(requests, pair)
    recipient = notice.recipient
    as_made = (notice.channel, notice.to, notice.language)
    if (recipient.channel, recipient.goes_to, recipient.language) != as_made:
        raise RefusedError(Refusal.STALE_DRAFT)
    missing = lint_recipient(recipient, pair)
    if missing:
        raise IncompleteError(missing)
    try:
        queue_notice(notice, requests, by=by)
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None


@transaction.atomic
def cancel_notice(notice: Notice, *, by: User) -> None:
    """Take back a notice that has not begun to leave."""
    _check_notice(notice, _requests_of(notice), by)
    try:
        cancel(notice, because=Because.CANCELLED, by=by)
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None


@transaction.atomic
def resolve_uncertain(notice: Notice, *, was_sent: bool, by: User) -> None:
    """A person found out whether a notice left. Nothing else decides that, and nothing resends.

    Not sent: its requests are ready for another round, to be sent by a person.
    """
    check_work_at_desk(by, notice.service)
    because = Because.PERSON_SAYS_SENT if was_sent else Because.PERSON_SAYS_NOT
    try:
        advance_notice(
            notice,
            NoticeStatus.ACCEPTED if was_sent else NoticeStatus.REJECTED,
            by=by,
            because=because,
            changes={"claim": None, **({"sent_at": timezone.now()} if was_sent else {})},
        )
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None
    if was_sent:
        carry_requests(notice, RequestStatus.SENT, by=by, because=because)
        return
    for request in _requests_of(notice):
        if request.status == RequestStatus.UNCERTAIN:
            advance(
                request,
                RequestStatus.READY,
                by=by,
                because=because,
                notice=notice,
                changes={"round": _next_round(request)},
            )


# What comes of it.


@transaction.atomic
def record_check(location: Location, *, gone: bool, by: User) -> None:
    """A person has established whether the page is still there. Their word settles a claim."""
    check_touch(by, location)
    now = timezone.now()
    if not establish(location, gone=gone, by=by, now=now):
        raise RefusedError(Refusal.NOT_NOW)
    heed_word(location.pk, gone=gone, at=now)


def location_for_desk(location_id: uuid.UUID, *, by: User) -> Location:
    """A location that the person may see on the desk, with all that stands beside it alone. One
    query. Raises Location.DoesNotExist."""
    check_role(by, *DESK_ROLES)
    return Location.objects.select_related(
        *("service", "claimed_by", "urgency__by", "assignment__by", "ladder"),
        "watch__switched_on_by",
    ).get(pk=location_id, forgotten_at=None, service__memberships__user=by)


def _requests_of(notice: Notice) -> list[RemovalRequest]:
    return list(
        RemovalRequest.objects.select_for_update(of=("self",))
        .filter(entries__notice=notice)
        .select_related("location__service", "recipient")
        .prefetch_related("location__statements")
        .order_by("entries__position")
    )


def _check_notice(notice: Notice, requests: Sequence[RemovalRequest], by: User) -> None:
    check_work_at_desk(by, notice.service)
    check_touch_all(by, [request.location for request in requests])


def _check_ready(requests: Sequence[RemovalRequest], pair: GroundRoute) -> None:
    check_not_held(requests)
    for request in requests:
        if request.status != RequestStatus.READY:
            raise RefusedError(Refusal.CHANGED)
        missing = lint_statements(list(request.location.statements.all()), pair)
        if missing:
            raise IncompleteError(missing)


def _next_round(request: RemovalRequest) -> int:
    """The round after the last one of which anything may have left."""
    last = request.entries.order_by("-round").values_list("round", flat=True).first()
    return (last or 0) + 1


def _advance(request: RemovalRequest, to: RequestStatus, **more: Any) -> None:
    try:
        advance(request, to, **more)
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None
