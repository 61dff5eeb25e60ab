"""What a report is about, in the visitor's words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Situation(TextChoices):
    """What happened. Tells a caseworker which ground may fit; names nobody."""

    SPREAD = "spread", _("Images were spread without permission")
    THREATENED = "threatened", _("Somebody threatens to spread images")
    FILMED = "filmed", _("Somebody was filmed or photographed in secret")
    MADE = "made", _("The images are fake: edited, or made with AI")
    PROFILE = "profile", _("Somebody made a fake profile")
    HACKED = "hacked", _("An account was hacked")
    OTHER = "other", _("Something else")
    SKIPPED = "skipped", _("Not answered")
