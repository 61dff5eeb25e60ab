"""The states of a conversation, and what may follow what."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a conversation stands."""

    WAITING = "waiting", _("Waiting")
    ACTIVE = "active", _("In conversation")
    PAUSED = "paused", _("Left for a moment")
    ENDED = "ended", _("Ended")


TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.WAITING: frozenset({Status.ACTIVE, Status.PAUSED, Status.ENDED}),
    # Back to waiting: a counsellor who cannot go on gives the visitor back to the queue.
    Status.ACTIVE: frozenset({Status.WAITING, Status.PAUSED, Status.ENDED}),
    Status.PAUSED: frozenset({Status.WAITING, Status.ACTIVE, Status.ENDED}),
    Status.ENDED: frozenset(),
}

OPEN = frozenset({Status.WAITING, Status.ACTIVE, Status.PAUSED})


class Sender(models.TextChoices):
    """Who says something, or does something, in a conversation."""

    VISITOR = "visitor", _("Visitor")
    COUNSELLOR = "counsellor", _("Counsellor")
    SYSTEM = "system", _("System")


class Kind(models.TextChoices):
    """What an event of a conversation records."""

    STARTED = "started", _("Started")
    STATUS = "status", _("Status changed")
    DANGER = "danger", _("Danger raised")
    ACKNOWLEDGED = "acknowledged", _("Danger acknowledged")
    OFFERED = "offered", _("Report offered")
    ACCEPTED = "accepted", _("Report agreed to")
    DECLINED = "declined", _("Report declined")
    ASKED = "asked", _("Asked whether they are still there")
    BLOCKED = "blocked", _("Ended for abuse")
    WRAPPED_UP = "wrapped_up", _("Wrapped up")
    WAY_BACK = "way_back", _("Way back asked for")
    CAME_BACK = "came_back", _("Came back")
    HANDOVER = "handover", _("Handover asked")
    HANDED_OVER = "handed_over", _("Handed over")
    ADVICE = "advice", _("Supervisor asked")


class OfferStatus(models.TextChoices):
    """What became of a counsellor's question whether to make a report."""

    OPEN = "open", _("Asked")
    ACCEPTED = "accepted", _("Agreed")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Asked again")


class Way(models.TextChoices):
    """How a conversation goes to somebody else, or somebody comes to look along."""

    COLLEAGUE = "colleague", _("To a colleague")
    SUPERVISORS = "supervisors", _("To a supervisor")
    QUEUE = "queue", _("Back to the queue")
    ADVICE = "advice", _("A supervisor is asked to look along")
    TAKEN = "taken", _("Taken over by a supervisor")
    GIVEN = "given", _("Given to a colleague by a supervisor")


# The counsellor asks, and somebody has to accept; of these one is open at a time.
ASKS_TO_HAND_OVER = frozenset({Way.COLLEAGUE, Way.SUPERVISORS, Way.QUEUE})


class HandoverStatus(models.TextChoices):
    """What became of a handover."""

    OPEN = "open", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
