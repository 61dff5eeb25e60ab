"""Who works here, for which service, and the record of what was opened."""

from django.contrib.auth.models import AbstractUser
from django.db import models
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
