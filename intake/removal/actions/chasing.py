"""Reminders: who was silent is asked once more, politely, as often as the pair says.

A reminder is the next round. It waits as a draft for a colleague to confirm, unless the pair lets it
go by itself; then it leaves when their office is open, like any other. It comes within a day after
the silence or not at all, so that what colleagues have long decided about is not begun anew.
"""

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import DatabaseError, transaction
from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from helpline.privacy.vault.errors import VaultError
from intake.recipients import channels
from intake.removal.actions.drafting import MOST_IN_ONE, queue_notice, write_notice
from intake.removal.check.states import WatchStatus
from intake.removal.composing import AFTER_A_PROMISE, REMINDER
from intake.removal.errors import RefusedError
from intake.removal.linter import lint_recipient, lint_statements
from intake.removal.locking import lock_locations
from intake.removal.models import (
    Answer,
    AnswerKind,
    GroundRoute,
    Notice,
    NoticeRequest,
    PictureAge,
    RemovalRequest,
)
from intake.removal.queries.finding import held
from intake.removal.queries.looks import look_reasons
from intake.removal.states import Because, NoticeStatus, RequestStatus, Work
from intake.removal.workflow import (
    OUR_HOURS,
    IllegalTransitionError,
    StatusChangedError,
    advance_all,
)

log = logging.getLogger(__name__)

REMINDERS_A_SWEEP = 200
WITHIN = timedelta(days=1)
# A person decides about silence within so many hours, so what is newer is due later than that.
DECIDED_IN = timedelta(hours=OUR_HOURS[RequestStatus.NO_REPLY])


@dataclass(frozen=True)
class Silence:
    """A notice that nothing came of, and in which words it is reminded of."""

    notice: Notice
    words: str


def chase(now: datetime | None = None) -> int:
    """Make the reminders that are due. Returns how many notices that were.

    Never raises on one bad row.
    """
    pairs = {
        (pair.ground_id, pair.route_id): pair
        for pair in GroundRoute.objects.filter(chasers__gt=0).select_related("ground", "route")
    }
    since = (now or timezone.now()) - WITHIN
    groups: dict[Silence, list[RemovalRequest]] = {}
    for request in _silent(pairs.values(), since):
        silence = _silence_of(request)
        if silence is not None:
            groups.setdefault(silence, []).append(request)
    made = 0
    for silence, requests in groups.items():
        if made == REMINDERS_A_SWEEP:
            break
        pair = pairs[silence.notice.ground_id, silence.notice.route_id]
        requests = _remindable(requests, pair)[:MOST_IN_ONE]
        try:
            made += bool(requests) and _remind(requests, pair, silence)
        except (RefusedError, StatusChangedError, IllegalTransitionError):
            continue  # somebody decided meanwhile, or it lacks what a notice needs now
        except (DatabaseError, VaultError, ValueError) as error:
            log.warning(
                "a reminder could not be made",
                extra={"notice": silence.notice.reference, "error": type(error).__name__},
            )
    return made


def _silent(pairs: Iterable[GroundRoute], since: datetime) -> list[RemovalRequest]:
    """What became silent lately, and may be asked once more. All of it: what cannot be reminded of
    stays silent, and must not stand in the way of what can."""
    due = Q()
    for pair in pairs:
        due |= Q(ground=pair.ground_id, route=pair.route_id, round__lte=pair.chasers)
    if not due:
        return []
    return list(
        _askable()
        .filter(due, changed_at__gte=since, due_at__gte=since + DECIDED_IN)
        .order_by("changed_at", "pk")
    )


def _askable() -> QuerySet[RemovalRequest]:
    """Who is silent, and nothing speaks against asking again.

    Never of a page that may show somebody under 18 or was seen to be gone, never who is hostile or
    out of use, and not while a reporter's word waits to be read or the registers name somebody else.
    """
    return (
        RemovalRequest.objects.filter(
            status=RequestStatus.NO_REPLY,
            is_hand_over=False,
            location__picture_age=PictureAge.ADULT,
            location__forgotten_at=None,
            recipient__active=True,
            recipient__hostile=False,
        )
        .exclude(location__work=Work.LOOK)
        .exclude(location__watch__status=WatchStatus.GONE)
        .exclude(found_by__in=held())
        .select_related("location__service", "recipient")
        .prefetch_related(
            "location__statements",
            Prefetch("entries", NoticeRequest.objects.select_related("notice").order_by("round")),
            Prefetch("answers", Answer.objects.defer("words", "who")),
        )
    )


def _silence_of(request: RemovalRequest) -> Silence | None:
    """The notice in which a request was last, if it arrived, and along the same ground and at the
    same recipient as the next one would."""
    entries = list(request.entries.all())
    if not entries:
        return None
    notice = entries[-1].notice
    as_now = (request.recipient_id, request.ground_id, request.route_id)
    if (notice.recipient_id, notice.ground_id, notice.route_id) != as_now:
        return None
    if notice.status != NoticeStatus.ACCEPTED:
        return None
    said = [answer.kind for answer in request.answers.all() if answer.notice_id == notice.pk]
    promised = bool(said) and said[-1] == AnswerKind.WILL_DO
    return Silence(notice, AFTER_A_PROMISE if promised else REMINDER)


def _remindable(requests: Iterable[RemovalRequest], pair: GroundRoute) -> list[RemovalRequest]:
    """Of these, what lacks nothing for another notice. No query."""
    return [
        request
        for request in requests
        if not lint_recipient(request.recipient, pair)
        and not lint_statements(list(request.location.statements.all()), pair)
    ]


@transaction.atomic
def _remind(found: Sequence[RemovalRequest], pair: GroundRoute, silence: Silence) -> bool:
    """Make one reminder of one notice, about what may still be asked."""
    # Who says meanwhile that the person may be under 18, or that we must stop, waits for this.
    lock_locations(request.location_id for request in found)
    again = _askable().filter(pk__in=[r.pk for r in found]).order_by("changed_at", "pk")
    requests = _remindable(again, pair)
    if not requests:
        return False
    alone = all(request.round <= pair.chasers_alone for request in requests)
    for number in {request.round for request in requests}:
        advance_all(
            [request for request in requests if request.round == number],
            RequestStatus.READY,
            because=Because.REMINDER,
            changes={"round": number + 1},
        )
    reminder = write_notice(requests, pair, earlier=silence.notice, reminder=silence.words)
    if alone and not channels.by_hand(reminder.channel) and not look_reasons(reminder):
        queue_notice(reminder, requests, by=None)
    return True
