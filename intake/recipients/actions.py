"""What caseworkers and administrators do with recipients."""

from django.db import transaction
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Proposal, Recipient
from intake.recipients.permissions import check_confirm_entries, check_look_up
from intake.recipients.states import Channel


@transaction.atomic
def confirm(proposal: Proposal, *, by: User) -> Recipient:
    """Take a proposed contact into the directory, on a person's word. Twice gives the same one.

    The host that was looked up is not added to its domains: that would keep, in clear and for
    good, what somebody reported.
    """
    check_look_up(by)
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.recipient is not None:
        return locked.recipient
    now = timezone.now()
    known = Recipient.objects.filter(kind=locked.kind, address__iexact=locked.address)
    # An entry that is switched off stays so: somebody decided that.
    recipient = known.order_by("-active", "id").first() or Recipient.objects.create(
        name=locked.name or locked.address,
        kind=locked.kind,
        channel=Channel.MAIL,
        address=locked.address,
        active=True,
        verified_at=now,
        verified_by=by,
    )
    locked.recipient = recipient
    locked.confirmed_at = now
    locked.save(update_fields=["recipient", "confirmed_at"])
    return recipient


def confirm_entry(recipient: Recipient, *, by: User) -> None:
    """Say that an entry of the directory is right, and put it in use."""
    check_confirm_entries(by)
    recipient.full_clean()
    Recipient.objects.filter(pk=recipient.pk).update(
        active=True, verified_at=timezone.now(), verified_by=by
    )


def retire_entry(recipient: Recipient, *, by: User) -> None:
    """Take an entry out of use; requests under way keep it as it was."""
    check_confirm_entries(by)
    Recipient.objects.filter(pk=recipient.pk).update(active=False)
