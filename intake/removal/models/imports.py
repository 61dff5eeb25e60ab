"""A file of addresses that were reported elsewhere, and how far it was read."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What


class Import(models.Model):
    """One file, known again by its content: begun anew, it goes on where it stopped."""

    service = models.ForeignKey("services.Service", models.CASCADE, related_name="imports")
    file_index = models.BinaryField(max_length=16)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    # Lines of the file that are dealt with, and what became of them.
    lines = models.PositiveIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    known = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)

    privacy = Privacy(
        Kept(
            What.RECORD,
            "audit",
            "id service started_at finished_at lines new known refused",
        ),
        Kept(What.KEYED, "audit", "file_index"),
        expires_by="started_at",
        lifetime="audit",
    )

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        constraints = [
            models.UniqueConstraint(fields=["service", "file_index"], name="one_import_a_file")
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.lines}"
