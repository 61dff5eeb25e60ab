"""Notices leave: queued by a person (or the hand-over), sent by the worker, never twice.

A worker claims a notice by a conditional UPDATE with a lease. It commits the Message-ID and the
status ``attempting`` before the other side is given anything, whatever the channel. Whoever dies after that leaves a
notice that becomes ``uncertain`` when the lease is over: a person decides, nobody resends.

Leases are moments in the database, since processes share no other clock. One that jumps costs no
second mail: each step asks for the worker's own claim, and a worker that was thought dead may only
still say how its attempt ended.
"""

import logging
import random
import uuid
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.channels.base import Outcome, Result
from intake.removal.actions.drafting import envelope_of
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.receipts import keep_receipt
from intake.removal.actions.stopping import cancel
from intake.removal.deadlines import answer_due
from intake.removal.linter import Missing, lint_recipient
from intake.removal.locking import lock_notice
from intake.removal.models import GroundRoute, Notice, RemovalRequest
from intake.removal.queries.finding import asked_again
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.workflow import (
    IllegalTransitionError,
    StatusChangedError,
    advance_all,
    advance_notice,
    can_become,
)

log = logging.getLogger(__name__)

NOTICES_A_SWEEP = 20
# Longer than any channel may take in all (mail: four waits of 20 s).
LEASE = timedelta(minutes=5)
BACKOFF_MINUTES = (1, 5, 15, 60, 180, 360)
JITTER = 0.2


def send_due_notices(now: datetime | None = None) -> int:
    """Send what is due, hand-overs first. Returns how many notices were worked on.

    Never raises on one bad row.
    """
    recover_lost_notices(now)
    send_hand_overs()
    worked = 0
    for _turn in range(NOTICES_A_SWEEP):
        notice = _claim_next(now or timezone.now())
        if notice is None:
            break
        worked += 1
        try:
            _send(notice)
        except (StatusChangedError, IllegalTransitionError):
            log.info("a notice was taken back or decided meanwhile", extra={"count": 1})
        except (DatabaseError, VaultError, ValueError, KeyError) as error:
            log.warning(
                "a notice could not be sent",
                extra={"notice": notice.reference, "error": type(error).__name__},
            )
            _put_off(notice, type(error).__name__)
    return worked


def recover_lost_notices(now: datetime | None = None) -> int:
    """Find notices whose worker is gone. Returns how many there were.

    One that was only claimed goes back to the queue; one that was being handed over becomes
    uncertain, for a person.
    """
    now = now or timezone.now()
    lost = list(
        Notice.objects.filter(
            status__in=[NoticeStatus.CLAIMED, NoticeStatus.ATTEMPTING], lease_until__lt=now
        )[:100]
    )
    recovered = 0
    for notice in lost:
        condition = {"claim": notice.claim, "lease_until": notice.lease_until}
        try:
            if notice.status == NoticeStatus.CLAIMED:
                advance_notice(
                    notice,
                    NoticeStatus.QUEUED,
                    only_if=condition,
                    changes={"claim": None, "lease_until": None, "next_action_at": now},
                )
            else:
                conclude(
                    notice,
                    Outcome(Result.UNCERTAIN, "worker_lost"),
                    only_if=condition,
                    keep_claim=True,
                )
        except StatusChangedError:
            continue  # it was not dead after all, or another worker found it first
        recovered += 1
    return recovered


def _claim_next(now: datetime) -> Notice | None:
    """Take the notice that is due longest, so that no other worker has it."""
    with transaction.atomic():
        due = Notice.objects.filter(status=NoticeStatus.QUEUED, next_action_at__lte=now)
        due = asked_again(due, now)
        if connection.features.has_select_for_update_skip_locked:
            due = due.select_for_update(skip_locked=True)
        notice = due.order_by("next_action_at").first()
        if notice is None:
            return None
        try:
            advance_notice(
                notice,
                NoticeStatus.CLAIMED,
                changes={"claim": uuid.uuid4(), "lease_until": timezone.now() + LEASE},
            )
        except StatusChangedError:
            return None  # the next sweep finds the rest
    return notice


def _send(notice: Notice) -> None:
    if lacking(notice):
        _take_back(notice)
        return
    envelope = envelope_of(notice)
    # Committed before the other side hears anything: from here on a dead worker is "uncertain".
    advance_notice(
        notice,
        NoticeStatus.ATTEMPTING,
        only_if={"claim": notice.claim},
        changes={
            "message_id": envelope.message_id,
            "attempts": notice.attempts + 1,
            "lease_until": timezone.now() + LEASE,
        },
    )
    conclude(notice, channels.deliver(notice.channel, envelope), only_if={"claim": notice.claim})


