"""Reading what was typed on the plain desk and not sent."""

import json
import uuid

from chat.models import Draft
from helpline.privacy.vault.errors import VaultError
from helpline.staff.models import User


def draft(conversation_id: uuid.UUID, user: User) -> dict[str, str]:
    """What somebody had typed beside a conversation and not sent, by the name of its box."""
    kept = Draft.objects.filter(conversation_id=conversation_id, by=user).first()
    try:
        words: dict[str, str] = json.loads(kept.words) if kept else {}
    except VaultError:
        return {}  # erased, or halfway
    return words


def drafted(user: User) -> set[uuid.UUID]:
    """Beside which conversations somebody has typed what is not sent."""
    return set(Draft.objects.filter(by=user).values_list("conversation_id", flat=True))
