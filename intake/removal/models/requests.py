"""One ask of one recipient, and all that happened to it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.removal.models.grounds import LegalGround, Route
from intake.removal.models.locations import Location
from intake.removal.states import Because, NoticeStatus, RequestStatus


class RemovalRequest(models.Model):
    """One ask: this location, this recipient, this ground. Rounds count up on the same row."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="requests")
    recipient = models.ForeignKey(
        "recipients.Recipient", models.PROTECT, related_name="removal_requests"
    )
    # Empty while only the recipient is proposed.
    ground = models.ForeignKey(LegalGround, models.PROTECT, null=True, related_name="+")
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="+")
    status = models.CharField(
        max_length=15, choices=RequestStatus.choices, default=RequestStatus.PROPOSED
    )
    round = models.PositiveSmallIntegerField(default=1)
    # To the hotline, because the person may be under 18: a path of its own.
    is_hand_over = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    privacy = Privacy(
        Kept(
            What.RECORD,
            "removal",
            "id location ground route status round is_hand_over due_at created_at changed_at",
        ),
        Kept(What.RECIPIENT, "removal", "recipient"),
    )

    class Meta:
        verbose_name = _("removal request")
        verbose_name_plural = _("removal requests")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "location", "ground"], name="one_request_a_ground"
            ),
            models.UniqueConstraint(
                fields=["recipient", "location"],
                condition=models.Q(ground__isnull=True),
                name="one_request_without_ground",
            ),
            models.UniqueConstraint(
                fields=["location"],
                condition=models.Q(is_hand_over=True),
                name="one_hand_over_a_location",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RequestStatus.values), name="known_request_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["proposed", "withdrawn"])
                | models.Q(ground__isnull=False, route__isnull=False),
                name="request_goes_out_with_ground_and_route",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["recipient", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"

    @property
    def last_round(self) -> int:
        """The last round of which anything may have left; 0 before the first. One query."""
        rounds = self.entries.order_by("-round").values_list("round", flat=True)
        return rounds.first() or 0


class AppendOnly(models.QuerySet["RemovalEvent"]):
    """Rows that are written once. They go only with the location they belong to."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("What happened is not rewritten.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("What happened goes only with its location.")


class RemovalEvent(models.Model):
    """One thing that happened to a request or its location. Append-only."""

    # Empty: something that happened to a notice as a whole.
    location = models.ForeignKey(Location, models.CASCADE, null=True, related_name="events")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, null=True, related_name="events")
    notice = models.ForeignKey("Notice", models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField()
    came_from = models.CharField(max_length=15, blank=True)
    became = models.CharField(max_length=15)
    because = models.CharField(max_length=20, choices=Because.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AppendOnly.as_manager()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location request notice at came_from became because"),
        Kept(What.STAFF, "removal", "by"),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(location__isnull=False) | models.Q(notice__isnull=False),
                name="event_is_about_something",
            )
        ]
        indexes = [models.Index(fields=["location", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.became}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What happened is not rewritten.")
        super().save(*args, **kwargs)

    @property
    def became_label(self) -> str:
        """What it became, in words: a status of a request or of a notice."""
        statuses = RequestStatus if self.request_id else NoticeStatus
        return str(statuses(self.became).label)
