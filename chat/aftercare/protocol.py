"""What a desk shows of what comes after chats."""

from chat.aftercare.queries import After
from chat.protocol import Frame
from helpline.staff.models import User


def after(shown: After) -> Frame:
    """What there is to do after chats; part of a desk."""
    own, breath = shown.own, shown.breath
    return {
        "unwritten": [
            {
                "id": row.conversation.pk,
                "name": row.name,
                "minutes": row.minutes,
                "danger": row.conversation.in_danger,
                "theme": row.theme,
                "age_band": row.conversation.age_band,
            }
            for row in shown.unwritten
        ],
        "breath": {"until": breath.until, "heavy": breath.heavy} if breath else None,
        "debriefs": [{"id": row.pk, "who": _name(row.user)} for row in shown.debriefs],
        "own": {"taken_by": _name(own.taken_by)} if own else None,
    }


def _name(user: User | None) -> str:
    return (user.work_name or user.get_username()) if user else ""
