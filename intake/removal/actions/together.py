"""Ask one recipient about several locations on one ground, in one notice."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal.actions.assigning import apart
from intake.removal.actions.desk import propose
from intake.removal.actions.notices import draft_notice
from intake.removal.errors import LeftOut, Refusal, RefusedError
from intake.removal.locking import lock_locations
from intake.removal.models import GroundRoute, Location, Notice
from intake.removal.queries.together import gather, groups_of, offer_of
from intake.removal.states import RequestStatus
from intake.removal.workflow import IllegalTransitionError, StatusChangedError, advance_all


@transaction.atomic
def ask_together(
    locations: Sequence[Location], recipient: Recipient, pair: GroundRoute, *, by: User
) -> tuple[Notice, list[LeftOut]]:
    """Draft one notice about those of the locations that can go, to be read before it is sent.

    Only to whom was proposed, or whom the directory names for them. Returns the notice and what
    was left out. Raises RefusedError when nothing can go.
    """
    touched, left_out = apart(locations, by=by)
    lock_locations(place.pk for place in touched)
    theirs = {
        place.pk
        for group in groups_of(touched)[0]
        if group.recipient.pk == recipient.pk
        for place in group.locations
    }
    left_out += [
        LeftOut(place, [str(Refusal.NOT_THEIRS.label)])
        for place in touched
        if place.pk not in theirs
    ]
    asked = [place for place in touched if place.pk in theirs]
    offer = offer_of(recipient, pair, asked, gather(asked))
    left_out += offer.left_out
    if not offer.goes:
        raise RefusedError(Refusal.NOTHING_GOES)
    proposed = [propose(place, recipient, by=by) for place in offer.goes]
    choosing = [request for request in proposed if request.status == RequestStatus.PROPOSED]
    try:
        with transaction.atomic():
            advance_all(
                choosing,
                RequestStatus.READY,
                by=by,
                changes={"ground": pair.ground, "route": pair.route},
            )
    except IntegrityError:
        raise RefusedError(Refusal.ALREADY_ASKED) from None
    except (StatusChangedError, IllegalTransitionError):
        raise RefusedError(Refusal.CHANGED) from None
    return draft_notice(proposed, by=by), left_out
