"""A notice as a caseworker makes it: drafted, sent as it was read, taken back, or found to have left.

Every action refuses a location that may show somebody under 18.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from helpline.staff.models import User
from intake.removal.actions.drafting import MOST_IN_ONE, queue_notice, write_notice
from intake.removal.actions.finding import check_not_held
from intake.removal.actions.sending import carry_requests
from intake.removal.actions.stopping import cancel
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.linter import lint_recipient, lint_statements
from intake.removal.locking import lock_locations, lock_notice
from intake.removal.models import GroundRoute, Notice, RemovalRequest
from intake.removal.permissions import check_touch_all, check_work_at_desk
from intake.removal.queries import pair_of
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.workflow import (
    IllegalTransitionError,
    StatusChangedError,
    advance,
    advance_notice,
)


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
    lock_locations(request.location_id for request in requests)
    requests = _as_now(requests)
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
    requests = _requests_of(notice, by)
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
    _requests_of(notice, by)
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
    lock_notice(notice.pk)
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
    for request in _of_notice(notice):
        if request.status == RequestStatus.UNCERTAIN:
            advance(
                request,
                RequestStatus.READY,
                by=by,
                because=because,
                notice=notice,
                changes={"round": request.last_round + 1},
            )


def _as_now(requests: Sequence[RemovalRequest]) -> list[RemovalRequest]:
    """The same requests, read once their locations are held."""
    read = {one.pk: one for one in _to_send().filter(pk__in=[one.pk for one in requests])}
    return [read[request.pk] for request in requests]


def _requests_of(notice: Notice, by: User) -> list[RemovalRequest]:
    """Hold a notice, and see that the person may act on all that it is about."""
    lock_notice(notice.pk)
    requests = _of_notice(notice)
    check_work_at_desk(by, notice.service)
    check_touch_all(by, [request.location for request in requests])
    return requests


def _of_notice(notice: Notice) -> list[RemovalRequest]:
    return list(_to_send().filter(entries__notice=notice).order_by("entries__position"))


def _to_send() -> QuerySet[RemovalRequest]:
    return RemovalRequest.objects.select_related("location__service", "recipient").prefetch_related(
        "location__statements"
    )


def _check_ready(requests: Sequence[RemovalRequest], pair: GroundRoute) -> None:
    check_not_held(requests)
    for request in requests:
        if request.status != RequestStatus.READY:
            raise RefusedError(Refusal.CHANGED)
        missing = lint_statements(list(request.location.statements.all()), pair)
        if missing:
            raise IncompleteError(missing)
