"""What the house tells a watch: a caseworker established something, or it was reported again.

Called in the transaction of what happened.
"""

import uuid
from datetime import datetime

from intake.removal.check.judging import RETURNS
from intake.removal.check.models import Watch
from intake.removal.check.states import WatchReason, WatchStatus
from intake.removal.check.workflow import advance_watch


def heed_word(location_id: uuid.UUID, *, gone: bool, at: datetime) -> None:
    """A caseworker's word goes before what was seen, and the watch follows it."""
    watch = _on(location_id)
    if watch is None:
        return
    word = {"word_gone": gone, "word_at": at}
    to = WatchStatus.GONE if gone else WatchStatus.LOOKING
    if watch.status == to:
        Watch.objects.filter(pk=watch.pk).update(counts_from=at, **word)
        return
    next_at = at + RETURNS[0] if gone else at
    advance_watch(watch, to, because=WatchReason.WORD, at=at, next_at=next_at, **word)


def heed_return(location_id: uuid.UUID, *, at: datetime) -> None:
    """Somebody reports it again: what was gone is looked for once more."""
    watch = _on(location_id)
    if watch is not None and watch.status == WatchStatus.GONE:
        advance_watch(
            watch,
            WatchStatus.LOOKING,
            because=WatchReason.BACK,
            at=at,
            next_at=at,
            word_gone=None,
            word_at=None,
        )


def _on(location_id: uuid.UUID) -> Watch | None:
    watch = Watch.objects.select_for_update().filter(location=location_id).first()
    return watch if watch is not None and watch.is_on else None
