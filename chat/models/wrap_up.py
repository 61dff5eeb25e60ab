"""What is left of a chat when it is over: choices for the figures, and words only by agreement."""

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.answers import AgeBand, Danger, Theme
from chat.models.conversation import Conversation
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField


class WrapUp(models.Model):
    """A counsellor's record of one chat, for the figures. It holds choices and no words.

    It stays when the chat is erased, and then stands by itself: it has the day and no moment, and
    not who wrote it, so that it leads back to nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="wrap_ups")
    conversation = models.OneToOneField(
        Conversation, models.SET_NULL, null=True, related_name="wrap_up"
    )
    day = models.DateField(_("day"))
    theme = models.CharField(_("theme"), max_length=14, choices=Theme)
    age_band = models.CharField(_("age"), max_length=8, choices=AgeBand, blank=True)
    # Lists of values of Advice, Referral and Measure.
    advised = models.JSONField(_("advised"), default=list, blank=True)
    referred = models.JSONField(_("referred to"), default=list, blank=True)
    danger = models.CharField(_("danger"), max_length=10, choices=Danger, default=Danger.NONE)
    measures = models.JSONField(_("what was done"), default=list, blank=True)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    heavy = models.BooleanField(_("heavy"), default=False)

    privacy = Privacy(
        Kept(
            What.RECORD,
            "figures",
            "id service conversation day theme advised referred danger measures minutes heavy",
        ),
        Kept(What.ANSWER, "figures", "age_band"),
        expires_by="day",
        lifetime="figures",
    )

    class Meta:
        verbose_name = _("wrap-up")
        verbose_name_plural = _("wrap-ups")
        indexes = [models.Index(fields=["service", "day"], name="wrap_up_of_a_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.theme}"


class AgreedNote(models.Model):
    """Words about a visitor that they agreed to. They go with the chat."""

    conversation = models.OneToOneField(
        Conversation, models.CASCADE, primary_key=True, related_name="agreed_note"
    )
    text = SealedTextField(key="conversation_id", bound=("conversation_id",))
    written_at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        Kept(What.SEALED, "chat", "text"),
        Kept(What.RECORD, "chat", "conversation written_at"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("note by agreement")
        verbose_name_plural = _("notes by agreement")

    def __str__(self) -> str:
        return str(self.conversation_id)
