"""The ladder beside a location: have it propose who is next."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from helpline.staff.decorators import StaffRequest
from intake.removal import actions
from intake.removal.errors import RefusedError
from intake.removal.models import Ladder, WaitsFor
from intake.removal.views.desk import caseworkers, location_of, say_why_not, to_location


@require_POST
@caseworkers
def climb(request: StaffRequest, location_id: uuid.UUID) -> HttpResponse:
    """Have the ladder propose who is next, without waiting for its time."""
    place = location_of(location_id, request.user)
    try:
        proposed = actions.climb_now(place, by=request.user)
    except RefusedError as refused:
        say_why_not(request, refused)
        return to_location(place)
    if proposed:
        done = ngettext(
            "%(count)d recipient is proposed. Now choose why and how to ask.",
            "%(count)d recipients are proposed. Now choose why and how to ask.",
            len(proposed),
        )
        messages.success(request, done % {"count": len(proposed)})
    else:
        waits_for = WaitsFor(Ladder.objects.get(location=place).waits_for)
        messages.warning(request, str(waits_for.label))
    return to_location(place)
