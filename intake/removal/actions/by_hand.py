"""Notices that a person puts into the recipient's own form.

Confirming such a notice gives it to who confirmed it, and to no worker: it waits as queued without a
moment. What that person says became of it passes the same statuses as what a worker sends, in one
transaction, so that two colleagues never fill in one form twice.
"""

import uuid

from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.channels.base import Outcome, Result, is_dry_run
from intake.recipients.channels.form import Handwork, prepare
from intake.removal.actions.drafting import envelope_of
from intake.removal.actions.receipts import keep_receipt
from intake.removal.actions.sending import conclude, lacking
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.locking import lock_notice
from intake.removal.models import Notice, RemovalRequest
from intake.removal.permissions import check_touch_all, check_work_at_desk
from intake.removal.states import NoticeStatus
from intake.removal.workflow import IllegalTransitionError, StatusChangedError, advance_notice


class HandedIn(models.TextChoices):
    """What became of a form."""

    TAKEN = "taken", _("They took it")
    REFUSED = "refused", _("The form would not take it")
    UNSURE = "unsure", _("I do not know whether it went through")


_OUTCOMES = {
    HandedIn.TAKEN: Outcome(Result.ACCEPTED, gettext_noop("filled in by hand")),
    HandedIn.REFUSED: Outcome(Result.REJECTED, gettext_noop("their form would not take it")),
    HandedIn.UNSURE: Outcome(Result.UNCERTAIN, gettext_noop("filled in by hand, and nobody knows")),
}


def handwork_of(notice: Notice, *, by: User) -> Handwork:
    """What is to be filled in, and where. Raises RefusedError, PermissionDenied."""
    _check(notice, by)
    if notice.is_hand_over:  # hand_over_by_form.py alone gives this address out
        raise RefusedError(Refusal.POSSIBLY_MINOR)
    if not notice.is_in_hand:
        raise RefusedError(Refusal.NOT_NOW)
    return lay_out(notice)


def lay_out(notice: Notice) -> Handwork:
    """The texts for a form, with the addresses. Who calls this has asked who may see them."""
    if is_dry_run():
        raise RefusedError(Refusal.DRY_RUN)
    missing = lacking(notice)
    if missing:
        raise IncompleteError(missing)
    try:
        return prepare(envelope_of(notice), form_url=notice.recipient.form_to_open)
    except ValueError:
        raise RefusedError(Refusal.STALE_DRAFT) from None


@transaction.atomic
def say_handed_in(notice: Notice, what: HandedIn, *, number: str = "", by: User) -> None:
    """A person says what became of a form. Taken: the recipient's clock starts, and the number that
    they gave is kept; also when it was called back while they had it. Raises RefusedError,
    PermissionDenied."""
    _check(notice, by)
    if is_dry_run():
        raise RefusedError(Refusal.DRY_RUN)
    notice.status = lock_notice(notice.pk).status
    outcome = _OUTCOMES[what]
    try:
        if notice.status == NoticeStatus.UNCERTAIN and channels.by_hand(notice.channel):
            if what != HandedIn.UNSURE:
                conclude(notice, outcome, only_if={}, by=by)
        elif notice.is_in_hand:
            _conclude_at_once(notice, outcome, by)
        else:
            raise RefusedError(Refusal.CHANGED)
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None
    if what == HandedIn.TAKEN and number:
        keep_receipt(notice, number, by=by)


def _conclude_at_once(notice: Notice, outcome: Outcome, by: User) -> None:
    claim = uuid.uuid4()
    advance_notice(notice, NoticeStatus.CLAIMED, by=by, changes={"claim": claim})
    advance_notice(
        notice,
        NoticeStatus.ATTEMPTING,
        by=by,
        only_if={"claim": claim},
        changes={"message_id": notice.own_message_id, "attempts": notice.attempts + 1},
    )
    conclude(notice, outcome, only_if={"claim": claim}, by=by)


def _check(notice: Notice, by: User) -> None:
    check_work_at_desk(by, notice.service)
    if not (notice.is_hand_over and channels.by_hand(notice.channel)):
        requests = RemovalRequest.objects.filter(entries__notice=notice).select_related(
            "location__service"
        )
        check_touch_all(by, [request.location for request in requests.defer("location__url")])
