"""What visitors are told in plain words: what helps first, and why an address cannot be used."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from helpline.services.help_lines import HelpLines
from intake.removal.canonical import Reason
from intake.report.states import Situation

REASONS: dict[Reason, Promise] = {
    Reason.EMPTY: _("There is nothing here yet."),
    Reason.TOO_LONG: _("This link is too long to be a working web address."),
    Reason.NOT_WEB: _(
        "This opens an app or something on your own device, not a page on the web. In the app, "
        "look for “share” or “copy link” and paste what you get."
    ),
    Reason.UNREADABLE: _("We cannot read this as a web address. Is a part missing?"),
    Reason.INCOMPLETE: _("A part of the name of the site is missing, such as .com or .nl."),
    Reason.PRIVATE: _(
        "This address only works inside a home, school or company, so nobody outside can open it "
        "and we cannot ask anyone to remove it. Talk to us in the chat about what you can do."
    ),
}

# What helps first, said before the links are asked for.
HELPS_FIRST: dict[str, Promise] = {
    Situation.SPREAD: _(
        "That is not allowed, and it is not your fault. You do not have to answer whoever did it."
    ),
    Situation.THREATENED: _(
        "Do not pay and send nothing more, also when you paid before. Stop answering, but keep the "
        "messages. Is it happening now? You can get help: call %(emergency)s if you are in danger, "
        "else %(police)s."
    ),
    Situation.FILMED: _(
        "That is a crime, also when it was somebody you trusted. It is not your fault."
    ),
    Situation.MADE: _(
        "Fake images hurt as much as real ones, and spreading them is not allowed either."
    ),
    Situation.PROFILE: _(
        "Report the link of the profile itself, and also of images in it. Ask friends to report "
        "the profile in the app."
    ),
    Situation.HACKED: _(
        "Choose a new password first, and sign out everywhere. Begin with your mail: who has that "
        "can get into the rest."
    ),
}


def helps_first(situation: str, lines: HelpLines) -> str:
    """What helps first in a situation, with whom to call; nothing when there is nothing to say."""
    said = HELPS_FIRST.get(situation)
    return str(said) % {"emergency": lines.emergency, "police": lines.police} if said else ""