def lacking(notice: Notice) -> list[Missing]:
    """What keeps a notice from its recipient by now: it can have waited for days."""
    pair = (
        GroundRoute.objects.select_related("ground", "route")
        .filter(ground=notice.ground_id, route=notice.route_id)
        .first()
    )
    if pair is None:
        return [Missing.VERIFIED]
    if notice.is_hand_over and notice.channel != notice.recipient.channel:
        return [Missing.CHANNEL]  # made anew, by the way that the hotline takes now
    return lint_recipient(notice.recipient, pair)


@transaction.atomic
def _take_back(notice: Notice) -> None:
    """Its requests are ready again: a person decides, and a hand-over finds the hotline of now."""
    held = lock_notice(notice.pk)
    if held.status == NoticeStatus.CLAIMED and held.claim == notice.claim:
        cancel(held, because=Because.CANCELLED)


def conclude(
    notice: Notice,
    outcome: Outcome,
    *,
    only_if: dict[str, Any],
    keep_claim: bool = False,
    by: User | None = None,
) -> None:
    """Write what became of an attempt, on the notice and on its requests, in one transaction.

    ``by`` is who delivered it, where a person does.
    """
    changes: dict[str, Any] = {"lease_until": None, "outcome": outcome.detail[:300]}
    if not keep_claim:
        changes["claim"] = None
    if outcome.result == Result.NOT_SENT and outcome.retryable:
        changes["next_action_at"] = timezone.now() + max(_backoff(notice.attempts), outcome.wait)
        _advance_known(notice, NoticeStatus.QUEUED, only_if, changes)
        return
    status, following = _CONCLUSIONS[outcome.result]
    changes["next_action_at"] = None
    if status == NoticeStatus.ACCEPTED:
        changes["sent_at"] = timezone.now()
    with transaction.atomic():
        lock_notice(notice.pk)
        _advance_known(notice, status, only_if, changes, by=by)
        carry_requests(notice, following, by=by)
        if outcome.number:
            keep_receipt(notice, outcome.number, by=by)
    if status != NoticeStatus.ACCEPTED:
        log.warning(
            "a notice needs a person",
            extra={"notice": notice.reference, "status": status.value},
        )


_CONCLUSIONS = {
    Result.ACCEPTED: (NoticeStatus.ACCEPTED, RequestStatus.SENT),
    Result.REJECTED: (NoticeStatus.REJECTED, RequestStatus.REJECTED),
    Result.NOT_SENT: (NoticeStatus.REJECTED, RequestStatus.REJECTED),
    Result.UNCERTAIN: (NoticeStatus.UNCERTAIN, RequestStatus.UNCERTAIN),
}


def _advance_known(
    notice: Notice,
    to: NoticeStatus,
    only_if: dict[str, Any],
    changes: dict[str, Any],
    *,
    by: User | None = None,
) -> None:
    """Advance; a worker that was thought dead may still say what it knows."""
    try:
        with transaction.atomic():
            advance_notice(notice, to, by=by, only_if=only_if, changes=changes)
    except StatusChangedError:
        late = Notice.objects.filter(pk=notice.pk, status=NoticeStatus.UNCERTAIN, **only_if)
        if to not in (NoticeStatus.ACCEPTED, NoticeStatus.REJECTED) or not late.exists():
            raise
        notice.status = NoticeStatus.UNCERTAIN
        advance_notice(notice, to, only_if=only_if, changes=changes)


def carry_requests(
    notice: Notice, to: RequestStatus, *, by: User | None = None, **more: Any
) -> None:
    """Advance the requests of a notice that may still follow it; others were stopped meanwhile.

    The caller holds the notice.
    """
    requests = list(
        RemovalRequest.objects.filter(
            entries__notice=notice, status__in=[RequestStatus.QUEUED, RequestStatus.UNCERTAIN]
        )
    )
    following = [request for request in requests if can_become(request, to)]
    if following:
        due_at = None
        if to == RequestStatus.SENT:
            due_at = answer_due(notice, timezone.now())
        advance_all(following, to, by=by, notice=notice, due_at=due_at, **more)


def _put_off(notice: Notice, reason: str) -> None:
    """Something of ours failed before anything left: try again later."""
    held = Notice.objects.filter(pk=notice.pk).first()
    if held is None or held.status != NoticeStatus.CLAIMED or held.claim != notice.claim:
        return
    try:
        advance_notice(
            held,
            NoticeStatus.QUEUED,
            only_if={"claim": held.claim},
            changes={
                "claim": None,
                "lease_until": None,
                "attempts": held.attempts + 1,
                "next_action_at": timezone.now() + _backoff(held.attempts + 1),
                "outcome": reason[:300],
            },
        )
    except StatusChangedError:
        pass  # somebody decided meanwhile


def _backoff(attempts: int) -> timedelta:
    minutes = BACKOFF_MINUTES[min(max(attempts, 1), len(BACKOFF_MINUTES)) - 1]
    return timedelta(minutes=minutes * random.uniform(1 - JITTER, 1 + JITTER))  # noqa: S311 -- spreads load
