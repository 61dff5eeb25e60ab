"""Who works here, for which service, and the record of what was opened."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpline.privacy.declare import Kept, Privacy, What


class User(AbstractUser):
    """A member of staff. Visitors never have an account."""

    work_name = models.CharField(
        _("work name"), max_length=40, blank=True, help_text=_("The name that visitors see.")
    )

    privacy = Privacy(
        Kept(
            What.STAFF,
            "staff",
            "id password last_login is_superuser username first_name last_name email is_staff"
            " is_active date_joined work_name groups user_permissions",
        )
    )

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")

    def __str__(self) -> str:
        return self.username

    @property
    def called(self) -> str:
        """What colleagues call them."""
        return self.work_name or self.username


class Membership(models.Model):
    """A member of staff works for a service, and sees nothing of another."""

    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    service = models.ForeignKey("services.Service", models.CASCADE, related_name="memberships")

    privacy = Privacy(Kept(What.STAFF, "staff", "id user service"))

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        constraints = [
            models.UniqueConstraint(fields=["user", "service"], name="one_membership_a_service")
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.service}"


class Invitation(models.Model):
    """A link, good once, with which a person sets a password and a second factor.

    Only a keyed hash of what stands in the link is kept. ``renews`` says that the person was here
    before: two colleagues agreed to reset the second factor.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="invitations")
    # Nobody: made on the command line.
    by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    renews = models.BooleanField(default=False)
    token_hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.KEYED, "session", "token_hash"),
        Kept(
            What.STAFF,
            "session",
            "id user by renews made_at expires_at sent_at used_at withdrawn_at",
        ),
        expires_by="expires_at",
        lifetime="session",
        service_path="",
    )

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(used_at=None, withdrawn_at=None),
                name="one_open_invitation_a_person",
            )
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.made_at:%Y-%m-%d}"


class FactorReset(models.Model):
    """One colleague asks to reset a person's second factor, another agrees; nobody does it alone."""

    user = models.ForeignKey(User, models.CASCADE, related_name="factor_resets")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    agreed_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    privacy = Privacy(
        Kept(What.STAFF, "audit", "id user asked_by asked_at agreed_by agreed_at withdrawn_at"),
        expires_by="asked_at",
        lifetime="audit",
        service_path="",
    )

    class Meta:
        verbose_name = _("reset of a second factor")
        verbose_name_plural = _("resets of a second factor")
        constraints = [
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(agreed_at=None, withdrawn_at=None),
                name="one_open_reset_a_person",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None, agreed_at=None)
                | Q(agreed_by__isnull=False, agreed_at__isnull=False),
                name="reset_agreed_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by=None) | ~Q(agreed_by=F("asked_by")),
                name="reset_takes_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(asked_by=F("user")) & (Q(agreed_by=None) | ~Q(agreed_by=F("user"))),
                name="nobody_resets_their_own",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.asked_at:%Y-%m-%d}"


class AuditEntry(models.Model):
    """One opening or act, chained by a keyed hash to the entry before it on the same day.

    Append-only: triggers refuse UPDATE, and DELETE except for a whole day that is past its
    lifetime.
    """

    day = models.DateField()
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    subject_kind = models.CharField(max_length=40)
    subject_id = models.CharField(max_length=64)
    chain = models.BinaryField(max_length=32)

    privacy = Privacy(
        Kept(What.STAFF, "audit", "id day number at actor action subject_kind subject_id chain"),
        expires_by="at",
        lifetime="audit",
        service_path="",
    )

    class Meta:
        ordering = ["day", "number"]
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], name="one_audit_number_a_day")
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return f"{self.day} {self.number} {self.action}"
