"""A page that may show somebody under 18 goes to the hotline, and nowhere else."""

from django.db import transaction

from helpline.staff.models import User
from intake.recipients.queries import hotline
from intake.removal.actions.drafting import write_notice
from intake.removal.actions.sending import queue_notice
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Location, PictureAge, RemovalRequest
from intake.removal.permissions import check_work_at_desk
from intake.removal.queries import pair_for_hand_over
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import advance, begin, can_become

HAND_OVERS_A_SWEEP = 50


@transaction.atomic
def hand_over(location: Location) -> bool:
    """Make and queue the hand-over of a location, once. Returns whether it is on its way.

    Without a hotline in use the location waits at the top of the desk's queue, and the worker
    comes back to it.
    """
    recipient = hotline(location.service)
    pair = pair_for_hand_over()
    if recipient is None:
        return False
    request = location.requests.filter(is_hand_over=True).first()
    if request is None:
        request = RemovalRequest(location=location, recipient=recipient, is_hand_over=True)
        begin(request)
        advance(request, RequestStatus.READY, changes={"ground": pair.ground, "route": pair.route})
    elif location.reopened_at and request.changed_at < location.reopened_at:
        _once_more(request)
    if request.status != RequestStatus.READY:
        return request.status != RequestStatus.PROPOSED
    try:
        with transaction.atomic():
            notice = write_notice([request], pair)
            queue_notice(notice, [request], by=None)
    except RefusedError:
        return False  # stays ready; the desk shows what is missing
    return True


def hand_over_waiting() -> int:
    """Hand over what could not be handed over before. Returns how many now are."""
    waiting = (
        Location.objects.filter(picture_age=PictureAge.POSSIBLY_MINOR, forgotten_at=None)
        .exclude(requests__is_hand_over=True, requests__status__in=AFTER_READY)
        .select_related("service")
        .defer("url")
        .order_by("due_at")[:HAND_OVERS_A_SWEEP]
    )
    return sum(hand_over(location) for location in waiting)


@transaction.atomic
def hand_over_again(location: Location, *, by: User) -> None:
    """Write to the hotline once more: its mail was refused, it was silent, or it asked for more.

    The one thing a caseworker can do about a location that may show somebody under 18.
    """
    check_work_at_desk(by, location.service)
    request = location.requests.filter(is_hand_over=True).first()
    if request is None or not can_become(request, RequestStatus.READY):
        raise RefusedError(Refusal.NOT_NOW)
    if request.status in (RequestStatus.PROPOSED, RequestStatus.QUEUED, RequestStatus.UNCERTAIN):
        raise RefusedError(Refusal.NOT_NOW)
    advance(
        request,
        RequestStatus.READY,
        by=by,
        because=Because.ANOTHER_ROUND,
        changes={"round": request.round + 1},
    )
    hand_over(location)


AFTER_READY = [
    status
    for status in RequestStatus.values
    if status not in (RequestStatus.PROPOSED, RequestStatus.READY)
]


def _once_more(request: RemovalRequest) -> None:
    """Reported again after the hotline was done with it: the next round."""
    if can_become(request, RequestStatus.STILL_THERE):
        advance(request, RequestStatus.STILL_THERE, because=Because.REPORTED_AGAIN)
    if request.status != RequestStatus.READY and can_become(request, RequestStatus.READY):
        advance(
            request,
            RequestStatus.READY,
            because=Because.ANOTHER_ROUND,
            changes={"round": request.round + 1},
        )
