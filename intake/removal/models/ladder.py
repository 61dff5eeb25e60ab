"""Where a location stands on the ladder, as far as that is not in its requests."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.removal.models.locations import Location


class WaitsFor(models.TextChoices):
    """What keeps the ladder from proposing anybody."""

    NOTHING = "", _("It proposes by itself.")
    TIME = "time", _("A colleague decides first; after that the next is proposed.")
    ANSWER = "answer", _("They ask us something. Answer that first.")
    LOOK_UP = "look_up", _("Nobody has looked up who hosts it. Show the address and look it up.")
    CONFIRMING = (
        "confirming",
        _("A look-up found somebody. Show the address and say whether it is right."),
    )
    NOBODY = (
        "nobody",
        _("Everybody we know of was asked. Look it up again, or choose somebody."),
    )


class Ladder(models.Model):
    """When the worker looks again whom to propose for a location, and what it waits for."""

    location = models.OneToOneField(
        Location, models.CASCADE, primary_key=True, related_name="ladder"
    )
    waits_for = models.CharField(max_length=10, choices=WaitsFor.choices, blank=True)
    next_look_at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "location waits_for next_look_at"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("place on the ladder")
        verbose_name_plural = _("places on the ladder")

    def __str__(self) -> str:
        return str(self.pk)
