"""What colleagues write to each other beside a conversation. Nothing here says anything in it."""

import uuid

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from chat import permissions
from chat.actions.messages import check_text
from chat.actions.settling import lock
from chat.models import Conversation, Note
from chat.states import NoteKind
from chat.wire import bells
from helpline.staff.models import User


def write_note(*, conversation: Conversation, text: str, client_id: uuid.UUID, by: User) -> Note:
    """Keep a note beside a conversation; of somebody who reads along it is a whisper to whom it
    belongs. The same ``client_id`` sent twice is one note.
    """
    check_text(text)
    permissions.check_can_open(by, conversation)
    with transaction.atomic():
        row = lock(conversation)
        permissions.check_can_open(by, row)  # as it belongs now
        before = row.notes.filter(client_id=client_id).first()
        if before is not None:
            return before
        whispers = row.owner_id not in (None, by.pk) and not row.is_over
        note = Note.objects.create(
            conversation=row,
            client_id=client_id,
            by=by,
            kind=NoteKind.WHISPER if whispers else NoteKind.NOTE,
            text=text,
            after_seq=row.last_seq,
        )
        _show(row, whispers=row.whispers + whispers)
    return note


def heed_whispers(*, conversation: Conversation, upto: uuid.UUID, by: User) -> None:
    """The counsellor has read what was whispered, up to this one."""
    permissions.check_can_answer(by, conversation)
    with transaction.atomic():
        row = lock(conversation)
        permissions.check_can_answer(by, row)
        last = row.notes.filter(client_id=upto).first()
        unseen = row.notes.filter(kind=NoteKind.WHISPER, seen_at=None)
        if last is None or not unseen.filter(pk__lte=last.pk).update(seen_at=timezone.now()):
            return
        _show(row, whispers=unseen.count())


def _show(row: Conversation, *, whispers: int) -> None:
    """Let every console that follows it look: its notes are not as they were."""
    Conversation.objects.filter(pk=row.pk).update(noted=F("noted") + 1, whispers=whispers)
    bells.announce(row.pk, row.service_id, seq=row.last_seq)
