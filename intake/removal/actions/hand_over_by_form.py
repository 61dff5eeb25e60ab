"""A hand-over that a caseworker puts into the hotline's own form.

Nobody here has a use for the address of a page that may show somebody under 18, but for who takes on
the form of the hotline. That one person is shown it as text to copy, on record each time, and nobody
else is. What became of the form is said as of any other (by_hand.py).
"""

from django.db import transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from intake.recipients import channels
from intake.recipients.channels.base import is_dry_run
from intake.recipients.channels.form import Handwork
from intake.recipients.queries import hotline
from intake.removal.actions.by_hand import lay_out
from intake.removal.actions.drafting import queue_notice, write_notice
from intake.removal.actions.hand_over import give_to
from intake.removal.actions.stopping import cancel
from intake.removal.errors import Refusal, RefusedError
from intake.removal.locking import lock_location, lock_notice
from intake.removal.models import Deed, DeskEvent, Location, Notice, RemovalRequest, WhyCopy
from intake.removal.permissions import check_work_at_desk
from intake.removal.queries import pair_for_hand_over
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import StatusChangedError


@transaction.atomic
def take_on_form(location: Location, *, by: User) -> Notice:
    """Take on the hand-over of a location whose hotline takes its own form: one form a page.

    Raises RefusedError, IncompleteError, PermissionDenied.
    """
    check_work_at_desk(by, location.service)
    lock_location(location.pk)
    request = (
        RemovalRequest.objects.filter(
            location=location, is_hand_over=True, status=RequestStatus.READY
        )
        .select_related("location__service", "recipient")
        .first()
    )
    recipient = hotline(location.service)
    if request is None or recipient is None:
        raise RefusedError(Refusal.CHANGED)
    if not channels.by_hand(recipient.channel):
        raise RefusedError(Refusal.NOT_NOW)  # the worker sends it
    if is_dry_run():
        raise RefusedError(Refusal.DRY_RUN)
    give_to([request], recipient)
    notice = write_notice([request], pair_for_hand_over())
    try:
        queue_notice(notice, [request], by=by)
    except StatusChangedError:
        raise RefusedError(Refusal.CHANGED) from None
    return notice


@transaction.atomic
def copy_for_form(notice: Notice, *, by: User) -> Handwork:
    """What goes into the hotline's form, with the address, for who took it on.

    The record says first who copies it, the history of the location too. Raises RefusedError,
    PermissionDenied.
    """
    held = _held(notice, by)
    if held.confirmed_by_id != by.pk:
        raise RefusedError(Refusal.TAKEN_ON)
    for place in Location.objects.filter(requests__entries__notice=held).only("pk"):
        audit.record(
            by=by, action="copy_address", subject_kind="location", subject_id=str(place.pk)
        )
        DeskEvent.objects.create(
            location=place, what=Deed.COPIED, why=WhyCopy.FORM, by=by, at=timezone.now()
        )
    return lay_out(held)


@transaction.atomic
def give_form_back(notice: Notice, *, by: User) -> None:
    """The form was not handed in: somebody takes it on anew. Raises RefusedError, PermissionDenied."""
    cancel(_held(notice, by), because=Because.CANCELLED, by=by)


def _held(notice: Notice, by: User) -> Notice:
    """A form of the hotline that nobody has said the outcome of, for as long as this lasts."""
    check_work_at_desk(by, notice.service)
    held = lock_notice(notice.pk)
    if not held.is_hand_over or not held.is_in_hand:
        raise RefusedError(Refusal.NOT_NOW)
    return held
