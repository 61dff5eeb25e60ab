"""That a page is looked at again, since when and by whose word; what each look said; and which sites are
to be asked how they are reached."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What
from intake.removal.check.states import Verdict, WatchReason, WatchStatus, Why
from intake.removal.models import Location


class Watch(models.Model):
    """A location that is looked at again. One a location; switched off and on, it stays the same.

    Only looks after ``counts_from`` count. ``word_gone`` and ``word_at`` are what a caseworker
    established since it was switched on, which goes before what the looks say.
    """

    location = models.OneToOneField(Location, models.CASCADE, related_name="watch")
    status = models.CharField(
        max_length=8, choices=WatchStatus.choices, default=WatchStatus.LOOKING
    )
    because = models.CharField(
        max_length=14, choices=WatchReason.choices, default=WatchReason.SWITCHED_ON
    )
    since = models.DateTimeField()
    switched_on_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    switched_on_at = models.DateTimeField()
    counts_from = models.DateTimeField()
    word_gone = models.BooleanField(null=True)
    word_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    # Looks in a row that told nothing.
    blind = models.PositiveSmallIntegerField(default=0)
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(
            What.RECORD,
            "removal",
            "id location status because since switched_on_at counts_from word_gone word_at next_at"
            " blind claim leased_until",
        ),
        Kept(What.STAFF, "removal", "switched_on_by"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(status__in=WatchStatus.values), name="known_watch_status"
            ),
            models.CheckConstraint(
                condition=models.Q(word_gone__isnull=True, word_at__isnull=True)
                | models.Q(word_gone__isnull=False, word_at__isnull=False),
                name="word_has_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(claim__isnull=True, leased_until__isnull=True)
                | models.Q(claim__isnull=False, leased_until__isnull=False),
                name="watch_claim_has_lease",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(status__in=["looking", "gone"]),
                name="watches_by_clock",
            )
        ]

    def __str__(self) -> str:
        return f"{self.location_id} {self.status}"

    @property
    def is_on(self) -> bool:
        return self.status != WatchStatus.ENDED


class Check(models.Model):
    """One look at a page: what it said and what it met. Nothing of the page."""

    watch = models.ForeignKey(Watch, models.CASCADE, related_name="checks")
    at = models.DateTimeField()
    verdict = models.CharField(max_length=11, choices=Verdict.choices)
    why = models.CharField(max_length=15, choices=Why.choices)
    # The number that the site answered with; 0: it did not answer.
    answered = models.PositiveSmallIntegerField(default=0)

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id watch at verdict why answered"),
        service_path="watch__location__service",
    )

    class Meta:
        verbose_name = _("check")
        verbose_name_plural = _("checks")
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(verdict__in=Verdict.values), name="known_verdict"
            )
        ]
        indexes = [models.Index(fields=["watch", "at"]), models.Index(fields=["at"])]

    def __str__(self) -> str:
        return f"{self.verdict} {self.at:%Y-%m-%d %H:%M}"


class SiteQuestion(models.Model):
    """That the site of a location is to be asked how it is reached. Gone once the checker has asked; what
    it said is kept as a look-up of its registered name.
    """

    location = models.OneToOneField(Location, models.CASCADE, related_name="site_question")
    asked_at = models.DateTimeField()
    claim = models.UUIDField(null=True)
    leased_until = models.DateTimeField(null=True)

    privacy = Privacy(
        Kept(What.RECORD, "removal", "id location asked_at claim leased_until"),
        service_path="location__service",
    )

    class Meta:
        verbose_name = _("question to a site")
        verbose_name_plural = _("questions to sites")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(claim__isnull=True, leased_until__isnull=True)
                | models.Q(claim__isnull=False, leased_until__isnull=False),
                name="site_claim_has_lease",
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="site_questions_by_age")]

    def __str__(self) -> str:
        return f"{self.location_id}"
