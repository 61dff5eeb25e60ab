"""The course of a conversation: begun, paused, gone on with, ended by somebody or by the clock."""

import base64
import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from chat import permissions
from chat.actions.settling import lock, note, settle
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import NAME_LENGTH, Conversation
from chat.states import Kind, Sender, Status, Urgency
from chat.wire import bells
from chat.workflow import StaleStatusError, advance, record
from helpline.privacy.vault import keys
from helpline.privacy.vault.sealing import keyed_hash
from helpline.services.models import Service
from helpline.staff.models import User

log = logging.getLogger(__name__)

PAUSE = timedelta(minutes=15)  # after quick exit
START_AGAIN = timedelta(minutes=2)  # in which a doubled start finds the first one
AWAY_WAITING = timedelta(minutes=15)  # a waiting visitor whose page is gone
AWAY_ACTIVE = timedelta(hours=1)  # a visitor in conversation whose page is gone


@dataclass(frozen=True)
class Started:
    """A conversation and the token that only its visitor gets."""

    conversation: Conversation
    token: str


def start(
    *,
    service: Service,
    language: str,
    name: str,
    start_key: uuid.UUID,
    topic: str = "",
    age_band: str = "",
    urgency: str = Urgency.NORMAL,
) -> Started:
    """Begin a conversation. The same form sent twice in a moment begins one.

    What it is about, how old they are and how soon they need an answer is asked of the visitor,
    who may leave each open.

    Raises ChatError(ANSWERED) for a form that began a conversation earlier: its token is not given
    out again to whoever finds the page on a shared device.
    """
    token = token_of(start_key)
    start_hash = keyed_hash("token", f"start {start_key}")
    name = " ".join(name.split())[:NAME_LENGTH]
    before = Conversation.objects.filter(start_hash=start_hash).first()
    if before is None:
        number = uuid.uuid4()
        keys.create_key(number, kind="conversation")
        try:
            with transaction.atomic():
                conversation = Conversation(
                    id=number,
                    service=service,
                    token_hash=keyed_hash("token", token),
                    start_hash=start_hash,
                    language=language,
                    visitor_name=name,
                    topic=topic,
                    age_band=age_band,
                    urgency=urgency,
                )
                conversation.queue_from = conversation.queued_from
                conversation.save(force_insert=True)
                record(conversation, Kind.STARTED, side=Sender.VISITOR, became=Status.WAITING)
                bells.announce(conversation.pk, service.pk, seq=0)
            return Started(conversation, token)
        except IntegrityError:
            keys.destroy_key(number)  # the other press of a double click was first
            before = Conversation.objects.get(start_hash=start_hash)
    if before.is_over or before.started_at < timezone.now() - START_AGAIN:
        raise ChatError(Code.ANSWERED)
    return Started(before, token)


def leave(*, conversation: Conversation) -> None:
    """The visitor left in a hurry: pause, and warn the counsellor not to write. Raises
    ChatError(UNKNOWN) when the chat was erased meanwhile.
    """

    def step(row: Conversation) -> None:
        if row.status in (Status.WAITING, Status.ACTIVE):
            advance(
                row,
                Status.PAUSED,
                side=Sender.VISITOR,
                paused_until=timezone.now() + PAUSE,
                visitor_seen_at=timezone.now(),
            )
            note(row, Line.LEFT)

    settle(conversation, step)


def resume(*, conversation: Conversation) -> Conversation:
    """The visitor is back, and pressed for it. Returns the conversation as it stands now."""

    def step(row: Conversation) -> None:
        if row.status == Status.PAUSED:
            to = Status.ACTIVE if row.owner_id else Status.WAITING
            advance(row, to, side=Sender.VISITOR, visitor_seen_at=timezone.now())
            note(row, Line.BACK)
        elif row.is_over:
            raise ChatError(Code.ENDED)

    return settle(conversation, step)


def end(*, conversation: Conversation, by: User | None = None) -> None:
    """End a conversation; without ``by`` it is the visitor who ends it. Twice is once."""
    if by is not None:
        permissions.check_can_answer(by, conversation)

    def step(row: Conversation) -> None:
        if row.is_over:
            return
        if by is not None and row.owner_id != by.pk:
            raise ChatError(Code.NOT_YOURS)
        note(row, Line.ENDED_BY_COUNSELLOR if by else Line.ENDED_BY_VISITOR)
        advance(row, Status.ENDED, side=Sender.COUNSELLOR if by else Sender.VISITOR, by=by)

    settle(conversation, step)


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
                lock(row)
                if Conversation.objects.filter(pk=row.pk, danger_at__isnull=False).exists():
                    continue
                advance(row, Status.ENDED, side=Sender.SYSTEM)
                note(row, Line.ENDED_BY_TIME)
                if was_waiting:
                    bells.announce_queue(row.service_id)
        except StaleStatusError:
            continue  # the visitor came back just now
        except Exception as error:  # noqa: BLE001 -- one bad row must not keep the others
            log.error("a conversation could not be closed", extra={"error": type(error).__name__})
            continue
        ended += 1
    return ended


def token_of(start_key: uuid.UUID) -> str:
    """The token that this start form gives: the same for both presses, guessable by nobody."""
    digest = keyed_hash("token", f"visitor {start_key}")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
