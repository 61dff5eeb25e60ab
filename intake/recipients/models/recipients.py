"""The directory that editors keep: organisations, how to reach them, and when they work."""

import zoneinfo

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.recipients.hosts import is_public_suffix, normalise_host
from intake.recipients.states import Channel, Kind, TrustedFlagger

LANGUAGES = r"\A[a-z]{2}( [a-z]{2})*\Z"
COUNTRY = r"\A[A-Z]{2}\Z"
DAYS = r"\A1?2?3?4?5?6?7?\Z"


def known_time_zone(name: str) -> None:
    """Raise ValidationError unless a clock can be set by this name."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("This is not a time zone."))


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
        _("channel"), max_length=16, choices=Channel.choices, default=Channel.MAIL
    )
    address = models.EmailField(_("mail address"), blank=True)
    form_url = models.URLField(_("address of their form"), max_length=500, blank=True)
    deep_link = models.URLField(
        _("straight to the form"),
        max_length=500,
        blank=True,
        help_text=_("Where the form itself stands, when the address above is a page about it."),
    )
    connection = models.SlugField(
        _("name of the connection"),
        max_length=40,
        blank=True,
        help_text=_("For a signed webhook: its name in the settings of the site."),
    )
    language = models.CharField(
        _("language of notices"),
        max_length=2,
        choices=[("nl", _("Dutch")), ("en", _("English"))],
        default="en",
    )
    languages = models.CharField(
        _("languages they read"),
        max_length=60,
        blank=True,
        validators=[RegexValidator(LANGUAGES, _("Write codes of two letters: nl en de."))],
        help_text=_("Codes of two letters with spaces between them, as they say themselves."),
    )
    country = models.CharField(
        _("country"),
        max_length=2,
        blank=True,
        validators=[RegexValidator(COUNTRY, _("Write the code of two capitals: NL."))],
        help_text=_("Where their desk is, for its holidays: a code of two capitals."),
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=40,
        blank=True,
        validators=[known_time_zone],
        help_text=_("As in Europe/Amsterdam."),
    )
    office_days = models.CharField(
        _("days that they work"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(DAYS, _("Write the days in order, 1 for Monday: 12345."))],
        help_text=_("1 is Monday, 7 is Sunday: 12345. Empty: not known."),
    )
    opens_at = models.TimeField(_("from"), null=True, blank=True)
    closes_at = models.TimeField(_("until"), null=True, blank=True)
    trusted_flagger = models.CharField(
        _("trusted flaggers"),
        max_length=8,
        choices=TrustedFlagger.choices,
        blank=True,
        default=TrustedFlagger.UNKNOWN,
    )
    deadline_hours = models.PositiveSmallIntegerField(
        _("hours in which they say to answer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Their own word; what a law demands stands with the legal ground."),
    )
    needs = models.TextField(
        _("what they need"),
        blank=True,
        validators=[MaxLengthValidator(1000)],
        help_text=_("What a request must hold by their own rules."),
    )
    answers_200_when_gone = models.BooleanField(
        _("pages seem there when gone"),
        default=False,
        help_text=_(
            "They answer as if a page is there (200) when it is gone. A check cannot tell then; a"
            " person looks."
        ),
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
        help_text=_("Never anything about a case."),
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
            "id name kind service channel address form_url deep_link connection language languages"
            " country time_zone office_days opens_at closes_at trusted_flagger deadline_hours needs"
            " answers_200_when_gone xarf hostile active notes source_url source_date"
            " source_read_on demo slug shipped verified_at",
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
            models.CheckConstraint(
                condition=models.Q(opens_at__isnull=True, closes_at__isnull=True)
                | models.Q(opens_at__lt=models.F("closes_at")),
                name="office_hours_have_two_ends",
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
        if self.channel == Channel.WEBHOOK and not self.connection:
            raise ValidationError({"connection": _("Give the name of the connection.")})
        if not self.address.isascii():
            raise ValidationError(
                {"address": _("Write the part after the @ in its xn-- form; mail needs it so.")}
            )
        opens, closes = self.opens_at, self.closes_at
        if (opens is None) != (closes is None) or (opens and closes and opens >= closes):
            raise ValidationError({"closes_at": _("Give both hours, the earlier one first.")})
        if opens and not self.time_zone:
            raise ValidationError({"time_zone": _("Say in which time zone these hours are.")})

    @property
    def form_to_open(self) -> str:
        """Where a person goes to fill their form in: the form itself, or the page about it."""
        return self.deep_link or self.form_url

    @property
    def goes_to(self) -> str:
        """Where a notice is handed over: an address, a connection, or nothing to be named."""
        places = {Channel.MAIL.value: self.address, Channel.WEBHOOK.value: self.connection}
        return places.get(self.channel, "")

    @property
    def takes_xarf(self) -> bool:
        """Whether a machine-readable report goes along, or is all that goes."""
        return self.channel == Channel.AWS or (self.xarf and self.channel != Channel.CLOUDFLARE)

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
