"""How it was found whom to ask: servers behind a host, and the look-up that a request leans on."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.models.locations import Location
from intake.removal.models.requests import RemovalRequest


class ToldBy(models.TextChoices):
    """Who said which server a page lies on."""

    PERSON = "person", _("Entered by hand")
    CLOUDFLARE = "cloudflare", _("Named by Cloudflare")


class Origin(models.Model):
    """A server that a page really lies on, behind a network that stands in front of it.

    A person enters it, or has that network asked; it is sealed with its location, and goes with it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    location = models.ForeignKey(Location, models.CASCADE, related_name="origins")
    host_index = models.BinaryField(max_length=16)
    host = SealedTextField(key="location_id", bound=("id", "location_id"))
    told_by = models.CharField(max_length=20, choices=ToldBy.choices, default=ToldBy.PERSON)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    entered_at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.SEALED, "removal", "host"),
        Kept(What.KEYED, "removal", "host_index"),
        Kept(What.STAFF, "removal", "entered_by"),
        Kept(What.RECORD, "removal", "id location told_by entered_at"),
    )

    class Meta:
        verbose_name = _("server behind a host")
        verbose_name_plural = _("servers behind a host")
        ordering = ["entered_at"]
        constraints = [
            models.UniqueConstraint(fields=["location", "host_index"], name="one_origin_a_location")
        ]

    def __str__(self) -> str:
        return str(self.id)


class FoundBy(models.Model):
    """The look-up that a request's recipient was found by, and whether it still holds.

    Just before a notice goes, whoever named the recipient is asked again. When they name somebody else
    by then, the request is held until a person has decided.
    """

    request = models.OneToOneField(RemovalRequest, models.CASCADE, related_name="found_by")
    # Empty once the look-up is erased: then there is nothing to ask again.
    proposal = models.ForeignKey(
        "recipients.Proposal", models.SET_NULL, null=True, related_name="+"
    )
    checked_at = models.DateTimeField()
    held_at = models.DateTimeField(null=True)
    # A person decided to ask this recipient all the same; their word overrules the others.
    kept_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    kept_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id request proposal checked_at held_at kept_at"),
        Kept(What.STAFF, "removal", "kept_by"),
    )

    class Meta:
        verbose_name = _("how a recipient was found")
        verbose_name_plural = _("how recipients were found")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kept_by__isnull=True) | models.Q(kept_at__isnull=False),
                name="kept_recipient_has_moment",
            )
        ]
        indexes = [models.Index(fields=["checked_at"], name="found_by_checked_at")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_held(self) -> bool:
        """Whether nothing goes to this recipient before a person has decided."""
        return self.held_at is not None and self.kept_at is None
