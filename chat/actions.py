"""What visitors, counsellors, supervisors and the worker do with a conversation.

Callers hand in a conversation they have just read; what may have moved since is checked again on
the locked row.
"""

import base64
import json
import logging
import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from chat import permissions, reporting
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import NAME_LENGTH, Conversation, ReportOffer, Seat
from chat.reporting import LINKS, Facts
from chat.states import Kind, OfferStatus, Sender, Status
from chat.wire import bells
from chat.wire.append import Refused, Saying, Written, append
from chat.workflow import StaleStatusError, advance, record
from helpline.privacy.vault import keys
from helpline.privacy.vault.sealing import keyed_hash
from helpline.services.models import Service
from helpline.staff import audit
from helpline.staff.models import User

log = logging.getLogger(__name__)

MESSAGE_BYTES = 4 * 1024
PAUSE = timedelta(minutes=15)  # after quick exit
START_AGAIN = timedelta(minutes=2)  # in which a doubled start finds the first one
AWAY_WAITING = timedelta(minutes=15)  # a waiting visitor whose page is gone
AWAY_ACTIVE = timedelta(hours=1)  # a visitor in conversation whose page is gone
SAME_READING = timedelta(minutes=30)
SEEN_EVERY = timedelta(seconds=45)


@dataclass(frozen=True)
class Started:
    """A conversation and the token that only its visitor gets."""

    conversation: Conversation
    token: str


# Visitors


def start(*, service: Service, language: str, name: str, start_key: uuid.UUID) -> Started:
    """Begin a conversation. The same form sent twice in a moment begins one.

    Raises ChatError(ANSWERED) for a form that began a conversation earlier: its token is not given
    out again to whoever finds the page on a shared device.
    """
    token = _token_of(start_key)
    start_hash = keyed_hash("token", f"start {start_key}")
    name = " ".join(name.split())[:NAME_LENGTH]
    before = Conversation.objects.filter(start_hash=start_hash).first()
    if before is None:
        number = uuid.uuid4()
        keys.create_key(number, kind="conversation")
        try:
            with transaction.atomic():
                conversation = Conversation.objects.create(
                    id=number,
                    service=service,
                    token_hash=keyed_hash("token", token),
                    start_hash=start_hash,
                    language=language,
                    visitor_name=name,
                )
                record(conversation, Kind.STARTED, side=Sender.VISITOR, became=Status.WAITING)
                bells.announce(conversation.pk, service.pk, seq=0)
            return Started(conversation, token)
        except IntegrityError:
            keys.destroy_key(number)  # the other press of a double click was first
            before = Conversation.objects.get(start_hash=start_hash)
    if before.is_over or before.started_at < timezone.now() - START_AGAIN:
        raise ChatError(Code.ANSWERED)
    return Started(before, token)


def say(
    *, conversation: Conversation, text: str, client_id: uuid.UUID, by: User | None = None
) -> Written:
    """Put a message into a conversation; without ``by`` it is the visitor who speaks.

    Returns its place once it is committed. Raises ChatError when it may not stand there.
    """
    check_text(text)
    if by is not None:
        permissions.check_can_answer(by, conversation)
    (result,) = append(
        [
            Saying(
                conversation_id=conversation.pk,
                sender=Sender.COUNSELLOR if by else Sender.VISITOR,
                client_id=client_id,
                text=text,
                author_id=by.pk if by else None,
            )
        ]
    )
    if isinstance(result, Refused):
        raise ChatError(result.code)
    return result


def check_text(text: str) -> None:
    """Raise ChatError for a message that is empty or too long. Nothing else about it matters."""
    if not text.strip():
        raise ChatError(Code.EMPTY)
    if len(text.encode("utf-8", "surrogatepass")) > MESSAGE_BYTES:
        raise ChatError(Code.TOO_LONG)


def hear(*, conversation: Conversation) -> None:
    """Note that the visitor's page is there, at most once in a while."""
    now = timezone.now()
    if conversation.visitor_seen_at < now - SEEN_EVERY:
        Conversation.objects.filter(pk=conversation.pk).exclude(status=Status.ENDED).update(
            visitor_seen_at=now
        )


