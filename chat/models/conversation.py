"""A conversation between a visitor and a counsellor, and what was said and done in it."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from chat.answers import AgeBand
from chat.states import (
    HEAD_START,
    Kind,
    OfferStatus,
    Sender,
    Status,
    Topic,
    Urgency,
    Why,
)
from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField

NAME_LENGTH = 40
CHANGES = [*Status.choices, *Urgency.choices]


class Conversation(models.Model):
    """One visitor, one counsellor at a time, one gap-free sequence of messages.

    The primary key names the key in the vault that every word of it is sealed with. The visitor
    holds a token of which only a keyed hash is here.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey(
        "services.Service", models.PROTECT, related_name="conversations", verbose_name=_("service")
    )
    token_hash = models.BinaryField(max_length=32, unique=True)
    start_hash = models.BinaryField(max_length=32, unique=True)
    language = models.CharField(_("language"), max_length=10)
    visitor_name = SealedTextField(key="id", bound=("id",))
    topic = models.CharField(_("topic"), max_length=16, choices=Topic, blank=True)
    age_band = models.CharField(_("age"), max_length=16, choices=AgeBand, blank=True)
    urgency = models.CharField(_("urgency"), max_length=6, choices=Urgency, default=Urgency.NORMAL)
    status = models.CharField(
        _("status"), max_length=10, choices=Status, default=Status.WAITING, db_index=False
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="conversations",
        verbose_name=_("counsellor"),
    )
    last_seq = models.PositiveIntegerField(default=0)
    visitor_read_seq = models.PositiveIntegerField(default=0)
    counsellor_read_seq = models.PositiveIntegerField(default=0)
    # How often what colleagues wrote beside it changed, and how many whispers wait to be read.
    noted = models.PositiveIntegerField(default=0)
    whispers = models.PositiveIntegerField(default=0)
    started_at = models.DateTimeField(default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now)
    # The order of the queue: waiting_since less the head start of ``why``. See ``queued_from``.
    queue_from = models.DateTimeField(default=timezone.now)
    returned = models.BooleanField(default=False)  # was with a counsellor who could not go on
    visitor_seen_at = models.DateTimeField(default=timezone.now)
    paused_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=10, choices=Sender, blank=True)
    danger_at = models.DateTimeField(null=True, blank=True)
    danger_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # A visitor who did not answer was asked whether they are still there.
    asked_at = models.DateTimeField(null=True, blank=True)
    # Ended because the chat was abused: its token opens nothing any more.
    blocked_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.SEALED, "chat", "visitor_name"),
        Kept(What.KEYED, "chat", "token_hash start_hash"),
        Kept(What.ANSWER, "chat", "topic age_band urgency"),
        Kept(
            What.RECORD,
            "chat",
            "id service language status last_seq visitor_read_seq counsellor_read_seq started_at"
            " waiting_since queue_from returned visitor_seen_at paused_until ended_at ended_by"
            " danger_at acknowledged_at asked_at blocked_at noted whispers",
        ),
        Kept(What.STAFF, "chat", "owner danger_by acknowledged_by"),
        expires_by="ended_at",
        lifetime="chat",
        owns_key=True,
    )

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        indexes = [
            models.Index(
                fields=["service", "queue_from", "id"],
                condition=Q(status=Status.WAITING),
                name="conversation_queue",
            ),
            models.Index(
                fields=["owner"], condition=~Q(status=Status.ENDED), name="conversation_owned"
            ),
            models.Index(
                fields=["queue_from", "id"],
                condition=~Q(status=Status.ENDED),
                name="conversation_floor",
            ),
            models.Index(fields=["ended_at"], name="conversation_ended"),
            models.Index(
                fields=["owner", "-ended_at"],
                condition=Q(status=Status.ENDED),
                name="conversation_finished",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=Status.values), name="conversation_status_is_known"
            ),
            models.CheckConstraint(
                condition=Q(urgency__in=Urgency.values), name="conversation_urgency_is_known"
            ),
            models.CheckConstraint(
                condition=Q(status=Status.ENDED, ended_at__isnull=False)
                | (~Q(status=Status.ENDED) & Q(ended_at__isnull=True)),
                name="conversation_ended_has_moment",
            ),
            models.CheckConstraint(
                condition=Q(status=Status.PAUSED, paused_until__isnull=False)
                | (~Q(status=Status.PAUSED) & Q(paused_until__isnull=True)),
                name="conversation_pause_has_end",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.ACTIVE) | Q(owner__isnull=False),
                name="conversation_active_has_owner",
            ),
            models.CheckConstraint(
                condition=Q(danger_at__isnull=True, danger_by__isnull=True)
                | Q(danger_at__isnull=False, danger_by__isnull=False),
                name="conversation_danger_has_both",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)

    @property
    def in_danger(self) -> bool:
        """Whether somebody raised danger: no timer may close it."""
        return self.danger_at is not None

    @property
    def why(self) -> Why:
        """The strongest reason for its place in the queue."""
        if self.in_danger:
            return Why.DANGER
        if self.returned:
            return Why.RETURNED
        if self.urgency == Urgency.NORMAL:
            return Why.WAITING
        return Why(self.urgency)

    @property
    def queued_from(self) -> datetime:
        """What ``queue_from`` has to be: whoever changes a reason stores it with that."""
        return self.waiting_since - HEAD_START[self.why]

    @property
    def is_over(self) -> bool:
        return self.status == Status.ENDED

    @property
    def earlier_id(self) -> uuid.UUID | None:
        """The chat that its visitor came back from with a code, if there was one."""
        way = getattr(self, "came_by", None)
        return way.conversation_id if way is not None and way.conversation_id != self.pk else None


