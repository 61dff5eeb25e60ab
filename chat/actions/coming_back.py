"""A visitor's way back: a code, asked for by them, and what happens when they come with it."""

import uuid

from django.db import transaction
from django.utils import timezone

from chat.actions.course import Started, resume, start, token_of
from chat.actions.settling import lock, note
from chat.errors import ChatError, Code
from chat.lines import Line
from chat.models import Conversation, WayBack
from chat.states import Kind, Sender
from chat.wire import bells
from chat.workflow import record
from helpline.privacy import return_codes
from helpline.privacy.vault.errors import VaultError
from helpline.privacy.vault.sealing import keyed_hash


def ask_way_back(*, conversation: Conversation, key: uuid.UUID) -> str:
    """A code with which the visitor can come back to this chat; returns it as it is shown.

    ``key`` comes from their page: its form sent twice gives one code. Asked again, a new code takes
    the place of the one before. Raises ChatError(UNKNOWN) when there is no way back.
    """
    code = return_codes.worked_out(f"way back {conversation.pk} {key}")
    with transaction.atomic():
        row = lock(conversation)
        if row.blocked_at is not None:
            raise ChatError(Code.UNKNOWN)
        asked_hash = keyed_hash("token", f"way back {key}")
        before = WayBack.objects.filter(conversation=row).first()
        if before is not None and before.used_for_id not in (None, row.pk):
            raise ChatError(Code.ANSWERED)  # they came back in another chat
        if before is None or bytes(before.asked_hash) != asked_hash:
            WayBack.objects.update_or_create(
                conversation=row,
                defaults={
                    "code_hash": hash_of(code),
                    "asked_hash": asked_hash,
                    "asked_at": timezone.now(),
                    "used_for": None,
                    "used_at": None,
                },
            )
            record(row, Kind.WAY_BACK, side=Sender.VISITOR)
    return return_codes.grouped(code)


def come_back(*, typed: str, start_key: uuid.UUID, may_begin: bool = True) -> Started:
    """Go on where a code leads: in the same chat when it still is one, else in a new one of which
    the counsellor can read what went before. A code works once; its form sent twice comes back once.

    Raises ChatError(UNKNOWN) for a code that leads nowhere, and ENDED when it asks for a new chat and
    none may begin now: then the code stays good.
    """
    code_hash = hash_of(return_codes.normalised(typed))
    with transaction.atomic():
        way = (
            WayBack.objects.select_for_update(of=("self",), no_key=True)
            .select_related("conversation__service", "used_for")
            .filter(code_hash=code_hash)
            .first()
        )
        if way is None or way.conversation.blocked_at is not None:
            raise ChatError(Code.UNKNOWN)
        if way.used_at is not None:
            return _again(way, start_key)
        row = lock(way.conversation)
        if row.is_over and not may_begin:
            raise ChatError(Code.ENDED)
        started = _begin(way.conversation, start_key) if row.is_over else _go_on(row, start_key)
        way.used_for, way.used_at = started.conversation, timezone.now()
        way.save(update_fields=["used_for", "used_at"])
        record(started.conversation, Kind.CAME_BACK, side=Sender.VISITOR)
        note(started.conversation, Line.CAME_BACK)
    return started


def hash_of(code: str) -> bytes:
    """The keyed hash that finds the way back of a normalised code."""
    return keyed_hash("code", f"way back {code}")


def _begin(earlier: Conversation, start_key: uuid.UUID) -> Started:
    """A new chat under the same name."""
    try:
        name = earlier.visitor_name
    except VaultError:
        raise ChatError(Code.UNKNOWN) from None  # erased: nothing to come back to
    return start(
        service=earlier.service,
        language=earlier.language,
        name=name,
        start_key=start_key,
        topic=earlier.topic,
        age_band=earlier.age_band,
    )


def _go_on(row: Conversation, start_key: uuid.UUID) -> Started:
    """The same chat, from here: the token of where it was before opens it no more."""
    token = token_of(start_key)
    row.token_hash = keyed_hash("token", token)
    row.start_hash = keyed_hash("token", f"start {start_key}")
    row.visitor_seen_at = timezone.now()
    row.save(update_fields=["token_hash", "start_hash", "visitor_seen_at"])
    resume(conversation=row)
    bells.announce(row.pk, row.service_id, seq=row.last_seq)
    return Started(row, token)


def _again(way: WayBack, start_key: uuid.UUID) -> Started:
    """The second press of the form that came back."""
    chat = way.used_for
    if (
        chat is None
        or chat.is_over
        or bytes(chat.start_hash) != keyed_hash("token", f"start {start_key}")
    ):
        raise ChatError(Code.UNKNOWN)
    return Started(chat, token_of(start_key))