def note_seen(conversation_ids: Collection[uuid.UUID]) -> None:
    """Note that the pages of many visitors are there now."""
    rows = (
        Conversation.objects.select_for_update(no_key=True)
        .filter(pk__in=conversation_ids)
        .exclude(status=Status.ENDED)
        .order_by("pk")  # as every batch locks: otherwise two of them wait for each other
    )
    with transaction.atomic(savepoint=False):
        Conversation.objects.filter(pk__in=rows.values("pk")).update(visitor_seen_at=timezone.now())


# Both engines read it; only PostgreSQL locks rows, in the order of every batch.
RAISE_MARKS = """
WITH marks (id, visitor, counsellor) AS (VALUES {values}),
held AS (
  SELECT row.id FROM chat_conversation row JOIN marks ON marks.id = row.id
  WHERE (row.visitor_read_seq < marks.visitor AND marks.visitor <= row.last_seq)
  OR (row.counsellor_read_seq < marks.counsellor AND marks.counsellor <= row.last_seq)
  ORDER BY row.id {lock}
)
UPDATE chat_conversation AS row SET
  visitor_read_seq = CASE
    WHEN row.visitor_read_seq < marks.visitor AND marks.visitor <= row.last_seq
    THEN marks.visitor ELSE row.visitor_read_seq END,
  counsellor_read_seq = CASE
    WHEN row.counsellor_read_seq < marks.counsellor AND marks.counsellor <= row.last_seq
    THEN marks.counsellor ELSE row.counsellor_read_seq END
FROM marks WHERE marks.id = row.id AND row.id IN (SELECT id FROM held)
"""


def note_read(marks: Mapping[tuple[uuid.UUID, Sender], int]) -> None:
    """Note how far visitors and counsellors have read, for many at once.

    A mark only ever rises, and never above what was said. Callers know who may set it.
    """
    if not marks:
        return
    postgres = connection.vendor == "postgresql"
    number = Conversation._meta.pk
    parameters: list[str | int] = []
    rows = {conversation_id for conversation_id, _sender in marks}
    for conversation_id in rows:
        parameters += [
            number.get_db_prep_value(conversation_id, connection),
            marks.get((conversation_id, Sender.VISITOR), 0),
            marks.get((conversation_id, Sender.COUNSELLOR), 0),
        ]
    statement = RAISE_MARKS.format(
        values=", ".join(["(%s, %s, %s)"] * len(rows)),
        lock="FOR NO KEY UPDATE OF row" if postgres else "",
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)


def leave(*, conversation: Conversation) -> None:
    """The visitor left in a hurry: pause, and warn the counsellor not to write."""

    def step(row: Conversation) -> None:
        if row.status in (Status.WAITING, Status.ACTIVE):
            advance(
                row,
                Status.PAUSED,
                side=Sender.VISITOR,
                paused_until=timezone.now() + PAUSE,
                visitor_seen_at=timezone.now(),
            )
            _note(row, Line.LEFT)

    _settle(conversation, step)


def resume(*, conversation: Conversation) -> Conversation:
    """The visitor is back, and pressed for it. Returns the conversation as it stands now."""

    def step(row: Conversation) -> None:
        if row.status == Status.PAUSED:
            to = Status.ACTIVE if row.owner_id else Status.WAITING
            advance(row, to, side=Sender.VISITOR, visitor_seen_at=timezone.now())
            _note(row, Line.BACK)
        elif row.is_over:
            raise ChatError(Code.ENDED)

    return _settle(conversation, step)


def end(*, conversation: Conversation, by: User | None = None) -> None:
    """End a conversation; without ``by`` it is the visitor who ends it. Twice is once."""
    if by is not None:
        permissions.check_can_answer(by, conversation)

    def step(row: Conversation) -> None:
        if row.is_over:
            return
        if by is not None and row.owner_id != by.pk:
            raise ChatError(Code.NOT_YOURS)
        _note(row, Line.ENDED_BY_COUNSELLOR if by else Line.ENDED_BY_VISITOR)
        advance(row, Status.ENDED, side=Sender.COUNSELLOR if by else Sender.VISITOR, by=by)

    _settle(conversation, step)


# Counsellors


