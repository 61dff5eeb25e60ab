"""Mail that came in: what somebody wrote about a notice, and what belongs to none."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.models.notices import Notice
from intake.removal.states import MailKind


class ReceivedMail(models.Model):
    """A mail about a notice, without what it quotes and without its attachments.

    Sealed with the notice's key, and gone with it. Addresses of pages that stand in the notice are
    slots here too, so that forgetting a location empties it out of the mail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="received")
    # The same mail twice, from a mail server that was not sure, is one.
    fingerprint = models.BinaryField(max_length=16, unique=True)
    kind = models.CharField(max_length=10, choices=MailKind.choices)
    sender = SealedTextField(key="notice_id", bound=("id", "notice_id"))
    subject = SealedTextField(key="notice_id", bound=("id", "notice_id"))
    text = SealedTextField(key="notice_id", bound=("id", "notice_id"))
    # Why our mail came back, as mail servers number it.
    code = models.CharField(max_length=12, blank=True)
    left_out = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField()
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "sender subject text"),
        Kept(What.KEYED, "removal", "fingerprint"),
        Kept(What.RECIPIENT, "removal", "kind code"),
        Kept(What.STAFF, "removal", "read_by"),
        Kept(What.RECORD, "removal", "id notice left_out received_at read_at"),
    )

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=MailKind.values), name="known_mail_kind")
        ]
        indexes = [
            models.Index(
                fields=["received_at"], condition=Q(read_at__isnull=True), name="mail_to_be_read"
            ),
            models.Index(fields=["notice", "received_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"


class StrayMail(models.Model):
    """A mail that names no notice of ours. A person finds where it belongs, or it goes by itself."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="+")
    fingerprint = models.BinaryField(max_length=16, unique=True)
    sender = SealedTextField(key="id", bound=("id",))
    subject = SealedTextField(key="id", bound=("id",))
    text = SealedTextField(key="id", bound=("id",))
    left_out = models.PositiveSmallIntegerField(default=0)
    received_at = models.DateTimeField(default=timezone.now)

    privacy = Privacy(
        Kept(What.SEALED, "stray", "sender subject text"),
        Kept(What.KEYED, "stray", "fingerprint"),
        Kept(What.RECORD, "stray", "id service left_out received_at"),
        expires_by="received_at",
        lifetime="stray",
        owns_key=True,
    )

    class Meta:
        verbose_name = _("mail without a notice")
        verbose_name_plural = _("mails without a notice")
        ordering = ["received_at", "id"]
        indexes = [models.Index(fields=["service", "received_at"])]

    def __str__(self) -> str:
        return f"{self.received_at:%Y-%m-%d %H:%M}"
