"""Keeping the number that the other side gave for a notice."""

from django.db import transaction
from django.utils import timezone

from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.staff.models import User
from intake.removal.models import Notice, Receipt

LONGEST_NUMBER = 200


def keep_receipt(notice: Notice, number: str, *, by: User | None = None) -> None:
    """Keep a number, or put it right. ``by`` None: their system gave it to ours.

    Nothing is kept of a notice that was erased while it left.
    """
    known = Receipt.objects.filter(notice=notice).first()
    receipt = known or Receipt(notice=notice)
    receipt.at, receipt.noted_by = timezone.now(), by
    try:
        with transaction.atomic():
            receipt.number = number[:LONGEST_NUMBER]
            receipt.save()
    except KeyDestroyedError:
        pass
