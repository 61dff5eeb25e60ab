"""A service is a line that a site runs: the victim helpline, a hotline, a prevention line."""

import uuid

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What


class Service(models.Model):
    """A line with its own staff, hours, retention and figures. A site starts with one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    chat_open = models.CharField(
        _("chat"),
        max_length=9,
        choices=[
            ("timetable", _("By the timetable")),
            ("open", _("Open now")),
            ("closed", _("Closed now")),
        ],
        default="timetable",
        help_text=_("Open or closed now goes before the timetable."),
    )
    full_limit = models.PositiveSmallIntegerField(
        _("full from"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("So many waiting visitors and the chat is full. Empty: never full."),
    )
    last_entry_minutes = models.PositiveSmallIntegerField(
        _("last entry, minutes before closing"),
        default=0,
        validators=[MaxValueValidator(180)],
        help_text=_("From then on nobody new comes in; who is in line still gets an answer."),
    )
    phone = models.CharField(_("phone number"), max_length=30, blank=True)
    mail = models.EmailField(_("mail address"), blank=True)
    silence_minutes = models.PositiveSmallIntegerField(
        _("minutes of silence before a visitor is asked whether they are still there"), default=10
    )
    grace_minutes = models.PositiveSmallIntegerField(
        _("minutes after that before the chat is closed"), default=30
    )
    breath_minutes = models.PositiveSmallIntegerField(
        _("minutes of rest between two chats of a counsellor"), default=2
    )
    heavy_in_a_row = models.PositiveSmallIntegerField(
        _("heavy chats in a row before a counsellor takes a longer rest"), default=2
    )
    long_wait_minutes = models.PositiveSmallIntegerField(
        _("minutes after which somebody waits long"),
        default=2,
        validators=[MinValueValidator(1)],
        help_text=_(
            "For a counsellor, or for an answer. From then on it stands out in the console and on"
            " the floor."
        ),
    )
    very_long_wait_minutes = models.PositiveSmallIntegerField(
        _("minutes after which somebody waits very long"), default=5
    )

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id slug name chat_open full_limit last_entry_minutes phone mail silence_minutes"
            " grace_minutes breath_minutes heavy_in_a_row long_wait_minutes very_long_wait_minutes",
        )
    )

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")

    def __str__(self) -> str:
        return self.name

    @property
    def long_waits(self) -> tuple[int, int]:
        """After how many seconds a wait is long, and very long."""
        return self.long_wait_minutes * 60, self.very_long_wait_minutes * 60


class OpeningHours(models.Model):
    """One stretch of a weekday in which the chat of a service is open, in the site's zone."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="opening_hours")
    weekday = models.PositiveSmallIntegerField(
        _("weekday"),
        choices=[
            (0, _("Monday")),
            (1, _("Tuesday")),
            (2, _("Wednesday")),
            (3, _("Thursday")),
            (4, _("Friday")),
            (5, _("Saturday")),
            (6, _("Sunday")),
        ],
    )
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"))

    privacy = Privacy(Kept(What.PUBLIC, "always", "id service weekday opens closes"))

    class Meta:
        verbose_name = _("opening hours")
        verbose_name_plural = _("opening hours")
        ordering = ["weekday", "opens"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(closes__gt=models.F("opens")), name="closes_after_it_opens"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Holiday(models.Model):
    """A date on which the chat of a service stays closed, or keeps other hours."""

    service = models.ForeignKey(Service, models.CASCADE, related_name="holidays")
    date = models.DateField(_("date"))
    name = models.CharField(_("name"), max_length=80)
    opens = models.TimeField(_("opens"), null=True, blank=True)
    closes = models.TimeField(_("closes"), null=True, blank=True)

    privacy = Privacy(Kept(What.PUBLIC, "always", "id service date name opens closes"))

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering = ["date"]
        constraints = [
            models.UniqueConstraint(fields=["service", "date"], name="one_holiday_a_date"),
            models.CheckConstraint(
                condition=models.Q(opens__isnull=True, closes__isnull=True)
                | models.Q(closes__gt=models.F("opens")),
                name="holiday_hours_come_in_pairs",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.date:%Y-%m-%d} {self.name}"


class Banner(models.Model):
    """An urgent line above every public page, while it is switched on."""

    language = models.CharField(_("language"), max_length=10)
    text = models.CharField(_("text"), max_length=240)
    shown = models.BooleanField(_("shown"), default=False)

    privacy = Privacy(Kept(What.PUBLIC, "always", "id language text shown"))

    class Meta:
        verbose_name = _("banner")
        verbose_name_plural = _("banners")

    def __str__(self) -> str:
        return self.text


class Purpose(models.TextChoices):
    """What a help line is for, where a text of the site has to name one."""

    EMERGENCY = "emergency", _("A life in danger, now")
    SUICIDE = "suicide", _("Thinking about suicide")
    VIOLENCE = "violence", _("Violence at home")
    POLICE = "police", _("The police, without hurry")


class HelpNumber(models.Model):
    """A number that answers when we cannot: settings of the site, Dutch ones by default."""

    language = models.CharField(_("language"), max_length=10)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    name = models.CharField(_("name"), max_length=80)
    number = models.CharField(_("number"), max_length=30)
    hours = models.CharField(_("hours"), max_length=80)
    audience = models.CharField(_("for whom"), max_length=160)
    purpose = models.CharField(
        _("purpose"),
        max_length=10,
        choices=Purpose,
        blank=True,
        help_text=_(
            "Texts of the site, such as the script for danger, name the first line of each purpose."
        ),
    )
    everywhere = models.BooleanField(
        _("on every page"),
        default=True,
        help_text=_("Otherwise only texts that need it name it."),
    )

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id language position name number hours audience purpose everywhere",
        )
    )

    class Meta:
        verbose_name = _("help number")
        verbose_name_plural = _("help numbers")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"
