"""The statuses of a removal request and of a notice, and which may follow which.

``intake.removal.workflow`` is the only place that changes a status; docs/ shows both tables as
diagrams.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RequestStatus(TextChoices):
    """Where one ask (one location, one recipient, one ground) stands."""

    PROPOSED = "proposed", _("Recipient proposed")
    READY = "ready", _("Ready to send")
    QUEUED = "queued", _("Being sent")
    SENT = "sent", _("Sent, waiting for an answer")
    UNCERTAIN = "uncertain", _("Unclear whether it was sent")
    REJECTED = "rejected", _("Could not be delivered")
    NO_REPLY = "no_reply", _("No reply in time")
    SAID_REMOVED = "said_removed", _("They say it is gone")
    REPLIED = "replied", _("They wrote: read it")
    PROMISED = "promised", _("They say they will, by a day")
    NEED_MORE = "need_more", _("They need more")
    WRONG_RECIPIENT = "wrong_recipient", _("They say it is not theirs")
    REFUSED = "refused", _("They refuse")
    STILL_THERE = "still_there", _("Checked: still there")
    REMOVED = "removed", _("Checked: gone")
    WITHDRAWN = "withdrawn", _("Stopped")


# What a recipient can tell us. It is their claim, and may be corrected into another claim.
CLAIMS = frozenset(
    {
        RequestStatus.SAID_REMOVED,
        RequestStatus.PROMISED,
        RequestStatus.NEED_MORE,
        RequestStatus.WRONG_RECIPIENT,
        RequestStatus.REFUSED,
    }
)
# A person or a check established it.
CHECKED = frozenset({RequestStatus.REMOVED, RequestStatus.STILL_THERE})
# The recipient may have the notice, so an answer can come in.
ANSWERABLE = frozenset(
    {
        RequestStatus.READY,  # an answer to what left before, and nothing has left since
        RequestStatus.QUEUED,  # an answer that overtakes our own bookkeeping
        RequestStatus.SENT,
        RequestStatus.UNCERTAIN,
        RequestStatus.NO_REPLY,
        RequestStatus.REPLIED,
        *CLAIMS,
    }
)
# Nothing more happens by itself or is asked of anyone.
SETTLED = frozenset({RequestStatus.REMOVED, RequestStatus.WITHDRAWN})

S = RequestStatus
_STOP = {S.WITHDRAWN}
REQUEST_TRANSITIONS: dict[RequestStatus, frozenset[RequestStatus]] = {
    S.PROPOSED: frozenset({S.READY} | _STOP),
    # Asked again, and answered before that left.
    S.READY: frozenset({S.QUEUED, S.REMOVED, S.REPLIED} | CLAIMS | _STOP),
    S.QUEUED: frozenset({S.SENT, S.REJECTED, S.UNCERTAIN, S.READY, S.REPLIED} | CLAIMS | _STOP),
    # Rejected: a bounce, which can be days late.
    S.SENT: frozenset({S.NO_REPLY, S.REJECTED, S.REPLIED} | CLAIMS | CHECKED | _STOP),
    # Never back to sending by itself: a person says whether it arrived, or an answer shows it.
    S.UNCERTAIN: frozenset({S.SENT, S.READY, S.REJECTED, S.REPLIED} | CLAIMS | CHECKED | _STOP),
    S.REJECTED: frozenset({S.READY, S.REMOVED} | _STOP),
    S.NO_REPLY: frozenset({S.READY, S.REJECTED, S.REPLIED} | CLAIMS | CHECKED | _STOP),
    S.SAID_REMOVED: frozenset((CLAIMS - {S.SAID_REMOVED}) | CHECKED | _STOP),
    # A person reads it; a mail in which nothing is answered leaves the clock as it was.
    S.REPLIED: frozenset({S.SENT, S.READY} | CLAIMS | CHECKED | _STOP),
    # A day that passes is silence; another day is another promise.
    S.PROMISED: frozenset({S.NO_REPLY, S.READY, S.REPLIED} | CLAIMS | CHECKED | _STOP),
    S.NEED_MORE: frozenset({S.READY} | (CLAIMS - {S.NEED_MORE}) | CHECKED | _STOP),
    S.WRONG_RECIPIENT: frozenset((CLAIMS - {S.WRONG_RECIPIENT}) | CHECKED | _STOP),
    S.REFUSED: frozenset({S.READY} | (CLAIMS - {S.REFUSED}) | CHECKED | _STOP),
    S.STILL_THERE: frozenset({S.READY, S.REMOVED} | _STOP),
    # It can come back: somebody reports it again, or a check sees it.
    S.REMOVED: frozenset({S.STILL_THERE}),
    # Somebody else may still want it gone, or the same person changes their mind.
    S.WITHDRAWN: frozenset({S.PROPOSED}),
}
del S


class NoticeStatus(TextChoices):
    """Where one notice stands on its way out."""

    DRAFT = "draft", _("To be confirmed")
    QUEUED = "queued", _("Waiting to be sent")
    CLAIMED = "claimed", _("About to be sent")
    ATTEMPTING = "attempting", _("Being handed over")
    ACCEPTED = "accepted", _("Taken by the other side")
    REJECTED = "rejected", _("Refused by the other side")
    UNCERTAIN = "uncertain", _("Unclear whether it was sent")
    CANCELLED = "cancelled", _("Cancelled")


N = NoticeStatus
NOTICE_TRANSITIONS: dict[NoticeStatus, frozenset[NoticeStatus]] = {
    N.DRAFT: frozenset({N.QUEUED, N.CANCELLED}),
    # Uncertain: called back while a colleague had the recipient's form in front of them.
    N.QUEUED: frozenset({N.CLAIMED, N.CANCELLED, N.UNCERTAIN}),
    N.CLAIMED: frozenset({N.ATTEMPTING, N.QUEUED, N.CANCELLED}),
    # Back to the queue only when the other side was never given the text.
    N.ATTEMPTING: frozenset({N.ACCEPTED, N.REJECTED, N.UNCERTAIN, N.QUEUED}),
    N.ACCEPTED: frozenset({N.REJECTED}),  # a bounce
    N.REJECTED: frozenset(),
    # A person, a bounce, an answer, or the worker that was thought dead knows better.
    N.UNCERTAIN: frozenset({N.ACCEPTED, N.REJECTED}),
    N.CANCELLED: frozenset(),
}
del N


class MailKind(TextChoices):
    """What a mail to the address of a notice is, as far as a machine can tell."""

    ANSWER = "answer", _("Somebody wrote")
    AUTO_REPLY = "auto_reply", _("Sent by itself")
    BOUNCE = "bounce", _("Our mail came back")
    UNKNOWN = "unknown", _("Not clear what it is")


class Work(TextChoices):
    """What a location waits for, worked out from its requests: the columns of the queue."""

    ASK = "ask", _("Nobody asked yet")
    SEND = "send", _("To be sent")
    UNCLEAR = "unclear", _("Unclear whether sent")
    LOOK = "look", _("Who reported it says something new")
    CHECK = "check", _("They say it is gone: check")
    DECIDE = "decide", _("Decide what is next")
    WAIT = "wait", _("Waiting for an answer")
    HAND_OVER = "hand_over", _("With the hotline")
    DONE = "done", _("Nothing to do")


class Because(TextChoices):
    """Why a status changed, where the status alone does not say."""

    POSSIBLY_MINOR = "possibly_minor", _("The person may be under 18")
    NOBODY_ASKS = "nobody_asks", _("Nobody asks for it any more")
    REPORTED_AGAIN = "reported_again", _("Reported again")
    REPORTER_SAYS = "reporter_says", _("Who reported it says that it is there")
    CANCELLED = "cancelled", _("The notice was cancelled")
    PERSON_SAYS_SENT = "person_says_sent", _("Looked into: it was sent")
    PERSON_SAYS_NOT = "person_says_not", _("Looked into: it was not sent")
    GONE = "gone", _("The page is gone")
    STOPPED = "stopped", _("Stopped by a colleague")
    LADDER = "ladder", _("Next on the ladder")
    REMINDER = "reminder", _("A reminder, after silence")
    ANOTHER_ROUND = "another_round", _("Asked again")
    BOUNCED = "bounced", _("The mail came back")
    NO_ANSWER_IN_IT = "no_answer_in_it", _("Read: no answer in it")
    NOT_DONE = "not_done", _("They did not do it in time")
    CORRECTED = "corrected", _("They corrected their answer")
    HOST_CHANGED = "host_changed", _("Somebody else is named now")
    ALL_THE_SAME = "all_the_same", _("A colleague decided to ask them all the same")
