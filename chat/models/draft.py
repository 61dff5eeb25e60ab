"""What a counsellor has typed and not sent yet, where the browser keeps nothing of it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField


class Draft(models.Model):
    """The half sentences of one colleague beside one conversation, as JSON by the name of their box.

    It goes when they are sent, and with its conversation, whose key it is sealed with.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="drafts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    words = SealedTextField(key="conversation_id", bound=("conversation_id", "by_id"))
    at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        Kept(What.SEALED, "chat", "words"),
        Kept(What.RECORD, "chat", "id conversation at"),
        Kept(What.STAFF, "chat", "by"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "by"], name="one_draft_a_chat_and_colleague"
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.by_id}"
