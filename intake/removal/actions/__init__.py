"""What reporters, caseworkers, recipients and the worker do about reported locations."""

from intake.removal.actions.answers import Claim, notice_of_token, record_answers
from intake.removal.actions.assigning import (
    apart,
    assign,
    claim_location,
    claim_several,
    heed_pressure,
    mark_urgent,
    release_location,
    unmark_urgent,
)
from intake.removal.actions.by_hand import (
    HandedIn,
    handwork_of,
    say_handed_in,
)
from intake.removal.actions.climbing import climb_ladders, climb_now
from intake.removal.actions.clocks import keep_clocks
from intake.removal.actions.copying import copy_address
from intake.removal.actions.desk import (
    ask_again,
    choose,
    confirm_proposal,
    look_up,
    open_address,
    propose,
    record_check,
    stop,
    suggest,
)
from intake.removal.actions.dossiers import make_dossier
from intake.removal.actions.drafting import envelope_of
from intake.removal.actions.finding import (
    ask_all_the_same,
    ask_front,
    ask_registers_again,
    enter_origin,
    look_up_origin,
    remove_origin,
)
from intake.removal.actions.hand_over import hand_over_again
from intake.removal.actions.hand_over_by_form import (
    copy_for_form,
    give_form_back,
    take_on_form,
)
from intake.removal.actions.law import keep_law
from intake.removal.actions.looks import agree, ask_second_look, send_back, set_look_rules
from intake.removal.actions.notes import remove_note, write_note
from intake.removal.actions.notices import (
    cancel_notice,
    draft_notice,
    resolve_uncertain,
    send_notice,
)
from intake.removal.actions.saved_views import remove_view, save_view
from intake.removal.actions.searching import search_locations
from intake.removal.actions.sending import recover_lost_notices, send_due_notices
from intake.removal.actions.sightings import read_sightings, say_seen
from intake.removal.actions.statements import (
    StatementFacts,
    change_wish,
    correct_age,
    leave_statement,
    register_statement,
    release_statement,
    withdraw_mandate,
)
from intake.removal.actions.together import ask_together
from intake.removal.errors import LeftOut
from intake.removal.models import AnswerKind, RefusalGround

__all__ = [
    "AnswerKind",
    "Claim",
    "HandedIn",
    "LeftOut",
    "RefusalGround",
    "StatementFacts",
    "agree",
    "apart",
    "ask_again",
    "ask_second_look",
    "ask_together",
    "assign",
    "ask_all_the_same",
    "ask_front",
    "ask_registers_again",
    "cancel_notice",
    "change_wish",
    "choose",
    "claim_location",
    "claim_several",
    "climb_ladders",
    "climb_now",
    "confirm_proposal",
    "copy_address",
    "copy_for_form",
    "correct_age",
    "draft_notice",
    "enter_origin",
    "envelope_of",
    "give_form_back",
    "hand_over_again",
    "handwork_of",
    "heed_pressure",
    "keep_clocks",
    "keep_law",
    "leave_statement",
    "look_up",
    "make_dossier",
    "mark_urgent",
    "look_up_origin",
    "notice_of_token",
    "open_address",
    "propose",
    "read_sightings",
    "record_answers",
    "record_check",
    "recover_lost_notices",
    "register_statement",
    "release_location",
    "release_statement",
    "remove_note",
    "remove_view",
    "remove_origin",
    "resolve_uncertain",
    "save_view",
    "say_handed_in",
    "say_seen",
    "search_locations",
    "send_back",
    "send_due_notices",
    "send_notice",
    "set_look_rules",
    "stop",
    "suggest",
    "take_on_form",
    "unmark_urgent",
    "withdraw_mandate",
    "write_note",
]
