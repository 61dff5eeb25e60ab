"""Who to ask: the directory that editors keep, and what look-ups found about other hosts.

The directory is about organisations and is kept in clear. A look-up is about a host that somebody
reported, so what it asked, found and proposed is sealed with a key of the look-up's own.
"""

import json
import uuid
from typing import Any, NoReturn

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.recipients.hosts import is_public_suffix, normalise_host
from intake.recipients.states import Channel, Confidence, EvidenceKind, Kind, Reason, Source


class Recipient(models.Model):
    """An organisation that can take a page down or pass a request on, and how to reach it."""

    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    service = models.ForeignKey(
        "services.Service",
        models.CASCADE,
        related_name="recipients",
        null=True,
        blank=True,
        verbose_name=_("only for this service"),
        help_text=_("Leave empty when every service asks this recipient."),
    )
    channel = models.CharField(
        _("channel"), max_length=8, choices=Channel.choices, default=Channel.MAIL
    )
    address = models.EmailField(_("mail address"), blank=True)
    form_url = models.URLField(_("address of their form"), max_length=500, blank=True)
    language = models.CharField(
        _("language of notices"),
        max_length=2,
        choices=[("nl", _("Dutch")), ("en", _("English"))],
        default="en",
    )
    xarf = models.BooleanField(
        _("wants a XARF attachment"),
        default=False,
        help_text=_("A machine-readable report, added where a type fits."),
    )
    hostile = models.BooleanField(
        _("hostile"),
        default=False,
        help_text=_("Known to publish or pass on what they receive. Requests skip them."),
    )
    active = models.BooleanField(
        _("in use"), default=False, help_text=_("Only a confirmed entry is ever written to.")
    )
    notes = models.TextField(
        _("notes"),
        blank=True,
        validators=[MaxLengthValidator(4000)],
        help_text=_("What they need, how long they take. Never anything about a case."),
    )
    source_url = models.URLField(_("public source"), max_length=500, blank=True)
    source_date = models.DateField(
        _("date of the source"),
        null=True,
        blank=True,
        help_text=_("The date that the source itself gives."),
    )
    source_read_on = models.DateField(_("source read on"), null=True, blank=True)
    demo = models.BooleanField(_("made up, for the demo"), default=False, editable=False)
    slug = models.SlugField(  # noqa: DJ001 -- NULL: not shipped; unique as often as needed
        _("name in the shipped directory"), max_length=60, null=True, unique=True, editable=False
    )
    shipped = models.JSONField(default=dict, editable=False)
    verified_at = models.DateTimeField(_("confirmed"), null=True, blank=True, editable=False)
    verified_by = models.ForeignKey(
        "staff.User",
        models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("confirmed by"),
    )

    privacy = Privacy(
        Kept(
            What.RECIPIENT,
            "always",
            "id name kind service channel address form_url language xarf hostile active notes"
            " source_url source_date source_read_on demo slug shipped verified_at",
        ),
        Kept(What.STAFF, "staff", "verified_by"),
    )

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(active=False) | models.Q(verified_at__isnull=False),
                name="only_confirmed_recipients_in_use",
            ),
        ]
        indexes = [models.Index(fields=["kind", "address"], name="recipient_by_address")]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        if self.channel == Channel.MAIL and not self.address:
            raise ValidationError({"address": _("Give the address that notices are mailed to.")})
        if self.channel == Channel.FORM and not self.form_url:
            raise ValidationError({"form_url": _("Give the address of their form.")})
        if not self.address.isascii():
            raise ValidationError(
                {"address": _("Write the part after the @ in its xn-- form; mail needs it so.")}
            )

    @property
    def confirmed(self) -> bool:
        """Whether a person has said that this is the right contact."""
        return self.verified_at is not None


class RecipientDomain(models.Model):
    """A domain whose pages a recipient answers for, with everything under it."""

    recipient = models.ForeignKey(Recipient, models.CASCADE, related_name="domains")
    suffix = models.CharField(_("domain"), max_length=253, unique=True)

    privacy = Privacy(Kept(What.RECIPIENT, "always", "id recipient suffix"))

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        ordering = ["suffix"]

    def __str__(self) -> str:
        return self.suffix

    def clean(self) -> None:
        host = normalise_host(self.suffix)
        if host is None or "." not in host:
            raise ValidationError({"suffix": _("This is not a domain.")})
        if is_public_suffix(host):
            raise ValidationError(
                {"suffix": _("Anyone can register a name under this: it is nobody's domain.")}
            )
        self.suffix = host


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
