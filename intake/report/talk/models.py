"""What a reporter and the caseworkers say to each other about one report."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.report.talk.states import Sender


class Message(models.Model):
    """One thing said. Sealed with the report's key, and goes with the report.

    ``about`` makes a caseworker's message a question about one link, which the status page asks
    there; ``answers`` is the question that a reporter's message answers.
    """

    report = models.ForeignKey("report.Report", models.CASCADE, related_name="messages")
    # Worked out from the form and its text: a double click says it once.
    client_id = models.UUIDField()
    sender = models.CharField(max_length=10, choices=Sender.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    about = models.ForeignKey(
        "report.ReportedLink", models.CASCADE, null=True, related_name="messages"
    )
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="answered_with")
    text = SealedTextField(key="report_id", bound=("report_id", "client_id"))
    at = models.DateTimeField()
    # When the other side first had it before them.
    seen_at = models.DateTimeField(null=True)
    # A reporter's message only: a caseworker answered it, or said that it needs no answer.
    heeded_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.SEALED, "report", "text"),
        Kept(
            What.RECORD,
            "report",
            "id report client_id sender about answers at seen_at heeded_at",
        ),
        Kept(What.STAFF, "report", "by"),
        service_path="report__service",
    )

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "client_id"], name="one_message_a_form_and_text"
            ),
            models.CheckConstraint(
                condition=Q(sender__in=Sender.values), name="known_sender_of_a_message"
            ),
            models.CheckConstraint(
                condition=Q(sender=Sender.CASEWORKER) | Q(by__isnull=True),
                name="reporter_has_no_account",
            ),
            models.CheckConstraint(
                condition=Q(sender=Sender.REPORTER)
                | Q(heeded_at__isnull=True, answers__isnull=True),
                name="reporter_is_heeded_and_answers",
            ),
        ]
        indexes = [
            models.Index(
                fields=["report", "at"],
                condition=Q(sender=Sender.REPORTER, heeded_at__isnull=True),
                name="messages_that_wait",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.sender}"

    @property
    def is_from_reporter(self) -> bool:
        return self.sender == Sender.REPORTER

    @property
    def is_question(self) -> bool:
        """Whether a caseworker asks something about one link."""
        return self.sender == Sender.CASEWORKER and self.about_id is not None

    @property
    def waits(self) -> bool:
        """Whether a reporter said it and no caseworker has answered yet."""
        return self.is_from_reporter and self.heeded_at is None
