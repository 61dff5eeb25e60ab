"""Whether a notice may go by the word of one person. Asked by whatever queues one."""

from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Notice
from intake.removal.queries.looks import look_of, look_reasons


def check_looked(notice: Notice) -> None:
    """Raise RefusedError when a second person must read the notice first, or sent it back."""
    look = look_of(notice)
    if look is not None and look.agreed:
        return
    if look is not None and look.looked_at is not None:
        raise RefusedError(Refusal.SENT_BACK)
    if look is not None or look_reasons(notice):
        raise RefusedError(Refusal.SECOND_EYES)
