"""What visitors, counsellors, supervisors and the worker do with a conversation.

Callers hand in a conversation they have just read; what may have moved since is checked again on
the locked row.
"""

from chat.actions.after import answer_survey, erase
from chat.actions.course import Started, end, leave, resume, start, sweep
from chat.actions.desk import (
    acknowledge_danger,
    claim,
    give_back,
    open_transcript,
    raise_danger,
    set_urgency,
)
from chat.actions.handover import (
    accept_handover,
    ask_supervisor,
    decline_handover,
    hand_over,
    reassign,
    take_over,
    withdraw_handover,
)
from chat.actions.messages import MESSAGE_BYTES, check_text, hear, note_read, note_seen, say
from chat.actions.offers import accept_report, decline_report, offer_report
from chat.actions.presence import arrive, miss_counsellors, note_staff_seen, set_presence

__all__ = [
    "MESSAGE_BYTES",
    "Started",
    "accept_handover",
    "accept_report",
    "acknowledge_danger",
    "arrive",
    "ask_supervisor",
    "answer_survey",
    "check_text",
    "claim",
    "decline_handover",
    "decline_report",
    "end",
    "give_back",
    "hand_over",
    "erase",
    "hear",
    "leave",
    "miss_counsellors",
    "note_read",
    "note_seen",
    "note_staff_seen",
    "offer_report",
    "open_transcript",
    "raise_danger",
    "reassign",
    "resume",
    "say",
    "set_presence",
    "set_urgency",
    "start",
    "sweep",
    "take_over",
    "withdraw_handover",
]
