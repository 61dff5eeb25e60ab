"""One canonical address, and what each of its reporters declares about it."""

import uuid

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.states import Work


class PictureAge(models.TextChoices):
    """Who may be in the picture. Nobody here looks; the most careful word counts."""

    ADULT = "adult", _("An adult")
    POSSIBLY_MINOR = "possibly_minor", _("Possibly under 18")


class Location(models.Model):
    """One canonical address. Owns the key of its address; found again by blind indexes.

    ``work`` and ``due_at`` are worked out from the requests by ``workflow.settle_location`` so
    that the queue is one indexed read.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.PROTECT, related_name="locations")
    url = SealedTextField(key="id", bound=("id",))
    # Empty once the last statement went: then nothing leads back to the address.
    url_index = models.BinaryField(max_length=16, null=True)
    host_index = models.BinaryField(max_length=16, null=True)
    domain_index = models.BinaryField(max_length=16, null=True)
    picture_age = models.CharField(
        max_length=14, choices=PictureAge.choices, default=PictureAge.POSSIBLY_MINOR
    )
    # Empty: the word of who reported it.
    age_assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    age_assessed_at = models.DateTimeField()
    created_at = models.DateTimeField()
    reopened_at = models.DateTimeField(null=True)
    work = models.CharField(max_length=10, choices=Work.choices, default=Work.ASK)
    due_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    claimed_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "url"),
        Kept(What.KEYED, "removal", "url_index host_index domain_index"),
        Kept(What.ANSWER, "removal", "picture_age"),
        Kept(What.STAFF, "removal", "age_assessed_by claimed_by"),
        Kept(
            What.RECORD,
            "removal",
            "id service age_assessed_at created_at reopened_at work due_at claimed_at forgotten_at",
        ),
        expires_by="forgotten_at",
        lifetime="removal",
        owns_key=True,
    )

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        constraints = [
            models.UniqueConstraint(
                fields=["service", "url_index"], name="one_location_an_address"
            ),
            models.CheckConstraint(
                condition=models.Q(claimed_by__isnull=True) | models.Q(claimed_at__isnull=False),
                name="location_claim_has_moment",
            ),
        ]
        indexes = [
            models.Index(fields=["service", "work", "due_at"]),
            models.Index(
                fields=["service", "due_at"],
                condition=~models.Q(work="done"),
                name="open_locations_by_clock",
            ),
            # As a search shows them: newest first.
            models.Index(fields=["service", "host_index", "-created_at"], name="location_by_host"),
            models.Index(
                fields=["service", "domain_index", "-created_at"], name="location_by_domain"
            ),
            models.Index(fields=["forgotten_at"]),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def is_possibly_minor(self) -> bool:
        return self.picture_age == PictureAge.POSSIBLY_MINOR

    @property
    def is_overdue(self) -> bool:
        return self.due_at is not None and self.due_at <= timezone.now()

    @property
    def short(self) -> str:
        """A name to say aloud on the desk; it tells nothing of the address."""
        return f"{self.pk.hex[:4]}-{self.pk.hex[4:8]}".upper()


class AgeInPicture(models.TextChoices):
    """How old the person was in the picture, in the words of who reports it."""

    ADULT = "adult", _("18 or older")
    UNDER_18 = "under_18", _("Under 18")
    UNKNOWN = "unknown", _("I do not know")
    SKIPPED = "skipped", _("Not answered")


class YesNo(models.TextChoices):
    YES = "yes", _("Yes")
    NO = "no", _("No")
    UNSURE = "unsure", _("I am not sure")
    SKIPPED = "skipped", _("Not answered")


class Who(models.TextChoices):
    SELF = "self", _("The person in the picture")
    CHILD = "child", _("A parent or guardian")
    TEACHER = "teacher", _("A teacher, or somebody who helps by profession")
    LAWYER = "lawyer", _("A lawyer")
    OTHER = "other", _("Somebody who knows the person")
    FOUND = "found", _("Somebody who found it")
    SKIPPED = "skipped", _("Not answered")


# Who reports for the person in the picture. They can allow us only what that person agrees to.
ON_BEHALF = frozenset({Who.CHILD, Who.TEACHER, Who.LAWYER, Who.OTHER})


class PageKind(models.TextChoices):
    """What an address leads to, in the words of who reports it."""

    PROFILE = "profile", _("A profile or account")
    POST = "post", _("One post, picture or video")
    SEARCH = "search", _("A search result")
    SKIPPED = "skipped", _("Not said")


class SeenPrecision(models.TextChoices):
    """How exactly a reporter knows when they saw it."""

    DAY = "day", _("On a day")
    MONTH = "month", _("In a month")
    UNKNOWN = "unknown", _("I do not know")
    SKIPPED = "skipped", _("Not answered")


class Wish(models.TextChoices):
    REMOVE = "remove", _("Have it removed")
    POLICE_FIRST = "police_first", _("Police first")
    WAIT = "wait", _("Wait")


class Statement(models.Model):
    """What one reporter declares about one location: what a notice leans on, and names nobody."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="statements")
    reported_by = models.CharField(max_length=7, choices=Who.choices, default=Who.SKIPPED)
    age_in_picture = models.CharField(
        max_length=8, choices=AgeInPicture.choices, default=AgeInPicture.SKIPPED
    )
    recognisable = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    agreed = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    private_or_secret = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    lives_in_nl = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    # Of who reports for somebody else: does that person agree to it, or, of a possible minor, know it.
    authority = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    person_knows = models.CharField(max_length=7, choices=YesNo.choices, default=YesNo.SKIPPED)
    page_kind = models.CharField(max_length=7, choices=PageKind.choices, default=PageKind.SKIPPED)
    # Of a month the first day stands here.
    seen_on = models.DateField(null=True)
    seen_precision = models.CharField(
        max_length=7, choices=SeenPrecision.choices, default=SeenPrecision.SKIPPED
    )
    wish = models.CharField(max_length=12, choices=Wish.choices, default=Wish.REMOVE)
    declared_at = models.DateTimeField(null=True)
    declaration_version = models.CharField(max_length=20, blank=True)
    mandate_version = models.CharField(max_length=20, blank=True)
    mandate_withdrawn_at = models.DateTimeField(null=True)
    # The report is erased, and its reporter lets the removal go on: nobody comes back to this.
    left_at = models.DateTimeField(null=True)
    # It came in with a file from elsewhere: nobody comes back to this either.
    by_file = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    privacy = Privacy(
        Kept(
            What.ANSWER,
            "report",
            "reported_by age_in_picture recognisable agreed private_or_secret lives_in_nl authority"
            " person_knows page_kind seen_on seen_precision wish",
        ),
        Kept(
            What.RECORD,
            "report",
            "id location declared_at declaration_version mandate_version mandate_withdrawn_at"
            " left_at by_file created_at",
        ),
    )

    class Meta:
        verbose_name = _("statement")
        verbose_name_plural = _("statements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(declared_at__isnull=True, declaration_version="")
                | (models.Q(declared_at__isnull=False) & ~models.Q(declaration_version="")),
                name="declaration_has_moment_and_version",
            ),
            models.CheckConstraint(
                condition=models.Q(seen_on__isnull=False, seen_precision__in=["day", "month"])
                | models.Q(seen_on__isnull=True, seen_precision__in=["unknown", "skipped"]),
                name="seen_on_has_precision",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_live(self) -> bool:
        """Still stands behind asking for removal."""
        return self.mandate_withdrawn_at is None and self.wish == Wish.REMOVE

    @property
    def is_declared(self) -> bool:
        return self.declared_at is not None

    @property
    def gives_mandate(self) -> bool:
        refused = self.reported_by == Who.FOUND or self.authority in (YesNo.NO, YesNo.UNSURE)
        return self.is_live and self.mandate_version != "" and not refused

    @property
    def may_allow_us(self) -> bool:
        """Whether the reporter can give a mandate at all: the person themselves agrees to it."""
        if self.reported_by in ON_BEHALF:
            return self.authority == YesNo.YES
        return self.reported_by != Who.FOUND