def claim(*, conversation: Conversation, by: User) -> None:
    """Take a waiting visitor. Exactly one of those who try wins; a second press is harmless.

    Raises ChatError: TAKEN with the winner's name, FULL, PAUSED or ENDED.
    """
    permissions.check_can_claim(by, conversation)
    Seat.objects.get_or_create(user=by)
    with transaction.atomic():
        # Holding the seat keeps two claims of one counsellor from both finding room.
        seat = Seat.objects.select_for_update().get(user=by)
        row = Conversation.objects.select_related("owner", "service").get(pk=conversation.pk)
        if row.owner_id == by.pk and not row.is_over:
            return
        _check_claimable(row)
        busy = Conversation.objects.filter(owner=by).exclude(status=Status.ENDED).count()
        if busy >= seat.capacity:
            raise ChatError(Code.FULL)
        try:
            advance(row, Status.ACTIVE, side=Sender.COUNSELLOR, by=by, owner=by)
        except StaleStatusError:
            row.refresh_from_db()
            _check_claimable(row)
            raise ChatError(Code.TAKEN) from None
        _note(row, Line.JOINED)
        bells.announce_queue(row.service_id)


def give_back(*, conversation: Conversation, by: User) -> None:
    """Give a visitor back to the queue, at the place their first waiting gives them."""
    permissions.check_can_answer(by, conversation)

    def step(row: Conversation) -> None:
        if row.status != Status.ACTIVE:
            raise ChatError(Code.PAUSED if row.status == Status.PAUSED else Code.ENDED)
        advance(row, Status.WAITING, side=Sender.COUNSELLOR, by=by, owner=None)
        _note(row, Line.GIVEN_BACK)

    _settle(conversation, step)


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


def mark_read(*, conversation: Conversation, seq: int, by: User) -> None:
    """Note how far the owner has read."""
    Conversation.objects.filter(
        pk=conversation.pk, owner=by, counsellor_read_seq__lt=seq, last_seq__gte=seq
    ).update(counsellor_read_seq=seq)


def raise_danger(*, conversation: Conversation, by: User) -> None:
    """Alarm the supervisors, and tell the visitor again that we cannot see where they are."""
    permissions.check_can_raise_danger(by, conversation)
    with transaction.atomic():
        raised = (
            Conversation.objects.filter(pk=conversation.pk, danger_at=None)
            .exclude(status=Status.ENDED)
            .update(danger_at=timezone.now(), danger_by=by)
        )
        if raised:
            record(conversation, Kind.DANGER, side=Sender.COUNSELLOR, by=by)
            _note(conversation, Line.DANGER)


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


def offer_report(*, conversation: Conversation, links: Sequence[str], by: User) -> None:
    """Ask the visitor whether we may make a report of links they named. A new question replaces
    the one that is still open.
    """
    permissions.check_can_answer(by, conversation)
    if not links or len(links) > LINKS:
        raise ChatError(Code.EMPTY if not links else Code.TOO_BIG)

    def step(row: Conversation) -> None:
        if row.status != Status.ACTIVE or row.owner_id != by.pk:
            raise ChatError(Code.PAUSED if row.status == Status.PAUSED else Code.NOT_YOURS)
        row.offers.filter(status=OfferStatus.OPEN).update(
            status=OfferStatus.WITHDRAWN, answered_at=timezone.now()
        )
        ReportOffer.objects.create(conversation=row, by=by, links=json.dumps(list(links)))
        record(row, Kind.OFFERED, side=Sender.COUNSELLOR, by=by)
        _note(row, Line.OFFERED)

    _settle(conversation, step)


def decline_report(*, conversation: Conversation, offer_id: uuid.UUID) -> None:
    """The visitor does not want a report now."""
    with transaction.atomic():
        _answer(conversation, offer_id, OfferStatus.DECLINED)
        record(conversation, Kind.DECLINED, side=Sender.VISITOR)
        _note(conversation, Line.DECLINED)


