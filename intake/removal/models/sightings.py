"""What a reporter sees later of a page they reported. Their word, and never a check."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.removal.models.locations import Statement


class Seen(models.TextChoices):
    STILL_THERE = "still_there", _("It is still there")
    GONE = "gone", _("It is gone")
    BACK = "back", _("It is there again")


class Sighting(models.Model):
    """What a reporter saw, and when a caseworker read that. It goes with the reporter's statement."""

    statement = models.ForeignKey(Statement, models.CASCADE, related_name="sightings")
    seen = models.CharField(max_length=11, choices=Seen.choices)
    at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.ANSWER, "report", "seen"),
        Kept(What.STAFF, "report", "read_by"),
        Kept(What.RECORD, "report", "id statement at read_at"),
    )

    class Meta:
        verbose_name = _("sighting")
        verbose_name_plural = _("sightings")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(seen__in=Seen.values), name="known_sighting")
        ]
        indexes = [models.Index(fields=["statement", "at"])]

    def __str__(self) -> str:
        return f"{self.seen} {self.at:%Y-%m-%d %H:%M}"
