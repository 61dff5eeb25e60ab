"""The only place where the status of a watch changes: by a conditional UPDATE."""

from datetime import datetime
from typing import Any

from intake.removal.check.models import Watch
from intake.removal.check.states import WATCH_TRANSITIONS, WatchReason, WatchStatus
from intake.removal.workflow import IllegalTransitionError, StatusChangedError


def advance_watch(
    watch: Watch, to: WatchStatus, *, because: WatchReason, at: datetime, **changes: Any
) -> None:
    """Change the status of a watch. What it saw before does not count for what it looks for now.

    ``changes`` are other fields that go along. A look that is under way finds its claim gone.
    Raises IllegalTransitionError, StatusChangedError.
    """
    came_from = WatchStatus(watch.status)
    if to not in WATCH_TRANSITIONS[came_from]:
        raise IllegalTransitionError(f"{came_from.value} → {to.value}")
    fields: dict[str, Any] = {
        "status": to,
        "because": because,
        "since": at,
        "counts_from": at,
        "blind": 0,
        "next_at": None,
        "claim": None,
        "leased_until": None,
        **changes,
    }
    if Watch.objects.filter(pk=watch.pk, status=came_from).update(**fields) != 1:
        raise StatusChangedError
    for name, value in fields.items():
        setattr(watch, name, value)
