"""What caseworkers write to each other about a location. No reporter ever sees it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.models.locations import Location


class LocationNote(models.Model):
    """A note beside a location. Sealed with the location's key, and gone with its last report."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="notes")
    # Worked out from the form and its text: a double click makes one note.
    client_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    text = SealedTextField(key="location_id", bound=("location_id", "client_id"))
    at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.SEALED, "removal", "text"),
        Kept(What.RECORD, "removal", "id location client_id at"),
        Kept(What.STAFF, "removal", "by"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["location", "client_id"], name="one_location_note_a_form_and_text"
            )
        ]

    def __str__(self) -> str:
        return f"{self.location_id} {self.pk}"
