"""What counsellors and supervisors do at the desk."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import permissions, queries
from chat.actions.settling import note, settle
from chat.aftercare.permissions import check_rested
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, QueueDecision, Seat
from chat.states import HEAD_START, Kind, Presence, Sender, Status, Urgency, Why
from chat.wire import bells
from chat.workflow import StaleStatusError, advance, record
from helpline.staff import audit
from helpline.staff.models import User

SAME_READING = timedelta(minutes=30)
MOST_PASSED_OVER = 50  # of a very long queue the first so many are put on record


def claim(*, conversation: Conversation, by: User) -> None:
    """Take a waiting visitor. Exactly one of those who try wins; a second press is harmless.

    Why this one was next, and who was passed over, goes on record with it. Raises ChatError: TAKEN
    with the winner's name, FULL, OFF_DUTY, PAUSED or ENDED; RESTING or HEAVY for who just finished a
    chat, but not when this visitor is in danger.
    """
    permissions.check_can_claim(by, conversation)
    Seat.objects.get_or_create(user=by)
    with transaction.atomic():
        # Holding the seat keeps two claims of one counsellor from both finding room.
        seat = Seat.objects.select_for_update().get(user=by)
        found = Conversation.objects.select_related("owner", "service")
        row = found.filter(pk=conversation.pk).first()
        if row is None:
            raise ChatError(Code.UNKNOWN)
        if row.owner_id == by.pk and not row.is_over:
            return
        _check_claimable(row)
        if seat.presence != Presence.ON:
            raise ChatError(Code.OFF_DUTY)
        if not row.in_danger:
            check_rested(by)
        if queries.load(by) >= seat.capacity:
            raise ChatError(Code.FULL)
        try:
            advance(row, Status.ACTIVE, side=Sender.COUNSELLOR, by=by, owner=by)
        except StaleStatusError:
            row.refresh_from_db()
            _check_claimable(row)
            raise ChatError(Code.TAKEN) from None
        record_choice(row, by=by)
        note(row, Line.JOINED)
        bells.announce_queue(row.service_id)


def record_choice(row: Conversation, *, by: User) -> None:
    """Put on record why this visitor was next, and who was passed over. In the transaction in which
    they are taken.
    """
    before = list(queries.before(row).values_list("pk", flat=True))
    QueueDecision.objects.create(
        conversation=row,
        by=by,
        place=len(before) + 1,
        why=row.why,
        waiting_since=row.waiting_since,
        passed_over=[str(number) for number in before[:MOST_PASSED_OVER]],
    )


def give_back(*, conversation: Conversation, by: User) -> None:
    """Give a visitor back to the front of the queue: they have waited their turn."""
    permissions.check_can_answer(by, conversation)

    def step(row: Conversation) -> None:
        if row.status != Status.ACTIVE:
            raise ChatError(Code.PAUSED if row.status == Status.PAUSED else Code.ENDED)
        back_to_front(row, side=Sender.COUNSELLOR, by=by)
        note(row, Line.GIVEN_BACK)

    settle(conversation, step)


def back_to_front(row: Conversation, *, side: Sender, by: User | None = None) -> None:
    """A conversation that has nobody any more waits again, before all who were with nobody yet."""
    row.returned = True
    advance(
        row,
        Status.WAITING,
        side=side,
        by=by,
        owner=None,
        returned=True,
        queue_from=row.queued_from,
    )


def set_urgency(*, conversation: Conversation, urgency: Urgency, by: User) -> None:
    """Say how soon somebody needs an answer; it stands beside them, and moves them in the queue."""
    permissions.check_can_open(by, conversation)

    def step(row: Conversation) -> None:
        if row.is_over:
            raise ChatError(Code.ENDED)
        was = row.urgency
        if was == urgency:
            return
        row.urgency = urgency
        row.queue_from = row.queued_from
        row.save(update_fields=["urgency", "queue_from"])
        record(row, Kind.URGENCY, side=Sender.COUNSELLOR, by=by, was=was, became=urgency)
        bells.announce(row.pk, row.service_id, seq=row.last_seq)
        if row.status == Status.WAITING:
            bells.announce_queue(row.service_id)

    settle(conversation, step)


def open_transcript(*, conversation: Conversation, by: User) -> None:
    """Put on record that somebody is about to read a conversation. Opening is not claiming.

    A console opens it again whenever its connection comes back. That is the same reading: it is on
    record once in half an hour.
    """
    permissions.check_can_open(by, conversation)
    number = str(conversation.pk)
    if not audit.is_on_record(
        by=by,
        action="open_transcript",
        subject_kind="conversation",
        subject_id=number,
        within=SAME_READING,
    ):
        audit.record(
            by=by, action="open_transcript", subject_kind="conversation", subject_id=number
        )


def raise_danger(*, conversation: Conversation, by: User) -> None:
    """Alarm the supervisors, and tell the visitor again that we cannot see where they are."""
    permissions.check_can_raise_danger(by, conversation)
    with transaction.atomic():
        raised = (
            Conversation.objects.filter(pk=conversation.pk, danger_at=None)
            .exclude(status=Status.ENDED)
            .update(
                danger_at=timezone.now(),
                danger_by=by,
                queue_from=F("waiting_since") - HEAD_START[Why.DANGER],
            )
        )
        if raised:
            record(conversation, Kind.DANGER, side=Sender.COUNSELLOR, by=by)
            note(conversation, Line.DANGER)
            if conversation.status == Status.WAITING:
                bells.announce_queue(conversation.service_id)


def acknowledge_danger(*, conversation: Conversation, by: User) -> None:
    """A supervisor has seen the alarm."""
    permissions.check_can_acknowledge(by, conversation)
    with transaction.atomic():
        seen = Conversation.objects.filter(
            pk=conversation.pk, danger_at__isnull=False, acknowledged_at=None
        ).update(acknowledged_at=timezone.now(), acknowledged_by=by)
        if seen:
            record(conversation, Kind.ACKNOWLEDGED, side=Sender.COUNSELLOR, by=by)
            bells.announce(conversation.pk, conversation.service_id, seq=conversation.last_seq)


def _check_claimable(row: Conversation) -> None:
    if row.status == Status.ENDED:
        raise ChatError(Code.ENDED)
    if row.owner is not None:
        raise ChatError(Code.TAKEN, who=row.owner.called)
    if row.status == Status.PAUSED:
        raise ChatError(Code.PAUSED)
