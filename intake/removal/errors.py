"""Why an action is refused, in words for the caseworker."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from intake.recipients.states import Reason
from intake.removal.linter import Missing
from intake.removal.models import Location


class Refusal(TextChoices):
    POSSIBLY_MINOR = (
        "possibly_minor",
        _("The person may be under 18: only the hotline may be asked."),
    )
    CHANGED = "changed", _("Somebody else changed this meanwhile. Look at it again.")
    NOT_NOW = "not_now", _("This is not possible as it stands now.")
    TOO_FEW = (
        "too_few",
        _(
            "Too few people reported what they were asked in this period: it could be known whose it is."
        ),
    )
    TOO_LONG = "too_long", _("That is more than fits. Choose a shorter period.")
    NOT_ALIKE = (
        "not_alike",
        _("One notice goes to one recipient on one ground. Choose requests that are alike."),
    )
    NOTHING_CHOSEN = "nothing_chosen", _("Choose at least one request.")
    TOO_MANY = "too_many", _("That is too much for one notice. Choose fewer requests.")
    ALREADY_ASKED = "already_asked", _("This recipient has been asked already on this ground.")
    NOT_YOURS = "not_yours", _("Only who wrote a note can take it away.")
    NOT_A_COLLEAGUE = "not_a_colleague", _("This colleague does not work at this desk.")
    ANOTHER_SERVICE = "another_service", _("This belongs to another service.")
    SECOND_EYES = "second_eyes", _("A second person reads this one before it goes.")
    OWN_EYES = "own_eyes", _("You asked for it yourself: somebody else reads it.")
    SENT_BACK = "sent_back", _("A colleague sent it back. Throw it away, and make it anew.")
    NOT_THEIRS = "not_theirs", _("It is not theirs, as far as we know.")
    NOTHING_GOES = "nothing_goes", _("None of these can go to this recipient on this ground.")
    TOO_MANY_VIEWS = "too_many_views", _("Twelve views is the most. Take one away first.")
    FORGOTTEN = "forgotten", _("Nobody reports this any more; its address is erased.")
    NOT_A_HOST = "not_a_host", _("This is not a name or address of a server.")
    SAME_HOST = "same_host", _("This is the host itself. Enter the server behind it.")
    TOO_MANY_ORIGINS = "too_many_origins", _("Take one of these servers off first.")
    NOBODY_TELLS = (
        "nobody_tells",
        _("No network stands in front of it that tells us what is behind. Look the host up first."),
    )
    NOT_TOLD = "not_told", _("Cloudflare named no server behind it.")
    NOT_FOUND_HERE = "not_found_here", _("This contact was found for another host.")
    HOST_CHANGED = (
        "host_changed",
        _("Somebody else is named now. Decide first whom to ask."),
    )
    NO_SUCH_NOTICE = "no_such_notice", _("There is no notice with this reference that was sent.")
    STALE_DRAFT = (
        "stale_draft",
        _("The recipient's entry has changed since this notice was made. Make it again."),
    )
    TAKEN_ON = (
        "taken_on",
        _("A colleague fills in this form. Take it back first, to do it yourself."),
    )
    DRY_RUN = "dry_run", _("This site is on a dry run: nothing leaves it.")


class RefusedError(Exception):
    """An action that is not allowed as things stand. ``missing`` says what a notice lacks."""

    def __init__(self, refusal: Refusal, missing: Sequence[Missing] = ()) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.missing = list(missing)

    @property
    def reasons(self) -> list[str]:
        """Why not, in words: what a notice lacks, or else the refusal itself."""
        return [str(each.label) for each in self.missing] or [str(self.refusal.label)]


class NotToldError(RefusedError):
    """The network in front of a host named no server behind it; ``why`` is what came instead."""

    def __init__(self, why: Reason) -> None:
        super().__init__(Refusal.NOT_TOLD)
        self.why = why

    @property
    def reasons(self) -> list[str]:
        """That nothing was named, and what came instead."""
        return [f"{self.refusal.label} {self.why.label}"]


@dataclass(frozen=True)
class LeftOut:
    """A location that is not part of what is done with several, and why not."""

    location: Location
    why: list[str]


class IncompleteError(RefusedError):
    """A notice that would leave without something it needs."""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__(Refusal.NOT_NOW, missing)
