"""What visitors, counsellors, supervisors and the worker do with a conversation.

Callers hand in a conversation they have just read; what may have moved since is checked again on
the locked row.
"""

from chat.actions.abuse import (
    begin_waiting,
    end_for_abuse,
    is_slowed,
    slow_down,
    still_waits,
)
from chat.actions.after import answer_survey, erase
from chat.actions.cards import share_page
from chat.actions.coming_back import ask_way_back, come_back
from chat.actions.course import Started, end, leave, resume, start, sweep
from chat.actions.desk import (
    acknowledge_danger,
    claim,
    give_back,
    open_transcript,
    raise_danger,
    set_urgency,
)
from chat.actions.drafts import keep_draft
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
from chat.actions.notes import heed_whispers, write_note
from chat.actions.offers import accept_report, decline_report, offer_report
from chat.actions.presence import arrive, miss_counsellors, note_staff_seen, set_presence
from chat.actions.silence import sweep_silence

__all__ = [
    "MESSAGE_BYTES",
    "Started",
    "accept_handover",
    "accept_report",
    "acknowledge_danger",
    "answer_survey",
    "arrive",
    "ask_supervisor",
    "ask_way_back",
    "begin_waiting",
    "check_text",
    "claim",
    "come_back",
    "decline_handover",
    "decline_report",
    "end",
    "end_for_abuse",
    "erase",
    "give_back",
    "hand_over",
    "hear",
    "heed_whispers",
    "is_slowed",
    "keep_draft",
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
    "share_page",
    "slow_down",
    "start",
    "still_waits",
    "sweep",
    "sweep_silence",
    "take_over",
    "withdraw_handover",
    "write_note",
]
