"""What stands where, whom we ask, what they say, and how it went.

A location is one canonical address with a key of its own, however many people report it. What
each of them declares about it is a statement. A removal request asks one recipient on one legal
ground; a notice carries requests to that recipient in one round; an answer is the recipient's
claim about one request.
"""

import secrets
import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.removal.states import Because, NoticeStatus, RequestStatus, Work

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that reads as something else


def new_reference() -> str:
    """A random reference for one notice: 60 bits, tells nothing, can be read out by phone."""
    drawn = "".join(secrets.choice(ALPHABET) for _i in range(12))
    return "-".join(drawn[i : i + 4] for i in range(0, 12, 4))


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
            models.Index(fields=["service", "host_index"]),
            models.Index(fields=["service", "domain_index"]),
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
    OTHER = "other", _("Somebody who knows the person")
    FOUND = "found", _("Somebody who found it")
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
    seen_on = models.DateField(null=True)
    wish = models.CharField(max_length=12, choices=Wish.choices, default=Wish.REMOVE)
    declared_at = models.DateTimeField(null=True)
    declaration_version = models.CharField(max_length=20, blank=True)
    mandate_version = models.CharField(max_length=20, blank=True)
    mandate_withdrawn_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    privacy = Privacy(
        Kept(
            What.ANSWER,
            "report",
            "reported_by age_in_picture recognisable agreed private_or_secret lives_in_nl seen_on"
            " wish",
        ),
        Kept(
            What.RECORD,
            "report",
            "id location declared_at declaration_version mandate_version mandate_withdrawn_at"
            " created_at",
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
            )
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
        return self.is_live and self.mandate_version != "" and self.reported_by != Who.FOUND


class Named(models.Model):
    """A row of the site's legal knowledge: named in both languages, with its source."""

    key = models.SlugField(max_length=40, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_nl = models.CharField(_("name in Dutch"), max_length=120)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name_nl if get_language() == "nl" else self.name_en


class LegalGround(Named):
    """Why something should go."""

    law_en = models.CharField(_("law, in English"), max_length=200)
    law_nl = models.CharField(_("law, in Dutch"), max_length=200)
    jurisdiction = models.CharField(_("jurisdiction"), max_length=10, blank=True)
    needs_not_agreed = models.BooleanField(_("needs: the person did not agree"), default=False)

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id key name_en name_nl source verified law_en law_nl jurisdiction needs_not_agreed",
        )
    )

    class Meta:
        verbose_name = _("legal ground")
        verbose_name_plural = _("legal grounds")


class Route(Named):
    """By which procedure a kind of recipient is asked."""

    kinds = models.JSONField(_("recipients it reaches"), default=list)

    privacy = Privacy(Kept(What.PUBLIC, "always", "id key name_en name_nl source verified kinds"))

    class Meta:
        verbose_name = _("route")
        verbose_name_plural = _("routes")


class GroundRoute(models.Model):
    """A ground and a route that fit, and what a notice along them must hold."""

    ground = models.ForeignKey(LegalGround, models.CASCADE, related_name="pairs")
    route = models.ForeignKey(Route, models.CASCADE, related_name="pairs")
    template = models.SlugField(_("template"), max_length=40)
    clock_hours = models.PositiveSmallIntegerField(_("hours to answer"))
    clock_source = models.CharField(_("where the hours come from"), max_length=200)
    required = models.JSONField(_("required elements"), default=list)
    needs_mandate = models.BooleanField(_("needs the person's mandate"), default=False)
    source = models.CharField(_("source"), max_length=300, blank=True)
    verified = models.BooleanField(_("verified"), default=False)

    privacy = Privacy(
        Kept(
            What.PUBLIC,
            "always",
            "id ground route template clock_hours clock_source required needs_mandate source"
            " verified",
        )
    )

    class Meta:
        verbose_name = _("ground and route that fit")
        verbose_name_plural = _("grounds and routes that fit")
        constraints = [
            models.UniqueConstraint(fields=["ground", "route"], name="one_pair_a_ground_and_route")
        ]

    def __str__(self) -> str:
        return f"{self.ground} · {self.route}"


class RemovalRequest(models.Model):
    """One ask: this location, this recipient, this ground. Rounds count up on the same row."""

    location = models.ForeignKey(Location, models.CASCADE, related_name="requests")
    recipient = models.ForeignKey(
        "recipients.Recipient", models.PROTECT, related_name="removal_requests"
    )
    # Empty while only the recipient is proposed.
    ground = models.ForeignKey(LegalGround, models.PROTECT, null=True, related_name="+")
    route = models.ForeignKey(Route, models.PROTECT, null=True, related_name="+")
    status = models.CharField(
        max_length=15, choices=RequestStatus.choices, default=RequestStatus.PROPOSED
    )
    round = models.PositiveSmallIntegerField(default=1)
    # To the hotline, because the person may be under 18: a path of its own.
    is_hand_over = models.BooleanField(default=False)
    due_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    privacy = Privacy(
        Kept(
            What.RECORD,
            "removal",
            "id location ground route status round is_hand_over due_at created_at changed_at",
        ),
        Kept(What.RECIPIENT, "removal", "recipient"),
    )

    class Meta:
        verbose_name = _("removal request")
        verbose_name_plural = _("removal requests")
        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "location", "ground"], name="one_request_a_ground"
            ),
            models.UniqueConstraint(
                fields=["recipient", "location"],
                condition=models.Q(ground__isnull=True),
                name="one_request_without_ground",
            ),
            models.UniqueConstraint(
                fields=["location"],
                condition=models.Q(is_hand_over=True),
                name="one_hand_over_a_location",
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=RequestStatus.values), name="known_request_status"
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["proposed", "withdrawn"])
                | models.Q(ground__isnull=False, route__isnull=False),
                name="request_goes_out_with_ground_and_route",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "due_at"]),
            models.Index(fields=["recipient", "status"]),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.status}"


