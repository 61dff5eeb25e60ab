"""What time does: silence becomes "no reply", and what was left undone is found again."""

from datetime import datetime

from django.utils import timezone

from intake.removal.actions.statements import destroy_forgotten_keys, release_unheld_statements
from intake.removal.models import RemovalRequest
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import StatusChangedError, advance

SILENT_A_SWEEP = 200


def keep_clocks(now: datetime | None = None) -> int:
    """Do what is due about requests and locations. Returns how much that was."""
    return mark_silent(now) + release_unheld_statements(now) + destroy_forgotten_keys(now)


def mark_silent(now: datetime | None = None) -> int:
    """Requests whose recipient let its time pass, or the day it named: "no reply" is a state of its
    own."""
    silent = RemovalRequest.objects.filter(
        status__in=[RequestStatus.SENT, RequestStatus.PROMISED], due_at__lte=now or timezone.now()
    ).order_by("due_at")[:SILENT_A_SWEEP]
    marked = 0
    for request in silent:
        try:
            because = Because.NOT_DONE if request.status == RequestStatus.PROMISED else None
            advance(request, RequestStatus.NO_REPLY, because=because)
        except StatusChangedError:
            continue  # an answer came in this moment
        marked += 1
    return marked
