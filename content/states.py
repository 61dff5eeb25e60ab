"""The groups in which situations are listed."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Group(TextChoices):
    """Read by a visitor as the first choice, so it says what the person came for."""

    IMAGE = "image", _("It is about a photo or video of me")
    ONLINE = "online", _("Somebody does something to me online")
    OTHERS = "others", _("It is about somebody else, or about the police")
