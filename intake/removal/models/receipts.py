"""What the other side gave for a notice that it took."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.models.notices import Notice


class Receipt(models.Model):
    """The number to ask after a notice by: a form's confirmation, an API's report.

    Sealed with the notice's key, and gone with it: who has the number may find the address.
    """

    notice = models.OneToOneField(Notice, models.CASCADE, related_name="receipt")
    number = SealedTextField(key="notice_id", bound=("notice_id",))
    at = models.DateTimeField()
    # Empty: their own system gave it to ours.
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    privacy = Privacy(
        Kept(What.SEALED, "removal", "number"),
        Kept(What.RECORD, "removal", "id notice at"),
        Kept(What.STAFF, "removal", "noted_by"),
        service_path="notice__service",
    )

    class Meta:
        verbose_name = _("receipt")
        verbose_name_plural = _("receipts")

    def __str__(self) -> str:
        return f"{self.notice_id}"