class AppendOnly(models.QuerySet["RemovalEvent"]):
    """Rows that are written once. They go only with the location they belong to."""

    def update(self, **kwargs: Any) -> int:
        raise TypeError("What happened is not rewritten.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("What happened goes only with its location.")


class RemovalEvent(models.Model):
    """One thing that happened to a request or its location. Append-only."""

    # Empty: something that happened to a notice as a whole.
    location = models.ForeignKey(Location, models.CASCADE, null=True, related_name="events")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, null=True, related_name="events")
    notice = models.ForeignKey("Notice", models.CASCADE, null=True, related_name="events")
    at = models.DateTimeField()
    came_from = models.CharField(max_length=15, blank=True)
    became = models.CharField(max_length=15)
    because = models.CharField(max_length=20, choices=Because.choices, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    objects = AppendOnly.as_manager()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location request notice at came_from became because"),
        Kept(What.STAFF, "removal", "by"),
    )

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(location__isnull=False) | models.Q(notice__isnull=False),
                name="event_is_about_something",
            )
        ]
        indexes = [models.Index(fields=["location", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.became}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("What happened is not rewritten.")
        super().save(*args, **kwargs)

    @property
    def became_label(self) -> str:
        """What it became, in words: a status of a request or of a notice."""
        statuses = RequestStatus if self.request_id else NoticeStatus
        return str(statuses(self.became).label)


class Notice(models.Model):
    """What goes to one recipient in one round. Owns the key of its text.

    ``text`` holds slots where the addresses go: they stay sealed with their own locations, so
    that forgetting a location also empties it out of every notice.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.PROTECT, related_name="notices")
    recipient = models.ForeignKey("recipients.Recipient", models.PROTECT, related_name="notices")
    ground = models.ForeignKey(LegalGround, models.PROTECT, related_name="+")
    route = models.ForeignKey(Route, models.PROTECT, related_name="+")
    language = models.CharField(max_length=10)
    reference = models.CharField(max_length=20, unique=True, default=new_reference)
    message_id = models.CharField(  # noqa: DJ001 -- NULL before the first attempt; unique after
        max_length=120, unique=True, null=True
    )
    to = models.EmailField()
    reply_to = models.EmailField()
    subject = SealedTextField(key="id", bound=("id",))
    text = SealedTextField(key="id", bound=("id",))
    xarf = SealedTextField(key="id", bound=("id",), null=True)
    with_csv = models.BooleanField(default=False)
    is_hand_over = models.BooleanField(default=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    status = models.CharField(
        max_length=10, choices=NoticeStatus.choices, default=NoticeStatus.DRAFT
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    next_action_at = models.DateTimeField(null=True)
    claim = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    # What the mail server said, or what went wrong: for the caseworker.
    outcome = models.CharField(max_length=300, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "subject text xarf"),
        Kept(What.KEYED, "removal", "token_hash"),
        Kept(What.RECIPIENT, "removal", "recipient to outcome"),
        Kept(What.STAFF, "removal", "confirmed_by"),
        Kept(
            What.RECORD,
            "removal",
            "id service ground route language reference message_id reply_to with_csv is_hand_over"
            " status attempts next_action_at claim lease_until created_at confirmed_at sent_at"
            " forgotten_at",
        ),
        expires_by="forgotten_at",
        lifetime="removal",
        owns_key=True,
    )

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=NoticeStatus.values), name="known_notice_status"
            ),
            models.CheckConstraint(
                # The name of the mail is on file before the mail server hears of it.
                condition=~models.Q(status__in=["attempting", "accepted", "rejected", "uncertain"])
                | models.Q(message_id__isnull=False),
                name="attempt_has_message_id",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "next_action_at"]),
            models.Index(fields=["service", "-created_at"]),
            models.Index(fields=["forgotten_at"]),
        ]

    def __str__(self) -> str:
        return self.reference


class NoticeRequest(models.Model):
    """A request in a notice, in one round. The once-and-only-once key of sending."""

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="entries")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, related_name="entries")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    privacy = Privacy(Kept(What.RECORD, "removal", "id notice request round position"))

    class Meta:
        verbose_name = _("request in a notice")
        verbose_name_plural = _("requests in a notice")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "round"], name="one_notice_a_round"),
            models.UniqueConstraint(fields=["notice", "position"], name="one_place_in_a_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.position}"


class AnswerKind(models.TextChoices):
    REMOVED = "removed", _("It has been removed")
    NOT_OURS = "not_ours", _("It is not ours")
    NEED_MORE = "need_more", _("We need more information")
    REFUSED = "refused", _("We will not remove it")


class Answer(models.Model):
    """What a recipient says about one request. A claim: a person confirms or contradicts it.

    A correction is a new row; the latest of a request counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="answers")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    words = SealedTextField(key="notice_id", bound=("id", "notice_id"))
    received_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "words"),
        Kept(What.RECIPIENT, "removal", "kind"),
        Kept(What.STAFF, "removal", "checked_by"),
        Kept(What.RECORD, "removal", "id notice request received_at checked_at"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["received_at", "id"]
        indexes = [models.Index(fields=["request", "received_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"


HAND_OVER_GROUND = "possible_minor"
HAND_OVER_ROUTE = "hotline"
