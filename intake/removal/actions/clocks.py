"""What time does: silence becomes "no reply", and what was left undone is found again."""

from datetime import datetime

from django.utils import timezone

from intake.removal.actions.statements import destroy_forgotten_keys, release_unheld_statements
from intake.removal.models import RemovalRequest
from intake.removal.states import RequestStatus
from intake.removal.workflow import StatusChangedError, advance

SILENT_A_SWEEP = 200


def keep_clocks(now: datetime | None = None) -> int:
    """Do what is due about requests and locations. Returns how much that was."""
    return mark_silent(now) + release_unheld_statements(now) + destroy_forgotten_keys(now)


def mark_silent(now: datetime | None = None) -> int:
    """Requests whose recipient let its time pass: "no reply" is a state of its own."""
    silent = RemovalRequest.objects.filter(
        status=RequestStatus.SENT, due_at__lte=now or timezone.now()
    ).order_by("due_at")[:SILENT_A_SWEEP]
    marked = 0
    for request in silent:
        try:
            advance(request, RequestStatus.NO_REPLY)
        except StatusChangedError:
            continue  # an answer came in this moment
        marked += 1
    return marked
