"""What a role and an account are called."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role is a group of that name; a person may have several."""

    COUNSELLOR = "counsellor", _("Counsellor")
    CASEWORKER = "caseworker", _("Caseworker")
    EDITOR = "editor", _("Editor")
    SUPERVISOR = "supervisor", _("Supervisor")
    ADMINISTRATOR = "administrator", _("Administrator")


class Standing(models.TextChoices):
    """How far a person is with coming in."""

    WORKING = "working", _("Can sign in")
    SETTING_UP = "setting_up", _("Has no second step yet")
    INVITED = "invited", _("Has a link")
    LAPSED = "lapsed", _("Link no longer valid")
    OFF = "off", _("Switched off")
