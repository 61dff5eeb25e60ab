"""What visitors, counsellors, supervisors and the worker do with a conversation.

Callers hand in a conversation they have just read; what may have moved since is checked again on
the locked row.
"""

from chat.actions.course import Started, end, leave, resume, start, sweep
from chat.actions.desk import (
    acknowledge_danger,
    claim,
    give_back,
    open_transcript,
    raise_danger,
)
from chat.actions.messages import MESSAGE_BYTES, check_text, hear, note_read, note_seen, say
from chat.actions.offers import accept_report, decline_report, offer_report

__all__ = [
    "MESSAGE_BYTES",
    "Started",
    "accept_report",
    "acknowledge_danger",
    "check_text",
    "claim",
    "decline_report",
    "end",
    "give_back",
    "hear",
    "leave",
    "note_read",
    "note_seen",
    "offer_report",
    "open_transcript",
    "raise_danger",
    "resume",
    "say",
    "start",
    "sweep",
]
