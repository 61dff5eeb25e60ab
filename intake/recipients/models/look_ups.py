"""What look-ups found about other hosts. It is about a host that somebody reported: all of it sealed."""

import json
import uuid
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.recipients.models.recipients import Recipient
from intake.recipients.states import PASSING, Confidence, EvidenceKind, Kind, Reason, Source

# Of what a register says of a network or name, what helps to see whose it is.
SHOWN = ("name", "registrar", "start", "end", "country")


class LookUp(models.Model):
    """One search for who answers for a host, asked for by a caseworker."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host_index = models.BinaryField(max_length=16)
    host = SealedTextField(key="id", bound=("id",))
    looked_up_at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id looked_up_at"),
        Kept(What.KEYED, "removal", "host_index"),
        Kept(What.SEALED, "removal", "host"),
        expires_by="looked_up_at",
        lifetime="removal",
        owns_key=True,
        service_path="",
    )

    class Meta:
        verbose_name = _("look-up")
        verbose_name_plural = _("look-ups")
        indexes = [models.Index(fields=["host_index", "-looked_up_at"], name="lookup_by_host")]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_conclusive(self) -> bool:
        """Whether every register said what it knows, so that asking again would give the same."""
        return not any(evidence.reason in PASSING for evidence in self.evidence.all())


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    """Evidence is written once; it goes only with its look-up."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Evidence is never changed.")


class Evidence(models.Model):
    """One question of a look-up and what came back, kept as it was at that moment."""

    look_up = models.ForeignKey(LookUp, models.CASCADE, related_name="evidence")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=EvidenceKind.choices)
    asked = SealedTextField(key="look_up_id", bound=("look_up_id", "position"))
    facts_json = SealedTextField(key="look_up_id", bound=("look_up_id", "position"))
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    asked_at = models.DateTimeField()

    objects = EvidenceQuerySet.as_manager()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id look_up position kind reason asked_at"),
        Kept(What.SEALED, "removal", "asked facts_json"),
    )

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["look_up", "position"]
        constraints = [
            models.UniqueConstraint(fields=["look_up", "position"], name="one_evidence_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.look_up_id} {self.position}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("Evidence is never changed.")
        super().save(*args, **kwargs)

    @property
    def facts(self) -> dict[str, Any]:
        """What came back, as names and values."""
        found: dict[str, Any] = json.loads(self.facts_json)
        return found

    @property
    def said(self) -> str:
        """What came back, in one line for a caseworker."""
        facts = self.facts
        if self.kind == EvidenceKind.CDN:
            return ", ".join([str(facts["name"]), *facts["by"]])
        values = [*facts.get("cname", []), *facts.get("records", [])]
        values += [str(facts[name]) for name in SHOWN if facts.get(name)]
        return ", ".join(values)


class Proposal(models.Model):
    """A contact that a look-up found, until a person has confirmed it or found it wrong."""

    look_up = models.ForeignKey(LookUp, models.CASCADE, related_name="proposals")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=16, choices=Kind.choices)
    source = models.CharField(max_length=16, choices=Source.choices)
    confidence = models.CharField(max_length=8, choices=Confidence.choices)
    name = SealedTextField(key="look_up_id", bound=("look_up_id", "position"))
    address = SealedTextField(key="look_up_id", bound=("look_up_id", "position"))
    recipient = models.ForeignKey(
        Recipient, models.SET_NULL, null=True, blank=True, related_name="proposals"
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(
            What.RECORD,
            "removal",
            "id look_up position kind source confidence recipient confirmed_at",
        ),
        Kept(What.SEALED, "removal", "name address"),
    )

    class Meta:
        verbose_name = _("proposed contact")
        verbose_name_plural = _("proposed contacts")
        ordering = ["look_up", "position"]
        constraints = [
            models.UniqueConstraint(fields=["look_up", "position"], name="one_proposal_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.look_up_id} {self.position}"
