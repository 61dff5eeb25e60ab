"""A counsellor's breath between chats."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What


class Rest(models.Model):
    """When a counsellor was ready again, and when a supervisor let them go on after heavy chats.

    How long they rest follows from the chats that ended: see ``chat.queries``.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="rest", primary_key=True
    )
    ready_at = models.DateTimeField(null=True, blank=True)
    eased_at = models.DateTimeField(null=True, blank=True)
    eased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )

    privacy = Privacy(Kept(What.STAFF, "staff", "user ready_at eased_at eased_by"))

    class Meta:
        verbose_name = _("rest")
        verbose_name_plural = _("rests")

    def __str__(self) -> str:
        return str(self.user_id)


class Debrief(models.Model):
    """A counsellor asks to talk about what they heard. Nothing about why."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="debriefs")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="debriefs")
    asked_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    taken_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.STAFF, "chat", "id service user asked_at taken_by taken_at"),
        expires_by="asked_at",
        lifetime="chat",
    )

    class Meta:
        verbose_name = _("debrief")
        verbose_name_plural = _("debriefs")
        constraints = [
            models.UniqueConstraint(
                fields=["user", "service"],
                condition=Q(taken_at=None),
                name="one_open_debrief_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.asked_at:%Y-%m-%d}"
