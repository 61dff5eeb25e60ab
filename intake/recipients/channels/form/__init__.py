"""Notices that a person puts into the recipient's own form, by hand."""

from intake.recipients.channels.base import Envelope, Lack, Outcome, Result
from intake.recipients.channels.form.handwork import Handwork, can_follow, prepare
from intake.recipients.models import Recipient

__all__ = ["BY_HAND", "Handwork", "deliver", "lacks", "misfits", "prepare"]

BY_HAND = True


def lacks(recipient: Recipient) -> list[Lack]:
    """The address of their form, when it is not one to follow."""
    return [] if can_follow(recipient.form_to_open) else [Lack.FORM]


def misfits(envelope: Envelope) -> list[Lack]:
    """Nothing: a person sees what their form takes."""
    return []


def deliver(envelope: Envelope) -> Outcome:
    """Nothing goes by itself: a person says what became of it."""
    return Outcome(Result.NOT_SENT, "a form is filled in by a person")
