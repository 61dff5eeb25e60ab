"""What one victim sends in, and how they find it again.

What a reporter declares about a page is a statement of intake.removal; here stands which of them
belong to one report, in which order, and how each was typed.
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from helpline.privacy.vault.fields import SealedTextField
from intake.report.states import DossierFor, LeadKind, LeadOutcome, Situation


class Report(models.Model):
    """One person's report. Owns the key of its words; its code is kept as a keyed hash only."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service = models.ForeignKey("services.Service", models.PROTECT, related_name="reports")
    # None while a caller has not opened what was filled in by phone: no code was made yet.
    code_hash = models.BinaryField(max_length=32, unique=True, null=True)
    # The form it came from, so that a double click makes one report.
    submission_hash = models.BinaryField(max_length=32, unique=True)
    situation = models.CharField(
        max_length=10, choices=Situation.choices, default=Situation.SKIPPED
    )
    language = models.CharField(max_length=10)
    by_chat = models.BooleanField(default=False)
    by_phone = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    # Nothing more happens by itself on any of its links: from here its lifetime counts.
    settled_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.KEYED, "report", "code_hash submission_hash"),
        Kept(What.ANSWER, "report", "situation"),
        Kept(What.RECORD, "report", "id service language by_chat by_phone created_at settled_at"),
        expires_by="settled_at",
        lifetime="report",
        owns_key=True,
    )

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(situation__in=Situation.values), name="known_situation"
            )
        ]
        indexes = [models.Index(fields=["settled_at"]), models.Index(fields=["created_at"])]

    def __str__(self) -> str:
        return str(self.id)


class ReportedLink(models.Model):
    """One link of a report: as it was typed, and the statement made about its page."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    as_typed = SealedTextField(key="report_id", bound=("report_id", "position"))
    # Whose account it is on, as the reporter knows it; empty when that was not said.
    account = SealedTextField(key="report_id", bound=("report_id", "position"), null=True)
    # The statement outlives this row for a moment: letting go of it is removal's work.
    statement = models.OneToOneField(
        "removal.Statement", models.PROTECT, related_name="reported_link"
    )

    privacy = Privacy(
        Kept(What.SEALED, "report", "as_typed account"),
        Kept(What.RECORD, "report", "id report position statement"),
    )

    class Meta:
        verbose_name = _("reported link")
        verbose_name_plural = _("reported links")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="one_link_a_position")
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.position}"


class NewsByMail(models.Model):
    """Where the holder of a report's code wants a mail when there is news. None unless they ask."""

    report = models.OneToOneField(
        Report, models.CASCADE, primary_key=True, related_name="news_by_mail"
    )
    # Empty once mail servers refused it again and again: then it is of no use to anyone.
    address = SealedTextField(key="report_id", bound=("report_id",), null=True)
    language = models.CharField(max_length=10)
    given_at = models.DateTimeField()
    # What happened up to here was seen on the status page, or a mail said that there is news.
    known_until = models.DateTimeField()
    # No mail before this moment. Empty: no mail at all.
    next_mail_at = models.DateTimeField(null=True)
    refusals = models.PositiveSmallIntegerField(default=0)

    privacy = Privacy(
        Kept(What.SEALED, "report", "address"),
        Kept(What.RECORD, "report", "report language given_at known_until next_mail_at refusals"),
    )

    class Meta:
        verbose_name = _("news by mail")
        verbose_name_plural = _("news by mail")
        indexes = [models.Index(fields=["next_mail_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(address__isnull=False) | models.Q(next_mail_at__isnull=True),
                name="no_mail_without_address",
            )
        ]

    def __str__(self) -> str:
        return str(self.report_id)


class PhoneWord(models.Model):
    """The one-time word with which a caller opens the report that a counsellor filled in.

    Its first part finds the row and counts the tries, so that guessing at one word spends that word.
    """

    report = models.OneToOneField(Report, models.CASCADE, related_name="phone_word")
    place_hash = models.BinaryField(max_length=32, unique=True)
    word_hash = models.BinaryField(max_length=32, unique=True)
    tries = models.PositiveSmallIntegerField(default=0)
    ends_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True)
    # The form it was opened with: a reload shows the code again, another form does not.
    opened_hash = models.BinaryField(max_length=32, null=True)

    privacy = Privacy(
        Kept(What.KEYED, "word", "place_hash word_hash opened_hash"),
        Kept(What.RECORD, "word", "id report tries ends_at opened_at"),
        expires_by="ends_at",
        lifetime="word",
        service_path="report__service",
    )

    class Meta:
        verbose_name = _("word for a caller")
        verbose_name_plural = _("words for callers")
        indexes = [models.Index(fields=["ends_at"])]

    def __str__(self) -> str:
        return str(self.report_id)


class Lead(models.Model):
    """Something a reporter knows without an address, until a caseworker has done what can be done."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="leads")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=7, choices=LeadKind.choices)
    place = SealedTextField(key="report_id", bound=("report_id", "position"))
    name = SealedTextField(key="report_id", bound=("report_id", "position"))
    # What the reporter said about the images, as for a link; it becomes a statement with an address.
    facts_json = SealedTextField(key="report_id", bound=("report_id", "position"))
    possibly_minor = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=9, choices=LeadOutcome.choices, blank=True)
    # What the hotline calls it, when they said.
    hotline_reference = models.CharField(max_length=40, blank=True)
    settled_at = models.DateTimeField(null=True)
    link = models.ForeignKey(ReportedLink, models.SET_NULL, null=True, related_name="leads")

    privacy = Privacy(
        Kept(What.SEALED, "report", "place name facts_json"),
        Kept(What.ANSWER, "report", "possibly_minor"),
        Kept(
            What.RECORD,
            "report",
            "id report position kind created_at outcome hotline_reference settled_at link",
        ),
    )

    class Meta:
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        ordering = ["report", "position"]
        constraints = [
            models.UniqueConstraint(fields=["report", "position"], name="one_lead_a_position"),
            models.CheckConstraint(
                condition=models.Q(outcome="", settled_at__isnull=True)
                | (~models.Q(outcome="") & models.Q(settled_at__isnull=False)),
                name="lead_outcome_has_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=models.Q(settled_at__isnull=True),
                name="open_leads_by_age",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.position}"


class DossierAgreement(models.Model):
    """The word of who holds the code that a dossier of their report may be made for somebody."""

    report = models.ForeignKey(Report, models.CASCADE, related_name="dossier_agreements")
    reader = models.CharField(max_length=9, choices=DossierFor.choices)
    # Of the text that was agreed to.
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    # When a document was last made on this agreement: its holder is told so.
    made_at = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.ANSWER, "report", "reader"),
        Kept(What.RECORD, "report", "id report version given_at withdrawn_at made_at"),
    )

    class Meta:
        verbose_name = _("agreement to a dossier")
        verbose_name_plural = _("agreements to a dossier")
        ordering = ["report", "reader"]
        constraints = [
            models.UniqueConstraint(fields=["report", "reader"], name="one_agreement_a_reader"),
            models.CheckConstraint(
                condition=models.Q(reader__in=DossierFor.values), name="known_dossier_reader"
            ),
        ]
        indexes = [
            models.Index(
                fields=["given_at"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="agreements_by_age",
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id} {self.reader}"

    @property
    def holds(self) -> bool:
        return self.withdrawn_at is None

    @property
    def waits(self) -> bool:
        """Whether no document was made since it was given."""
        return self.holds and (self.made_at is None or self.made_at < self.given_at)
