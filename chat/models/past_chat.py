"""What the figures keep of a chat that is over: that it was, and how it went."""

import uuid
from datetime import datetime
from math import ceil

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.states import Went
from helpline.privacy.declare import Kept, Privacy, What


class PastChat(models.Model):
    """One chat that ended, counted. It leads back to no chat and to nobody.

    It stands by itself from the moment it is written, in the transaction that ends the chat, so
    that a chat which is erased still counts, and none counts twice. It has the hour in which the
    chat began and no moment: ``waited`` and ``talked`` are whole minutes. Who left before anybody
    answered ``waited`` until they left.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="past_chats")
    day = models.DateField(_("day"))
    hour = models.PositiveSmallIntegerField(_("hour"))
    went = models.CharField(_("how it went"), max_length=8, choices=Went)
    waited = models.PositiveIntegerField(_("minutes waited"))
    talked = models.PositiveIntegerField(_("minutes talked"), null=True, blank=True)

    privacy = Privacy(
        Kept(What.RECORD, "counts", "id service day hour went waited talked"),
        expires_by="day",
        lifetime="counts",
    )

    class Meta:
        verbose_name = _("past chat")
        verbose_name_plural = _("past chats")
        indexes = [models.Index(fields=["service", "day"], name="past_chat_of_a_day")]
        constraints = [
            models.CheckConstraint(condition=Q(hour__lt=24), name="past_chat_hour_of_a_day"),
            models.CheckConstraint(
                condition=Q(went=Went.ANSWERED, talked__isnull=False)
                | Q(went=Went.LEFT, talked__isnull=True),
                name="past_chat_talked_when_answered",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.hour} {self.went}"

    @classmethod
    def of(
        cls,
        service_id: uuid.UUID,
        *,
        began: datetime,
        answered: datetime | None,
        over: datetime,
    ) -> "PastChat":
        """What is kept of a chat that ended, not stored yet."""
        begun = timezone.localtime(began)
        return cls(
            service_id=service_id,
            day=begun.date(),
            hour=begun.hour,
            went=Went.LEFT if answered is None else Went.ANSWERED,
            waited=whole_minutes(began, answered or over),
            talked=None if answered is None else whole_minutes(answered, over),
        )


def whole_minutes(since: datetime, until: datetime) -> int:
    """A length of time in whole minutes, upwards: the figures say "at most"."""
    return max(0, ceil((until - since).total_seconds() / 60))
