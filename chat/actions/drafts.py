"""Keeping what a counsellor has typed on a page that keeps nothing by itself."""

import json
from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from chat import permissions
from chat.actions.settling import lock
from chat.errors import ChatError, Code
from chat.models import Conversation, Draft
from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User

MOST = 64 * 1024  # characters: far more than all of it may hold when it is sent


def keep_draft(*, conversation: Conversation, words: Mapping[str, str], by: User) -> None:
    """Keep what somebody has typed beside a conversation and not sent, in place of what was kept.
    With no words nothing is kept, nor of a conversation that is over.
    """
    permissions.check_can_open(by, conversation)
    text = json.dumps(dict(words))
    if len(text) > MOST:
        raise ChatError(Code.TOO_LONG)
    try:
        with transaction.atomic():
            row = lock(conversation)
            if not words or row.is_over:
                row.drafts.filter(by=by).delete()
                return
            Draft.objects.update_or_create(
                conversation=row, by=by, defaults={"words": text, "at": timezone.now()}
            )
    except VaultError:
        raise ChatError(Code.UNKNOWN) from None  # erased just now
