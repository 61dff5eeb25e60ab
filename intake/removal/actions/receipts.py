"""Keeping the number that the other side gave for a notice."""

from django.utils import timezone

from helpline.staff.models import User
from intake.removal.models import Notice, Receipt

LONGEST_NUMBER = 200


def keep_receipt(notice: Notice, number: str, *, by: User | None = None) -> None:
    """Keep a number, or put it right. ``by`` None: their system gave it to ours."""
    known = Receipt.objects.filter(notice=notice).first()
    receipt = known or Receipt(notice=notice)
    receipt.number = number[:LONGEST_NUMBER]
    receipt.at, receipt.noted_by = timezone.now(), by
    receipt.save()
