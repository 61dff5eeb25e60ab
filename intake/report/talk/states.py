"""Who said something."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Sender(TextChoices):
    """The two sides of a talk. The reporter is whoever holds the code; nobody knows who that is."""

    REPORTER = "reporter", _("Reporter")
    CASEWORKER = "caseworker", _("Caseworker")
