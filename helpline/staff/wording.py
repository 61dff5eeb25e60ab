"""What an entry of the audit trail about an account is called."""

from django.utils.translation import gettext as _

from helpline.staff.states import Role


def deed(action: str) -> str:
    """An action about a member of staff in words; one without words as it stands."""
    kind, _between, role = action.partition("_")
    if role in Role.values and kind in ("give", "take"):
        label = {"role": Role(role).label}
        return (
            _("Role given: %(role)s") % label
            if kind == "give"
            else _("Role taken: %(role)s") % label
        )
    words = {
        "invite": _("Invited"),
        "invite_again": _("New link sent"),
        "join": _("Used the link"),
        "enrol": _("Set up a second step"),
        "change_address": _("Mail address changed"),
        "deactivate": _("Switched off"),
        "reactivate": _("Switched on"),
        "ask_reset": _("Asked to reset the second step"),
        "agree_reset": _("Agreed: second step reset"),
        "withdraw_reset": _("Reset withdrawn"),
        "administrator_link": _("Link made on the command line"),
    }
    return words.get(action, action)
