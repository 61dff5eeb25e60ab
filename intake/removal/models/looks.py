"""A second pair of eyes: when a notice needs one, and who looked."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.models.notices import Notice


class LookReason(models.TextChoices):
    """Why a notice waits for a second person."""

    NEW_RECIPIENT = "new_recipient", _("The first notice to this recipient")
    NEW_TEMPLATE = "new_template", _("The first notice with this text")
    LAWFUL = "lawful", _("A site that is known to be lawful")
    MANY = "many", _("Many locations in one notice")


class LookRules(models.Model):
    """When a notice of a service needs a second pair of eyes. Without a row the defaults hold."""

    service = models.OneToOneField(
        "services.Service", models.CASCADE, related_name="look_rules", primary_key=True
    )
    new_recipient = models.BooleanField(default=False)
    new_template = models.BooleanField(default=False)
    # In one notice; more needs a second person. Empty: however many.
    most_alone = models.PositiveSmallIntegerField(null=True, default=50)
    # Names of sites on which much is lawful, such as newspapers; with all that is under them.
    lawful_sites = models.JSONField(default=list)

    privacy = Privacy(
        Kept(What.PUBLIC, "always", "service new_recipient new_template most_alone lawful_sites")
    )

    class Meta:
        verbose_name = _("rules for a second pair of eyes")
        verbose_name_plural = _("rules for a second pair of eyes")

    def __str__(self) -> str:
        return str(self.service_id)


class SeenTemplate(models.Model):
    """A text of notices that two people have read in a notice, as it was then."""

    name = models.CharField(max_length=60)
    digest = models.BinaryField(max_length=32)
    at = models.DateTimeField()

    privacy = Privacy(Kept(What.PUBLIC, "always", "id name digest at"), service_path="")

    class Meta:
        verbose_name = _("text that two people read")
        verbose_name_plural = _("texts that two people read")
        constraints = [
            models.UniqueConstraint(fields=["name", "digest"], name="one_row_a_seen_template")
        ]

    def __str__(self) -> str:
        return self.name


class SecondLook(models.Model):
    """Somebody asks for a second pair of eyes on a notice; another agrees, or sends it back.

    Never the same person: the database refuses it too.
    """

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="look")
    why = models.JSONField(default=list)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    asked_at = models.DateTimeField()
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    looked_at = models.DateTimeField(null=True)
    agreed = models.BooleanField(default=False)
    # To the colleague who asked: what is not right.
    words = SealedTextField(key="notice_id", bound=("notice_id",), null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "words"),
        Kept(What.RECORD, "removal", "id notice why asked_at looked_at agreed"),
        Kept(What.STAFF, "removal", "asked_by looked_by"),
        service_path="notice__service",
    )

    class Meta:
        verbose_name = _("second pair of eyes")
        verbose_name_plural = _("second pairs of eyes")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(looked_by__isnull=True)
                | models.Q(asked_by__isnull=True)
                | ~models.Q(looked_by=models.F("asked_by")),
                name="second_eyes_are_somebody_elses",
            ),
            models.CheckConstraint(
                condition=models.Q(looked_at__isnull=False) | models.Q(looked_by__isnull=True),
                name="second_look_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(looked_at__isnull=False) | models.Q(agreed=False),
                name="only_who_looked_agrees",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=models.Q(looked_at__isnull=True),
                name="looks_that_wait",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.asked_at:%Y-%m-%d %H:%M}"

    @property
    def reasons(self) -> list[str]:
        """Why it was asked, in words."""
        return [str(LookReason(each).label) for each in self.why]
