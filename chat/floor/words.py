"""Everything the script of the floor says, in the page's language."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat.floor.actions import MOST_AT_ONCE
from chat.protocol import BEAT_SECONDS, VERSION
from chat.states import Presence, Topic, Urgency


def words() -> dict[str, Any]:
    """The same words as in the templates: a row looks alike, whoever drew it."""
    return {
        "version": VERSION,
        "beat": BEAT_SECONDS,
        "most": MOST_AT_ONCE,
        "console": reverse("chat_console:home"),
        "languages": {
            code: get_language_info(code)["name_translated"] for code, _name in settings.LANGUAGES
        },
        "nameless": _("Visitor without a name"),
        "minutes": _("%(count)s min"),
        "now": _("just now"),
        "danger": _("Danger"),
        "alarm": _("Danger: %(name)s, with %(owner)s"),
        "alarm_nobody": _("Danger: %(name)s, nobody is with them"),
        "seen": _("Seen"),
        "acknowledge": _("I have seen it"),
        "debrief": _("I talk with them"),
        "with": _("with %(name)s"),
        "nobody_with": _("nobody is with them"),
        "left": _("left in a hurry"),
        "load": _("%(load)s of %(capacity)s"),
        "less": _("One chat fewer at once for %(name)s"),
        "more": _("One chat more at once for %(name)s"),
        "waiting": _("Waiting"),
        "longest": _("Longest wait"),
        "talking": _("In conversation"),
        "unanswered": _("Without an answer"),
        "on_duty": _("On duty"),
        "returned": _("Back in the queue"),
        "topics": {value: str(label) for value, label in Topic.choices},
        "urgencies": {value: str(label) for value, label in Urgency.choices},
        "presences": {value: str(label) for value, label in Presence.choices},
        "room": _("Room for"),
        "unseen": _("Alarms not seen"),
        "stale": _("Not up to date since %(time)s. Trying to connect…"),
        "later": _("Not up to date since %(time)s. Trying to connect…"),
        "slower": _("Up to date, over a slower connection"),
        "connecting": _("Connecting…"),
        "online": _("Up to date"),
        "signed_out": _("You are signed out here. Sign in again; your chats stay yours."),
        "sign_in": _("You are signed out. Sign in again to go on."),
        "over": _("This floor is not open to you any more."),
        "reload": _("The site was renewed. Reload the page."),
        "reload_now": _("Reload now"),
    }
