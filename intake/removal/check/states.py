"""What a watch over a location waits for, and which may follow which; and what one look can say."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class WatchStatus(TextChoices):
    """What a watch looks for."""

    LOOKING = "looking", _("Looks whether it goes")
    GONE = "gone", _("Looks whether it comes back")
    PERSON = "person", _("A person has to look")
    ENDED = "ended", _("Does not look any more")


W = WatchStatus
WATCH_TRANSITIONS: dict[WatchStatus, frozenset[WatchStatus]] = {
    W.LOOKING: frozenset({W.GONE, W.PERSON, W.ENDED}),
    W.GONE: frozenset({W.LOOKING, W.PERSON, W.ENDED}),
    W.PERSON: frozenset({W.LOOKING, W.GONE, W.ENDED}),
    # Switched on again by a person.
    W.ENDED: frozenset({W.LOOKING}),
}
del W


class WatchReason(TextChoices):
    """Why a watch stands where it stands."""

    SWITCHED_ON = "switched_on", _("Switched on by a colleague")
    SWITCHED_OFF = "switched_off", _("Switched off by a colleague")
    AGREED = "agreed", _("Three looks agree")
    WORD = "word", _("A colleague said so")
    BACK = "back", _("It was reported again")
    CONTRADICTED = "contradicted", _("Who reported it says that it is there")
    OVERRULED = "overruled", _("A colleague says otherwise")
    BLIND = "blind", _("Asking the site tells nothing")
    POSSIBLY_MINOR = "possibly_minor", _("The person may be under 18")
    NOBODY_ASKS = "nobody_asks", _("Nobody asks for it any more")
    OVER = "over", _("Not seen again in 90 days")


class Verdict(TextChoices):
    """What one look says. Only a site's own word that there is no such page is a miss."""

    ONLINE = "online", _("There")
    GONE = "gone", _("Not there")
    CANNOT_TELL = "cannot_tell", _("Cannot tell")


class Why(TextChoices):
    """What a look met, in plain words."""

    ANSWERED = "answered", _("The page answers.")
    NOT_FOUND = "not_found", _("The site says that there is no such page.")
    MOVED = "moved", _("The address leads to another page.")
    ELSEWHERE = "elsewhere", _("The address leads to another site, where we did not look.")
    NOT_ALLOWED = "not_allowed", _("It leads where we never go, such as a private network.")
    SIGN_IN = "sign_in", _("The site lets nobody see it without signing in, or keeps us out.")
    BUSY = "busy", _("The site asks us to come back later.")
    BLOCKED = "blocked", _("The site does not show it in our country.")
    TROUBLE = "trouble", _("The site has trouble of its own.")
    NO_NAME = "no_name", _("The name of the site leads to no server.")
    NO_DNS = "no_dns", _("The name servers did not answer.")
    UNREACHABLE = "unreachable", _("The site could not be reached.")
    TOO_SLOW = "too_slow", _("The site took too long.")
    BAD_CERTIFICATE = "bad_certificate", _("The site could not show that it is who it says.")
    RUBBISH = "rubbish", _("What the site sent cannot be read.")


class Unaskable(TextChoices):
    """Why an address is not asked at all."""

    ONE_TIME = "one_time", _("This may be a link that works once, or for one person only.")
    FRAGMENT = (
        "fragment",
        _("What follows the # is not sent to a site, so its answer says nothing."),
    )
    PORT = "port", _("It is on a port where no site for everybody stands.")
    NOT_PUBLIC = "not_public", _("It is not on the public internet.")
    LIES = "lies", _("This site answers as if a page were there, also when it is gone.")
