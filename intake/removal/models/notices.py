"""What goes to a recipient, and what they say about it."""

import secrets
import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.recipients import channels
from intake.recipients.states import Channel
from intake.removal.models.grounds import LegalGround, Route
from intake.removal.models.locations import Location
from intake.removal.models.requests import RemovalRequest
from intake.removal.states import NoticeStatus

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford: nothing that reads as something else


def new_reference() -> str:
    """A random reference for one notice: 60 bits, tells nothing, can be read out by phone."""
    drawn = "".join(secrets.choice(ALPHABET) for _i in range(12))
    return "-".join(drawn[i : i + 4] for i in range(0, 12, 4))


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
    # As the recipient's entry had it when this was made.
    channel = models.CharField(max_length=16, choices=Channel.choices, default=Channel.MAIL)
    # Empty where the channel needs none; the name of the connection on a webhook.
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
            "id service ground route language reference message_id channel reply_to with_csv is_hand_over"
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

    @property
    def waits_until(self) -> datetime | None:
        """While it is queued: the later moment at which it leaves, if it waits for one."""
        due = self.next_action_at if self.status == NoticeStatus.QUEUED else None
        return due if due is not None and due > timezone.now() else None

    @property
    def own_message_id(self) -> str:
        """Named after the notice, so that a bounce or reply finds it, and the same at each try."""
        domain = settings.HELPLINE_NOTICE_ADDRESS.rpartition("@")[2]
        return self.message_id or f"<{self.pk.hex}@{domain}>"

    @property
    def is_in_hand(self) -> bool:
        """Whether a colleague has it, to put into the recipient's own form, and has not said yet what
        became of it."""
        return self.status == NoticeStatus.QUEUED and channels.by_hand(self.channel)


class NoticeRequest(models.Model):
    """A request in a notice, in one round. Holds the once-and-only-once key of sending.

    Recipient, location and ground are copied here from notice and request at that moment, since a
    request may be given another recipient or ground for a later round.
    """

    notice = models.ForeignKey(Notice, models.CASCADE, related_name="entries")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, related_name="entries")
    recipient = models.ForeignKey("recipients.Recipient", models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, models.CASCADE, related_name="+")
    ground = models.ForeignKey(LegalGround, models.PROTECT, related_name="+")
    round = models.PositiveSmallIntegerField()
    position = models.PositiveSmallIntegerField()

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id notice request location ground round position"),
        Kept(What.RECIPIENT, "removal", "recipient"),
    )

    class Meta:
        verbose_name = _("request in a notice")
        verbose_name_plural = _("requests in a notice")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["request", "round"], name="one_notice_a_round"),
            models.UniqueConstraint(
                fields=["recipient", "location", "ground", "round"], name="sent_once_a_round"
            ),
            models.UniqueConstraint(fields=["notice", "position"], name="one_place_in_a_notice"),
        ]

    def __str__(self) -> str:
        return f"{self.notice_id} {self.position}"


class AnswerKind(models.TextChoices):
    REMOVED = "removed", _("It has been removed")
    WAS_GONE = "was_gone", _("It was gone already")
    WILL_DO = "will_do", _("We will remove it, by a day that we name")
    NEED_MORE = "need_more", _("We need more information")
    NOT_OURS = "not_ours", _("It is not ours")
    REFUSED = "refused", _("We will not remove it")


class RefusalGround(models.TextChoices):
    """On what ground a recipient will not remove something."""

    LAWFUL = "lawful", _("We find it lawful")
    TERMS = "terms", _("It is within our terms")
    PROOF = "proof", _("We were not shown enough")
    ORDER = "order", _("Only on the order of a court or authority")
    CANNOT = "cannot", _("We are not able to")
    OTHER = "other", _("Something else")


class Answer(models.Model):
    """What a recipient says about one request. A claim: a person confirms or contradicts it.

    A correction is a new row; the latest of a request counts.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    notice = models.ForeignKey(Notice, models.CASCADE, related_name="answers")
    request = models.ForeignKey(RemovalRequest, models.CASCADE, related_name="answers")
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    words = SealedTextField(key="notice_id", bound=("id", "notice_id"))
    # Who does have it, of what is not theirs.
    who = SealedTextField(key="notice_id", bound=("id", "notice_id"), null=True)
    ground = models.CharField(max_length=8, choices=RefusalGround.choices, blank=True)
    # The day by which they say they will have done it.
    until = models.DateField(null=True)
    # The mail in which a colleague read it; empty when it came by the link.
    mail = models.ForeignKey("ReceivedMail", models.SET_NULL, null=True, related_name="answers")
    received_at = models.DateTimeField()
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    checked_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "removal", "words who"),
        Kept(What.RECIPIENT, "removal", "kind ground until"),
        Kept(What.STAFF, "removal", "checked_by"),
        Kept(What.RECORD, "removal", "id notice request mail received_at checked_at"),
    )

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind=AnswerKind.WILL_DO, until__isnull=False)
                | (~models.Q(kind=AnswerKind.WILL_DO) & models.Q(until__isnull=True)),
                name="promise_names_a_day",
            )
        ]
        indexes = [models.Index(fields=["request", "received_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.received_at:%Y-%m-%d %H:%M}"

    @property
    def said(self) -> tuple[object, ...]:
        """All that was said in it: the same again is no new answer."""
        return (self.kind, self.words, self.who or "", self.ground, self.until)
