"""Why an action on a colleague's account is refused, in words for who tried."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Refusal(TextChoices):
    NAME_TAKEN = "name_taken", _("Somebody has this user name already. Choose another.")
    CHANGED = "changed", _("Somebody else changed this meanwhile. Look at it again.")
    HAS_COME_IN = (
        "has_come_in",
        _("This person has set a password already. To begin anew, reset the second step."),
    )
    SWITCHED_OFF = "switched_off", _("This account is switched off. Switch it on first.")
    NO_ADDRESS = "no_address", _("Give this person a mail address first: the link goes there.")
    NEEDS_LINK = "needs_link", _("This person has no password: send a link.")
    NOTHING_TO_RESET = "nothing_to_reset", _("This person has nothing to reset: send a link.")
    BEING_RESET = (
        "being_reset",
        _("The mail address stays as it is until the second step has been set anew."),
    )
    ONE_PERSON = (
        "one_person",
        _("Two people decide this: a colleague other than who asked, and not the person itself."),
    )
    LINK_GONE = "link_gone", _("This link no longer works.")


class RefusedError(Exception):
    """An action that is not allowed as things stand."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
