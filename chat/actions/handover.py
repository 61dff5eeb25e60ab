"""A conversation goes from one member of staff to another, and a supervisor is asked along.

Whoever holds a conversation asks, and goes on answering until somebody accepts: the visitor is
never left alone in between. A supervisor may take a conversation over, or give it to a colleague,
without asking. What is written along is for colleagues only.
"""

import uuid

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from chat import permissions, queries
from chat.actions.desk import back_to_front, record_choice
from chat.actions.settling import lock, note
from chat.aftercare.permissions import check_rested
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, Handover, Seat
from chat.states import ASKS_TO_HAND_OVER, HandoverStatus, Kind, Sender, Status, Way
from chat.wire import bells
from chat.workflow import advance, hand_on, record
from helpline.staff.models import User

SUMMARY_BYTES = 2048


def hand_over(
    *, conversation: Conversation, way: Way, summary: str, by: User, to: User | None = None
) -> None:
    """Ask a colleague or the supervisors to go on, or leave it to who takes it from the queue.

    A new question replaces the one that is still open; the same one asked again changes nothing.
    Raises ChatError: EMPTY or TOO_LONG for the summary, UNKNOWN, THEY_ARE_OFF or THEY_ARE_FULL for
    the colleague.
    """
    permissions.check_can_answer(by, conversation)
    summary = _check_summary(summary, needed=True)
    if way not in ASKS_TO_HAND_OVER or (way == Way.COLLEAGUE) != (to is not None):
        raise ChatError(Code.MALFORMED)
    if to is not None:
        permissions.check_can_be_given(to, conversation, by=by)
    with transaction.atomic():
        if to is not None:
            _check_room(to, by=by)
        row = _held(conversation, by)
        if way == Way.QUEUE:
            if row.status == Status.PAUSED:
                raise ChatError(Code.PAUSED)
            back_to_front(row, side=Sender.COUNSELLOR, by=by)
            note(row, Line.GIVEN_BACK)
            bells.announce_queue(row.service_id)
        else:
            if _is_asked(row, way=way, to=to, summary=summary):
                return
            _close(row.handovers.filter(way__in=ASKS_TO_HAND_OVER), HandoverStatus.WITHDRAWN, by)
        Handover.objects.create(conversation=row, way=way, by=by, holder=by, to=to, summary=summary)
        record(row, Kind.HANDOVER, side=Sender.COUNSELLOR, by=by)
        _ring(row)


def ask_supervisor(*, conversation: Conversation, by: User, question: str = "") -> None:
    """Ask a supervisor to look along. The chat stays with who has it. Twice is once."""
    permissions.check_can_answer(by, conversation)
    question = _check_summary(question, needed=False)
    with transaction.atomic():
        row = _held(conversation, by)
        asked = row.handovers.filter(way=Way.ADVICE, status=HandoverStatus.OPEN)
        if not question and asked.exists():
            return
        _close(asked, HandoverStatus.WITHDRAWN, by)
        Handover.objects.create(
            conversation=row, way=Way.ADVICE, by=by, holder=by, summary=question
        )
        record(row, Kind.ADVICE, side=Sender.COUNSELLOR, by=by)
        _ring(row)


def accept_handover(*, conversation: Conversation, handover_id: uuid.UUID, by: User) -> None:
    """Go on with a conversation that was handed over, or look along as was asked.

    Exactly one of those who accept gets it. Raises ChatError: FULL, OFF_DUTY, RESTING or HEAVY when
    ``by`` cannot, ANSWERED when it was answered, withdrawn or overtaken.
    """
    with transaction.atomic():
        handover = _asked_of(by, conversation, handover_id)
        if handover.way == Way.ADVICE:
            row = lock(conversation)
            _answer(handover, HandoverStatus.ACCEPTED, by)
            _ring(row)
            return
        if not conversation.in_danger:
            check_rested(by)
        _check_room(by, by=by)
        row = lock(conversation)
        if row.is_over:
            raise ChatError(Code.ENDED)
        _answer(handover, HandoverStatus.ACCEPTED, by)
        hand_on(row, by, by=by)
        note(row, Line.HANDED_OVER)


def decline_handover(*, conversation: Conversation, handover_id: uuid.UUID, by: User) -> None:
    """Not now. The chat stays with who has it, and they are told."""
    with transaction.atomic():
        handover = _asked_of(by, conversation, handover_id)
        row = lock(conversation)
        _answer(handover, HandoverStatus.DECLINED, by)
        _ring(row)


def withdraw_handover(*, conversation: Conversation, handover_id: uuid.UUID, by: User) -> None:
    """Whoever asked does not need it any more. Twice is once."""
    permissions.check_can_open(by, conversation)
    with transaction.atomic():
        row = lock(conversation)
        asked = row.handovers.filter(pk=handover_id, by=by)
        if _close(asked, HandoverStatus.WITHDRAWN, by):
            _ring(row)


