"""What colleagues write to each other about a conversation. It never goes to the visitor."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.models.conversation import Conversation
from chat.states import NoteKind
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField


class Note(models.Model):
    """A note beside a conversation, or a whisper to the counsellor who is in it.

    ``after_seq`` is the message it was written after. ``seen_at`` is a whisper's: when the
    counsellor said they had read it. It goes with its conversation, and is sealed with its key.
    """

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="notes")
    client_id = models.UUIDField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=NoteKind)
    text = SealedTextField(key="conversation_id", bound=("conversation_id", "client_id"))
    after_seq = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.SEALED, "chat", "text"),
        Kept(What.RECORD, "chat", "id conversation client_id kind after_seq at seen_at"),
        Kept(What.STAFF, "chat", "by"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="one_note_a_client_id"
            ),
            models.CheckConstraint(
                condition=Q(kind=NoteKind.WHISPER) | Q(seen_at__isnull=True),
                name="note_seen_is_a_whisper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.kind}"
