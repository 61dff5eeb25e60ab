"""What a report is about, in the visitor's words, and what became of a lead."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Situation(TextChoices):
    """What happened, in the order it is asked: what cannot wait stands first.

    Says what helps first, and tells a caseworker which ground may fit; names nobody.
    """

    PRESSURE = "pressure", _("Somebody puts me under pressure right now")
    SPREAD = "spread", _("Images were spread without permission")
    THREATENED = "threatened", _("Somebody threatens to spread images")
    PAID = "paid", _("I already paid, or sent more images")
    FILMED = "filmed", _("Somebody was filmed or photographed in secret")
    MADE = "made", _("The images are fake: edited, or made with AI")
    PROFILE = "profile", _("Somebody made a fake profile")
    HACKED = "hacked", _("An account was hacked")
    RECEIVED = "received", _("I got nude images that I did not ask for")
    SHARED = "shared", _("I shared an image of somebody myself")
    FOUND = "found", _("I came across images of somebody I do not know")
    HELPING = "helping", _("I help somebody: my child, a pupil, a friend")
    OTHER = "other", _("Something else")
    SKIPPED = "skipped", _("Not answered")


class DossierFor(TextChoices):
    """Who a dossier of a report is for."""

    AUTHORITY = "authority", _("The police or another authority")
    LAWYER = "lawyer", _("A lawyer")


class LeadKind(TextChoices):
    """What somebody knows who has no address."""

    ACCOUNT = "account", _("An account in an app")
    SEARCH = "search", _("Words in a search engine")


class LeadOutcome(TextChoices):
    """What a caseworker could do with it."""

    FOUND = "found", _("The address was found")
    NOT_FOUND = "not_found", _("No address was found")
    HOTLINE = "hotline", _("Given to the hotline")