def accept_report(
    *, conversation: Conversation, offer_id: uuid.UUID, facts: Facts, key: uuid.UUID
) -> str:
    """The visitor agrees: make the report and return its code, which goes to the visitor only.

    ``key`` comes from the visitor's page: its form sent twice makes one report and gives its code
    twice. Raises ChatError(ANSWERED) when the question was answered in another way.
    """
    answer_hash = keyed_hash("token", f"answer {key}")
    with transaction.atomic():
        row = _lock(conversation)
        offer = row.offers.filter(pk=offer_id).first()
        if offer is None:
            raise ChatError(Code.ANSWERED)
        if offer.status == OfferStatus.ACCEPTED and bytes(offer.answer_hash or b"") == answer_hash:
            return reporting.send_in(conversation, offer, facts=facts, key=key)
        _answer(row, offer_id, OfferStatus.ACCEPTED, answer_hash=answer_hash)
        code = reporting.send_in(conversation, offer, facts=facts, key=key)
        record(row, Kind.ACCEPTED, side=Sender.VISITOR)
        _note(row, Line.ACCEPTED)
        return code


# The worker


def sweep() -> int:
    """End what nobody comes back to. Danger is never ended by a clock. Returns how many ended."""
    now = timezone.now()
    quiet = Conversation.objects.filter(danger_at=None)
    due = [
        *quiet.filter(status=Status.PAUSED, paused_until__lt=now)[:200],
        *quiet.filter(status=Status.WAITING, visitor_seen_at__lt=now - AWAY_WAITING)[:200],
        *quiet.filter(status=Status.ACTIVE, visitor_seen_at__lt=now - AWAY_ACTIVE)[:200],
    ]
    ended = 0
    for row in due:
        try:
            with transaction.atomic():
                was_waiting = row.status == Status.WAITING
                _lock(row)
                if Conversation.objects.filter(pk=row.pk, danger_at__isnull=False).exists():
                    continue
                advance(row, Status.ENDED, side=Sender.SYSTEM)
                _note(row, Line.ENDED_BY_TIME)
                if was_waiting:
                    bells.announce_queue(row.service_id)
        except StaleStatusError:
            continue  # the visitor came back just now
        except Exception as error:  # noqa: BLE001 -- one bad row must not keep the others
            log.error("a conversation could not be closed", extra={"error": type(error).__name__})
            continue
        ended += 1
    return ended


# What several actions share


def _settle(conversation: Conversation, step: Callable[[Conversation], None]) -> Conversation:
    """Do ``step`` on the locked row as it is now, and ring the queue when the place changed."""
    with transaction.atomic():
        row = _lock(conversation)
        was = row.status
        step(row)
        if row.status != was and Status.WAITING in (was, row.status):
            bells.announce_queue(row.service_id)
        return row


def _lock(conversation: Conversation) -> Conversation:
    row = Conversation.objects.select_for_update(no_key=True).filter(pk=conversation.pk).first()
    if row is None:
        raise ChatError(Code.UNKNOWN)
    return row


def _note(conversation: Conversation, line: Line) -> None:
    """A line of the system; it rings for everyone who follows the conversation."""
    (result,) = append([Saying(conversation.pk, Sender.SYSTEM, uuid.uuid4(), line.value)])
    if isinstance(result, Refused):
        raise ChatError(result.code)  # erased meanwhile: what it goes with must not stand either


def _answer(
    conversation: Conversation,
    offer_id: uuid.UUID,
    status: OfferStatus,
    *,
    answer_hash: bytes | None = None,
) -> None:
    """Close an open offer, once. Raises ChatError(ANSWERED) when it is not open any more."""
    answered = ReportOffer.objects.filter(
        pk=offer_id, conversation=conversation, status=OfferStatus.OPEN
    ).update(status=status, answered_at=timezone.now(), answer_hash=answer_hash)
    if answered != 1:
        raise ChatError(Code.ANSWERED)


def _check_claimable(row: Conversation) -> None:
    if row.status == Status.ENDED:
        raise ChatError(Code.ENDED)
    if row.owner is not None:
        raise ChatError(Code.TAKEN, who=row.owner.work_name or row.owner.get_username())
    if row.status == Status.PAUSED:
        raise ChatError(Code.PAUSED)


def _token_of(start_key: uuid.UUID) -> str:
    """The token that this start form gives: the same for both presses, guessable by nobody."""
    digest = keyed_hash("token", f"visitor {start_key}")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
