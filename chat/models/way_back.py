"""A visitor's way back to a chat that is over."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from helpline.privacy.declare import Kept, Privacy, What


class WayBack(models.Model):
    """A code that only the visitor has, made because they asked for it. It works once.

    It goes with the chat that it leads back to.
    """

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="way_back"
    )
    code_hash = models.BinaryField(max_length=32, unique=True)
    # Of the press that asked for it, so that its second one gets the same code and no other does.
    asked_hash = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(default=timezone.now)
    # The chat in which they came back.
    used_for = models.OneToOneField(
        Conversation, models.SET_NULL, null=True, related_name="came_by"
    )
    used_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.KEYED, "chat", "code_hash asked_hash"),
        Kept(What.RECORD, "chat", "conversation asked_at used_for used_at"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("way back")
        verbose_name_plural = _("ways back")

    def __str__(self) -> str:
        return str(self.conversation_id)
