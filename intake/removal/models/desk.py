"""How caseworkers divide the work: whose it is, what cannot wait, and the views they keep."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.removal.models.locations import Location


class Assignment(models.Model):
    """Somebody gave a location to a colleague. What was given stays theirs until it is given back,
    also when what they took themselves would be free again."""

    location = models.OneToOneField(Location, models.CASCADE, related_name="assignment")
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location at"),
        Kept(What.STAFF, "removal", "to by"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")

    def __str__(self) -> str:
        return f"{self.location_id} {self.at:%Y-%m-%d %H:%M}"


class WhyUrgent(models.TextChoices):
    SPREADING = "spreading", _("It is spreading now")
    EXTORTION = "extortion", _("Blackmail is under way")
    FOUND = "found", _("It leads to where the person can be found")
    OTHER = "other", _("Another reason")


class Urgency(models.Model):
    """A location cannot wait, and why. ``by`` None: who reported it says that they are under pressure."""

    location = models.OneToOneField(Location, models.CASCADE, related_name="urgency")
    why = models.CharField(max_length=10, choices=WhyUrgent.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location why at"),
        Kept(What.STAFF, "removal", "by"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("urgency")
        verbose_name_plural = _("urgencies")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(why__in=WhyUrgent.values), name="known_reason_for_urgency"
            )
        ]

    def __str__(self) -> str:
        return f"{self.location_id} {self.why}"


class SavedView(models.Model):
    """Filters of the queue under a name, of one caseworker. Holds choices, and no words of a case."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="desk_views")
    name = models.CharField(max_length=30)
    # As it stands in the queue's own address, in one order.
    query = models.CharField(max_length=120)

    privacy = Privacy(Kept(What.STAFF, "staff", "id user name query"), service_path="")

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="one_saved_view_a_name")
        ]

    def __str__(self) -> str:
        return self.name


class Deed(models.TextChoices):
    """What colleagues did about a location that changes none of its requests."""

    TAKEN = "taken", _("Taken on")
    GIVEN = "given", _("Given to a colleague")
    BACK = "back", _("Given back")
    URGENT = "urgent", _("Marked as urgent")
    NOT_URGENT = "not_urgent", _("No longer urgent")
    COPIED = "copied", _("Address copied")


class WhyCopy(models.TextChoices):
    """Why somebody copies an address."""

    FORM = "form", _("For the recipient’s own form")
    POLICE = "police", _("For the police or a lawyer")
    REPORTER = "reporter", _("To ask who reported it")
    OTHER = "other", _("Another reason")


class OnceWritten(models.QuerySet["DeskEvent"]):
    """Rows that are written once. They go only with the location they belong to."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("What happened is not rewritten.")


class DeskEvent(models.Model):
    """One such deed: part of a location's history. Append-only."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="deeds")
    what = models.CharField(max_length=10, choices=Deed.choices)
    # Whom it was given to, or a choice that says why.
    to = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    why = models.CharField(max_length=10, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    objects = OnceWritten.as_manager()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location what why at"),
        Kept(What.STAFF, "removal", "to by"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("deed at the desk")
        verbose_name_plural = _("deeds at the desk")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(what__in=Deed.values), name="known_deed_at_the_desk"
            )
        ]
        indexes = [models.Index(fields=["location", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.what}"
