"""A conversation on its way from one member of staff to another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from chat.states import ASKS_TO_HAND_OVER, HandoverStatus, Way
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField


class Handover(models.Model):
    """Somebody asks to hand a conversation over, asks a supervisor along, or a supervisor takes it.

    ``holder`` had the conversation when it was asked, ``to`` is the colleague who is meant. The
    summary is of colleagues among themselves: no visitor ever gets it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="handovers")
    way = models.CharField(max_length=12, choices=Way)
    status = models.CharField(max_length=10, choices=HandoverStatus, default=HandoverStatus.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    summary = SealedTextField(key="conversation_id", bound=("conversation_id", "id"))
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy = Privacy(
        Kept(What.SEALED, "chat", "summary"),
        Kept(What.RECORD, "chat", "id conversation way status asked_at answered_at"),
        Kept(What.STAFF, "chat", "by holder to answered_by"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        indexes = [
            models.Index(
                fields=["asked_at"],
                condition=Q(status=HandoverStatus.OPEN),
                name="handover_open",
            ),
            models.Index(fields=["answered_at"], name="handover_answered"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status=HandoverStatus.OPEN, way__in=sorted(ASKS_TO_HAND_OVER)),
                name="one_open_handover_a_conversation",
            ),
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status=HandoverStatus.OPEN, way=Way.ADVICE),
                name="one_open_question_a_conversation",
            ),
            models.CheckConstraint(
                condition=Q(status=HandoverStatus.OPEN, answered_at__isnull=True)
                | (~Q(status=HandoverStatus.OPEN) & Q(answered_at__isnull=False)),
                name="handover_answered_has_moment",
            ),
            models.CheckConstraint(
                condition=~Q(way__in=[Way.COLLEAGUE, Way.TAKEN, Way.GIVEN]) | Q(to__isnull=False),
                name="handover_names_a_colleague",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.way} {self.status}"
