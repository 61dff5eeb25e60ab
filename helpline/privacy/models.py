"""What privacy itself stores: wrapped keys, retention per service, and when erasure last ran."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What


class DataKey(models.Model):
    """A key of one conversation, report, location or notice, wrapped by the master key.

    Lives in the key store, a database of its own. Its primary key is the primary key of the row
    whose text it opens.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    generation = models.PositiveIntegerField()
    wrapped = models.BinaryField(max_length=80)
    created_at = models.DateTimeField()

    privacy = Privacy(Kept(What.SECRET, "always", "id kind generation wrapped created_at"))

    class Meta:
        indexes = [models.Index(fields=["generation"]), models.Index(fields=["kind", "created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class RetentionRule(models.Model):
    """Another lifetime than the default, for one service."""

    service = models.ForeignKey("services.Service", models.CASCADE, related_name="retention_rules")
    lifetime = models.CharField(_("what"), max_length=20)
    days = models.PositiveSmallIntegerField(_("days"))

    privacy = Privacy(Kept(What.PUBLIC, "always", "id service lifetime days"))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["service", "lifetime"], name="one_rule_a_lifetime")
        ]

    def __str__(self) -> str:
        return f"{self.lifetime}: {self.days}"


class ErasureRun(models.Model):
    """One run of erasure: when, and how many rows of each model went."""

    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    erased = models.JSONField(default=dict)

    privacy = Privacy(
        Kept(What.RECORD, "audit", "id started_at finished_at erased"),
        expires_by="started_at",
        lifetime="audit",
        service_path="",
    )

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"
