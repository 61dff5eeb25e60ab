"""Why somebody was next."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from chat.states import Why
from helpline.privacy.declare import Kept, Privacy, What


class QueueDecision(models.Model):
    """A visitor was taken from the queue: at which place they stood and why, and who was passed
    over. ``passed_over`` holds the conversations that stood before, first first; of very many the
    first ones.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="queue_decisions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    place = models.PositiveIntegerField()
    why = models.CharField(max_length=8, choices=Why)
    waiting_since = models.DateTimeField()
    passed_over = models.JSONField(default=list)

    privacy = Privacy(
        Kept(What.RECORD, "chat", "id conversation at place why waiting_since passed_over"),
        Kept(What.STAFF, "chat", "by"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("choice from the queue")
        verbose_name_plural = _("choices from the queue")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.place} {self.why}"

    @property
    def waited(self) -> int:
        """For how many whole minutes the visitor had waited."""
        return int((self.at - self.waiting_since).total_seconds() // 60)
