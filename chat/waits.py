"""How long visitors wait: what can honestly be said of it to somebody who is about to."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from chat.models import Conversation, ConversationEvent
from chat.states import Status
from helpline.services.models import Service

LATELY = timedelta(hours=2)
ENOUGH = 5  # of fewer people a middle says nothing, and perhaps who they were
MOST = 500


@dataclass(frozen=True)
class Wait:
    """How many are in line now, and how long they and those before them waited, in minutes."""

    waiting: int
    longest: int  # of who is in line now
    middle: int | None  # half of who was answered lately waited no longer; None of too few

    def sentences(self, position: int = 0) -> list[str]:
        """The same in words: for who thinks of coming, or for who stands at a place in line.

        A middle that those in line have already passed is not said.
        """
        said = [] if position else [self._in_line()]
        if position == 1 and self.longest > (self.middle or 0):
            return said  # most likely it is they who wait longest, and they know
        if self.longest > 60:
            said.append(_("Who waits longest has been waiting for more than an hour."))
        elif self.longest > (self.middle or 0):
            said.append(
                ngettext(
                    "Who waits longest has been waiting for %(count)s minute.",
                    "Who waits longest has been waiting for %(count)s minutes.",
                    self.longest,
                )
                % {"count": self.longest}
            )
        elif self.middle is not None and self.middle > 60:
            said.append(_("In the past two hours half of the people waited more than an hour."))
        elif self.middle is not None:
            said.append(
                ngettext(
                    "In the past two hours half of the people got an answer within %(count)s"
                    " minute.",
                    "In the past two hours half of the people got an answer within %(count)s"
                    " minutes.",
                    self.middle,
                )
                % {"count": self.middle}
            )
        return said

    def _in_line(self) -> str:
        if not self.waiting:
            return _("Nobody is in line now.")
        return ngettext(
            "%(count)s person is in line now.", "%(count)s people are in line now.", self.waiting
        ) % {"count": self.waiting}


def wait_now(service: Service, at: datetime | None = None) -> Wait:
    """How long the line of a service is now, from what really happened. Two queries."""
    now = at or timezone.now()
    in_line = list(
        Conversation.objects.filter(service=service, status=Status.WAITING)
        .order_by("waiting_since")
        .values_list("waiting_since", flat=True)[:MOST]
    )
    answered: dict[object, float] = {}
    claims = ConversationEvent.objects.filter(
        was=Status.WAITING, became=Status.ACTIVE, at__gt=now - LATELY, conversation__service=service
    ).order_by("at")
    for number, moment, began in claims.values_list(
        "conversation_id", "at", "conversation__started_at"
    )[:MOST]:
        # Who was given back was answered the first time.
        answered.setdefault(number, (moment - began).total_seconds())
    return Wait(
        waiting=len(in_line),
        longest=_minutes((now - in_line[0]).total_seconds()) if in_line else 0,
        middle=_minutes(median(answered.values())) if len(answered) >= ENOUGH else None,
    )


def _minutes(seconds: float) -> int:
    """Whole minutes, upwards; beyond ten by fives, since nobody waits to the minute."""
    whole = max(1, -(-int(seconds) // 60))
    return whole if whole <= 10 else -(-whole // 5) * 5
