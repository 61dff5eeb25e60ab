"""A counsellor's place at the chat."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.states import Presence
from helpline.privacy.declare import Kept, Privacy, What

# Who has no page for so long is gone: time for a reload, a tunnel, another network.
GONE = timedelta(minutes=2)


class Seat(models.Model):
    """Whether a counsellor takes visitors, how many at once, and when a page of theirs was heard.

    ``since`` is when ``presence`` became what it is.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="seat", primary_key=True
    )
    capacity = models.PositiveSmallIntegerField(_("chats at once"), default=2)
    presence = models.CharField(_("presence"), max_length=6, choices=Presence, default=Presence.ON)
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last heard"), default=timezone.now)

    privacy = Privacy(Kept(What.STAFF, "staff", "user capacity presence since seen_at"))

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        constraints = [
            models.CheckConstraint(
                condition=Q(presence__in=Presence.values), name="seat_presence_is_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.presence} {self.capacity}"

    @property
    def is_there(self) -> bool:
        """Whether a page of theirs was heard a moment ago."""
        return self.seen_at > timezone.now() - GONE

    @property
    def is_on_duty(self) -> bool:
        """Whether a visitor, or a colleague's chat, may come to them now."""
        return self.presence == Presence.ON and self.is_there
