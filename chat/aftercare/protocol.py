"""What a desk shows of what comes after chats."""

from chat.aftercare.queries import After
from chat.protocol import Frame, name_of


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
        "debriefs": [{"id": row.pk, "who": name_of(row.user)} for row in shown.debriefs],
        "own": {"taken_by": name_of(own.taken_by)} if own else None,
    }
