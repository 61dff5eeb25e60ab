"""The states of a conversation, and what may follow what."""

from datetime import timedelta

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

# Who has a place at the console.
DESK_ROLES = ("counsellor", "supervisor")

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
    URGENCY = "urgency", _("Urgency set")
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


class Went(models.TextChoices):
    """How a chat that is over went, for the figures."""

    ANSWERED = "answered", _("Answered")
    LEFT = "left", _("Left while waiting")


class Urgency(models.TextChoices):
    """How soon somebody needs an answer, as they said themselves or as a counsellor set it."""

    NORMAL = "normal", _("No hurry")
    SOON = "soon", _("Soon")
    URGENT = "urgent", _("Urgent")


class Topic(models.TextChoices):
    """What a chat is about, as its visitor says before it. Names nobody."""

    SPREAD = "spread", _("Images of me were spread")
    BLACKMAIL = "blackmail", _("I am being blackmailed or threatened")
    HARASSED = "harassed", _("Somebody does not leave me alone online")
    FAKE = "fake", _("Fake images or a fake profile of me")
    FILMED = "filmed", _("I was filmed or photographed in secret")
    HACKED = "hacked", _("My account was hacked")
    FOR_OTHER = "for_other", _("It is about somebody else")
    OTHER = "other", _("Something else")


class Presence(models.TextChoices):
    """Whether a counsellor takes visitors now."""

    ON = "on", _("On duty")
    PAUSED = "paused", _("Short break")
    OFF = "off", _("Off duty")


class Why(models.TextChoices):
    """Why a visitor stood where they stood in the queue when somebody took them."""

    WAITING = "waiting", _("Waited longest")
    SOON = "soon", _("Soon")
    URGENT = "urgent", _("Urgent")
    RETURNED = "returned", _("Back in the queue after a counsellor")
    DANGER = "danger", _("Danger")


# In the queue each reason is worth so many minutes of waiting: who is urgent goes before who came
# up to half an hour earlier, and nobody is passed over for ever.
HEAD_START = {
    Why.WAITING: timedelta(0),
    Why.SOON: timedelta(minutes=10),
    Why.URGENT: timedelta(minutes=30),
    Why.RETURNED: timedelta(days=1),
    Why.DANGER: timedelta(days=2),
}


class NoteKind(models.TextChoices):
    """What colleagues write beside a conversation. The visitor gets neither."""

    NOTE = "note", _("Note")
    WHISPER = "whisper", _("Whisper")


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
# Any supervisor may answer these, but for who asked.
ASK_SUPERVISORS = (Way.SUPERVISORS, Way.ADVICE)


class HandoverStatus(models.TextChoices):
    """What became of a handover."""

    OPEN = "open", _("Asked")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Declined")
    WITHDRAWN = "withdrawn", _("Withdrawn")
