"""What a caseworker does about a location: find out whom to ask, choose why and how, check.

Every action refuses a location that may show somebody under 18.
"""

import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from helpline.staff import audit
from helpline.staff.models import User
from helpline.staff.permissions import check_role
from intake.recipients import actions as recipient_actions
from intake.recipients.models import Proposal, Recipient
from intake.recipients.queries import recipient_for_host
from intake.removal.actions.establishing import establish
from intake.removal.actions.finding import (
    check_found_here,
    hold_what_changed,
    note_found,
)
from intake.removal.actions.proposing import begin_anew
from intake.removal.actions.stopping import stop_requests
from intake.removal.canonical import CanonicalURL, read
from intake.removal.check.actions.heeding import heed_word
from intake.removal.errors import IncompleteError, Refusal, RefusedError
from intake.removal.linter import lint_recipient, lint_statements
from intake.removal.locking import lock_location
from intake.removal.models import (
    GroundRoute,
    Location,
    RemovalRequest,
)
from intake.removal.permissions import (
    DESK_ROLES,
    check_touch,
)
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import (
    IllegalTransitionError,
    StatusChangedError,
    advance,
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
    check_found_here(_touch(location, by), proposal)
    request = propose(location, recipient_actions.confirm(proposal, by=by), by=by)
    note_found(request, proposal)
    return request


@transaction.atomic
def propose(location: Location, recipient: Recipient, *, by: User) -> RemovalRequest:
    """Note that a recipient is to be asked about a location. Twice gives the same request."""
    location = _touch(location, by)
    waiting = RemovalRequest.objects.filter(location=location, recipient=recipient)
    known = waiting.filter(status__in=[RequestStatus.PROPOSED, RequestStatus.READY]).first()
    if known is not None:
        return known
    stopped = waiting.filter(status=RequestStatus.WITHDRAWN).first()
    if stopped is not None:
        return begin_anew(stopped, by=by)
    if waiting.exists():
        raise RefusedError(Refusal.ALREADY_ASKED)
    request = RemovalRequest(location=location, recipient=recipient)
    begin(request, by=by)
    return request


@transaction.atomic
def choose(request: RemovalRequest, pair: GroundRoute, *, by: User) -> None:
    """Choose why and how. Raises IncompleteError naming what the pair lacks here."""
    location = _touch(request.location, by)
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
    _touch(request.location, by)
    if request.status in (RequestStatus.PROPOSED, RequestStatus.QUEUED, RequestStatus.UNCERTAIN):
        raise RefusedError(Refusal.NOT_NOW)
    _advance(
        request,
        RequestStatus.READY,
        by=by,
        because=Because.ANOTHER_ROUND,
        changes={"round": request.last_round + 1},
    )


@transaction.atomic
def stop(request: RemovalRequest, *, by: User) -> None:
    """Stop asking a recipient about a location."""
    _touch(request.location, by)
    if not stop_requests([request], because=Because.STOPPED, by=by):
        raise RefusedError(Refusal.NOT_NOW)


# What comes of it.


@transaction.atomic
def record_check(location: Location, *, gone: bool, by: User) -> None:
    """A person has established whether the page is still there. Their word settles a claim."""
    location = _touch(location, by)
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


def _touch(location: Location, by: User) -> Location:
    """Hold a location, and see that the person may act on it as it is now."""
    held = lock_location(location.pk)
    check_touch(by, held)
    return held


def _advance(request: RemovalRequest, to: RequestStatus, **more: Any) -> None:
    try:
        advance(request, to, **more)
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None