class Message(models.Model):
    """Something said. A line of the system holds a code instead of words: see ``chat.lines``."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    seq = models.PositiveIntegerField()
    sender = models.CharField(max_length=10, choices=Sender)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    client_id = models.UUIDField()
    text = SealedTextField(key="conversation_id", bound=("conversation_id", "sender", "client_id"))
    sent_at = models.DateTimeField()

    privacy = Privacy(
        Kept(What.SEALED, "chat", "text"),
        Kept(What.RECORD, "chat", "id conversation seq sender client_id sent_at"),
        Kept(What.STAFF, "chat", "author"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["seq"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="one_message_a_seq"),
            models.UniqueConstraint(
                fields=["conversation", "sender", "client_id"], name="one_message_a_client_id"
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="message_seq_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.seq}"


class ConversationEvent(models.Model):
    """What happened to a conversation: append-only, the database refuses a change."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=14, choices=Kind)
    # A status, or how urgent it was: by ``kind``.
    was = models.CharField(max_length=10, choices=CHANGES, blank=True)
    became = models.CharField(max_length=10, choices=CHANGES, blank=True)
    side = models.CharField(max_length=10, choices=Sender)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    privacy = Privacy(
        Kept(What.RECORD, "chat", "id conversation at kind was became side"),
        Kept(What.STAFF, "chat", "by"),
        service_path="conversation__service",
    )

    class Meta:
        indexes = [
            # How long people waited lately is asked on every page before a chat.
            models.Index(
                fields=["at"],
                condition=Q(was=Status.WAITING, became=Status.ACTIVE),
                name="event_of_a_claim",
            )
        ]
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.kind} {self.was} {self.became}"


class ReportOffer(models.Model):
    """A counsellor's question: shall we make a report of these links? The visitor answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="offers")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    links = SealedTextField(key="conversation_id", bound=("conversation_id", "id"))
    status = models.CharField(max_length=10, choices=OfferStatus, default=OfferStatus.OPEN)
    offered_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    # Of the form that agreed, so that its second press gets the same return code.
    answer_hash = models.BinaryField(max_length=32, null=True)

    privacy = Privacy(
        Kept(What.SEALED, "chat", "links"),
        Kept(What.KEYED, "chat", "answer_hash"),
        Kept(What.RECORD, "chat", "id conversation status offered_at answered_at"),
        Kept(What.STAFF, "chat", "by"),
        service_path="conversation__service",
    )

    class Meta:
        verbose_name = _("offer of a report")
        verbose_name_plural = _("offers of a report")
        constraints = [
            models.UniqueConstraint(
                fields=["conversation"],
                condition=Q(status=OfferStatus.OPEN),
                name="one_open_offer_a_conversation",
            )
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.status}"