def take_over(*, conversation: Conversation, by: User) -> None:
    """A supervisor goes on with a conversation at once, whoever has it and however full they are.

    Twice is once.
    """
    permissions.check_can_take_over(by, conversation)
    with transaction.atomic():
        row = lock(conversation)
        if row.owner_id != by.pk:
            _give(row, by, way=Way.TAKEN, by=by)


def reassign(*, conversation: Conversation, to: User, by: User, summary: str = "") -> None:
    """A supervisor gives a conversation to a colleague who is on duty and has room, at once.

    Twice is once.
    """
    permissions.check_can_take_over(by, conversation)
    permissions.check_can_be_given(to, conversation, by=by)
    summary = _check_summary(summary, needed=False)
    with transaction.atomic():
        _check_room(to, by=by)
        row = lock(conversation)
        if row.owner_id != to.pk:
            _give(row, to, way=Way.GIVEN, by=by, summary=summary)


def _give(row: Conversation, to: User, *, way: Way, by: User, summary: str = "") -> None:
    """Change who has a locked conversation, with the record of it and a line for the visitor."""
    if row.is_over:
        raise ChatError(Code.ENDED)
    holder_id, was = row.owner_id, row.status
    if was == Status.WAITING:
        advance(row, Status.ACTIVE, side=Sender.COUNSELLOR, by=by, owner=to)
        record_choice(row, by=by)
        bells.announce_queue(row.service_id)
    elif holder_id is None:  # left in a hurry before anybody had answered
        raise ChatError(Code.PAUSED)
    else:
        hand_on(row, to, by=by)
    now = timezone.now()
    Handover.objects.create(
        conversation=row,
        way=way,
        status=HandoverStatus.ACCEPTED,
        by=by,
        holder_id=holder_id,
        to=to,
        summary=summary,
        asked_at=now,
        answered_at=now,
        answered_by=by,
    )
    note(row, Line.JOINED if was == Status.WAITING else Line.HANDED_OVER)


def _held(conversation: Conversation, by: User) -> Conversation:
    """The locked conversation, which is still with ``by``."""
    row = lock(conversation)
    if row.is_over:
        raise ChatError(Code.ENDED)
    if row.owner_id != by.pk:
        raise ChatError(Code.NOT_YOURS)
    return row


def _is_asked(row: Conversation, *, way: Way, to: User | None, summary: str) -> bool:
    """Whether exactly this waits for an answer: the button was pressed twice."""
    asked = row.handovers.filter(status=HandoverStatus.OPEN, way=way, to=to).first()
    return asked is not None and asked.summary == summary


def _check_room(user: User, *, by: User) -> None:
    """Hold somebody's seat, and see that they are on duty and have room. Before the conversation is
    locked, as a claim does.
    """
    seat = Seat.objects.select_for_update().filter(user=user).first()
    own = user.pk == by.pk
    if seat is None or not seat.is_on_duty:
        raise ChatError(Code.OFF_DUTY) if own else ChatError(Code.THEY_ARE_OFF, who=user.called)
    if queries.load(user) >= seat.capacity:
        raise ChatError(Code.FULL) if own else ChatError(Code.THEY_ARE_FULL, who=user.called)


def _asked_of(user: User, conversation: Conversation, handover_id: uuid.UUID) -> Handover:
    """An open handover that ``user`` may answer."""
    handover = conversation.handovers.filter(pk=handover_id).first()
    if handover is None or handover.status != HandoverStatus.OPEN:
        permissions.check_can_use_desk(user)
        raise ChatError(Code.ANSWERED)
    permissions.check_can_answer_handover(user, handover)
    return handover


def _answer(handover: Handover, status: HandoverStatus, by: User) -> None:
    if not _close(Handover.objects.filter(pk=handover.pk), status, by):
        raise ChatError(Code.ANSWERED)


def _close(handovers: QuerySet[Handover], status: HandoverStatus, by: User) -> int:
    """Close those that are open still; how many those were."""
    return handovers.filter(status=HandoverStatus.OPEN).update(
        status=status, answered_at=timezone.now(), answered_by=by
    )


def _ring(row: Conversation) -> None:
    bells.announce(row.pk, row.service_id, seq=row.last_seq)


def _check_summary(summary: str, *, needed: bool) -> str:
    summary = summary.strip()
    if needed and not summary:
        raise ChatError(Code.EMPTY)
    if len(summary.encode("utf-8", "surrogatepass")) > SUMMARY_BYTES:
        raise ChatError(Code.TOO_LONG)
    return summary
