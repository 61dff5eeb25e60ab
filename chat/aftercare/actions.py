"""Writing a chat down, being ready for the next, and asking for somebody to talk to."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from chat.actions.settling import lock
from chat.aftercare import permissions, queries
from chat.answers import Danger
from chat.errors import ChatError, Code
from chat.models import AgreedNote, Conversation, Debrief, Rest, WrapUp
from chat.states import Kind, Sender
from chat.wire import bells
from chat.workflow import record
from helpline.privacy.vault.errors import VaultError
from helpline.services.models import Service
from helpline.staff.models import User


@dataclass(frozen=True)
class Facts:
    """What a counsellor says about a chat. ``note`` only when the visitor agreed to it."""

    theme: str
    minutes: int
    age_band: str = ""
    advised: Sequence[str] = ()
    referred: Sequence[str] = ()
    danger: str = Danger.NONE
    measures: Sequence[str] = ()
    heavy: bool = False
    note: str = field(default="", repr=False)


def wrap_up(*, conversation: Conversation, by: User, facts: Facts) -> WrapUp:
    """Write a chat down for the figures; once more puts it right.

    Where danger was raised it says which it was, and what was done: else ChatError(EMPTY). Of a chat
    that was erased nothing is written: ChatError(UNKNOWN); what the visitor agreed to goes with its key.
    """
    permissions.check_can_wrap_up(by, conversation)
    if conversation.in_danger and (facts.danger == Danger.NONE or not facts.measures):
        raise ChatError(Code.EMPTY)
    ended_at = conversation.ended_at or timezone.now()
    with transaction.atomic():
        lock(conversation)
        written, _made = WrapUp.objects.update_or_create(
            conversation=conversation,
            defaults={
                "service": conversation.service,
                "day": timezone.localdate(ended_at),
                "theme": facts.theme,
                "age_band": facts.age_band,
                "advised": list(facts.advised),
                "referred": list(facts.referred),
                "danger": facts.danger,
                "measures": list(facts.measures) if facts.danger != Danger.NONE else [],
                "minutes": facts.minutes,
                "heavy": facts.heavy,
            },
        )
        AgreedNote.objects.filter(conversation=conversation).delete()
        if facts.note:
            # Erased halfway: the figures stay without the words.
            with suppress(VaultError), transaction.atomic():
                AgreedNote.objects.create(conversation=conversation, text=facts.note)
        record(conversation, Kind.WRAPPED_UP, side=Sender.COUNSELLOR, by=by)
        bells.announce(conversation.pk, conversation.service_id, seq=conversation.last_seq)
    return written


def say_ready(*, by: User) -> None:
    """A counsellor is ready sooner than the clock. After a row of heavy chats the clock, or a
    supervisor who heard them, has to agree: ChatError(HEAVY).
    """
    breath = queries.breath_of(by)
    if breath is not None and breath.heavy:
        raise ChatError(Code.HEAVY)
    Rest.objects.update_or_create(user=by, defaults={"ready_at": timezone.now()})


def ask_debrief(*, by: User) -> None:
    """Ask the supervisors for somebody to talk to. Twice is once, while nobody came."""
    service = _service_of(by)
    with transaction.atomic():
        debrief, made = Debrief.objects.get_or_create(user=by, service=service, taken_at=None)
        if made:
            _ring(debrief)


def take_debrief(*, debrief_id: uuid.UUID, by: User) -> None:
    """A supervisor goes to a counsellor who asked. That also ends the rest after heavy chats.

    Raises ChatError(TAKEN) with the name of a colleague who was first.
    """
    debrief = Debrief.objects.select_related("service", "taken_by").filter(pk=debrief_id).first()
    if debrief is None:
        raise ChatError(Code.UNKNOWN)
    permissions.check_can_take_debrief(by, debrief)
    now = timezone.now()
    with transaction.atomic():
        if not Debrief.objects.filter(pk=debrief.pk, taken_at=None).update(
            taken_at=now, taken_by=by
        ):
            debrief.refresh_from_db()
            first = debrief.taken_by
            if first is not None and first.pk != by.pk:
                raise ChatError(Code.TAKEN, who=first.called)
            return
        Rest.objects.update_or_create(
            user_id=debrief.user_id, defaults={"eased_at": now, "eased_by": by}
        )
        _ring(debrief)


def _service_of(user: User) -> Service:
    """Where somebody's last chat was, or else the first service they work for."""
    chats = queries.finished(user)
    if chats:
        return chats[0].service
    service = Service.objects.filter(memberships__user=user).order_by("pk").first()
    if service is None:
        raise ChatError(Code.FORBIDDEN)
    return service


def _ring(debrief: Debrief) -> None:
    """Every desk of the service looks again; no conversation has this number."""
    bells.announce(debrief.pk, debrief.service_id, seq=0)
