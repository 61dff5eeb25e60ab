"""What supervisors and administrators do about the accounts of staff, and a newcomer about theirs."""

from helpline.staff.actions.inviting import Sent, invite, invite_again, join
from helpline.staff.actions.people import change_person, deactivate, reactivate
from helpline.staff.actions.resets import agree_reset, ask_reset, withdraw_reset

__all__ = [
    "Sent",
    "agree_reset",
    "ask_reset",
    "change_person",
    "deactivate",
    "invite",
    "invite_again",
    "join",
    "reactivate",
    "withdraw_reset",
]
