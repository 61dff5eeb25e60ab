"""Requests and notices that must not go on."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from helpline.privacy.vault.keys import destroy_key
from helpline.staff.models import User
from intake.removal.models import Notice, NoticeRequest, RemovalRequest
from intake.removal.states import Because, NoticeStatus, RequestStatus
from intake.removal.workflow import advance_all, advance_notice, can_become

# The other side has not heard of these.
NOT_BEGUN = (NoticeStatus.DRAFT, NoticeStatus.QUEUED, NoticeStatus.CLAIMED)


@transaction.atomic
def stop_requests(
    requests: Sequence[RemovalRequest],
    *,
    because: Because,
    by: User | None = None,
    at: datetime | None = None,
) -> int:
    """Withdraw what can still be withdrawn, and call back notices that have not begun to leave.

    What has left cannot be called back: its request is withdrawn all the same, so that nothing
    follows. The caller holds the location. Returns how many were withdrawn.
    """
    call_back([request.pk for request in requests], because=because, by=by)
    for request in requests:
        request.refresh_from_db(fields=["status"])
    stoppable = [r for r in requests if can_become(r, RequestStatus.WITHDRAWN)]
    if stoppable:
        advance_all(stoppable, RequestStatus.WITHDRAWN, because=because, by=by, at=at)
    return len(stoppable)


def call_back(request_ids: Iterable[int], *, because: Because, by: User | None = None) -> None:
    """Take back the notices about these requests that have not begun to leave, whatever else is in
    them. The caller holds their locations.

    A form that a colleague has in hand may be handed in by now: that becomes uncertain.
    """
    entries = NoticeRequest.objects.filter(request__in=list(request_ids))
    # Held, since a worker may be about to claim one: then it is leaving, or it never does.
    notices = Notice.objects.select_for_update(no_key=True).filter(
        pk__in=entries.values("notice"), status__in=NOT_BEGUN
    )
    for notice in notices.order_by("pk"):
        if notice.is_in_hand:
            _ask_who_has_it(notice, because=because, by=by)
        else:
            cancel(notice, because=because, by=by)


@transaction.atomic
def cancel(notice: Notice, *, because: Because, by: User | None = None) -> None:
    """Take back a notice that has not begun to leave; its requests can be sent anew.

    Raises StatusChangedError when it has begun.
    """
    advance_notice(notice, NoticeStatus.CANCELLED, because=because, by=by)
    queued = _queued_in(notice)
    if queued:
        advance_all(queued, RequestStatus.READY, because=Because.CANCELLED, by=by, notice=notice)
    # It never left: the round is free again, and its text is of no use to anyone.
    NoticeRequest.objects.filter(notice=notice).delete()
    _forget_notice(notice.pk)


def _ask_who_has_it(notice: Notice, *, because: Because, by: User | None) -> None:
    detail = gettext_noop("called back while a colleague had their form")
    advance_notice(
        notice,
        NoticeStatus.UNCERTAIN,
        because=because,
        by=by,
        changes={"outcome": detail, "message_id": notice.own_message_id},
    )
    queued = _queued_in(notice)
    if queued:
        advance_all(queued, RequestStatus.UNCERTAIN, because=because, by=by, notice=notice)


def _queued_in(notice: Notice) -> list[RemovalRequest]:
    return list(RemovalRequest.objects.filter(entries__notice=notice, status=RequestStatus.QUEUED))


def forget_notices(location_id: uuid.UUID) -> None:
    """Forget the text of notices that are about nothing but forgotten locations."""
    emptied = (
        Notice.objects.filter(entries__request__location_id=location_id, forgotten_at=None)
        .exclude(entries__request__location__forgotten_at=None)
        .values_list("pk", flat=True)
    )
    for notice_id in set(emptied):
        _forget_notice(notice_id)


def _forget_notice(notice_id: uuid.UUID) -> None:
    Notice.objects.filter(pk=notice_id).update(forgotten_at=timezone.now())
    transaction.on_commit(lambda: destroy_key(notice_id))
