"""A request that was stopped begins anew: for a person, and for the ladder."""

from helpline.staff.models import User
from intake.removal.models import RemovalRequest
from intake.removal.states import Because, RequestStatus
from intake.removal.workflow import advance


def begin_anew(
    stopped: RemovalRequest, *, by: User | None, because: Because | None = None
) -> RemovalRequest:
    """Propose again whom we had stopped asking. What leaves now is another round."""
    advance(
        stopped,
        RequestStatus.PROPOSED,
        by=by,
        because=because,
        changes={"round": stopped.last_round + 1},
    )
    return stopped
