"""What the script of the visitor's chat says."""

from typing import Any

from django.utils.translation import gettext as _

from chat import lines
from chat.protocol import BEAT_SECONDS, VERSION


def words(emergency: str) -> dict[str, Any]:
    """Everything the page's script says, in the page's language, with whom to call in danger."""
    return {
        "version": VERSION,
        "beat": BEAT_SECONDS,
        "lines": lines.for_visitor(emergency),
        "problems": lines.problems_of_visitor(),
        "you": _("You"),
        "them": _("Counsellor"),
        "card_why": _("Your counsellor chose this page for you:"),
        "card_tab": _("(opens in a new tab)"),
        "queued": _("Waiting to be sent"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Throw away"),
        "typing": _("%(name)s is typing…"),
        "position_one": _("You are first in line. A counsellor will come to you."),
        "position_many": _("You are number %(position)s in line. You keep your place."),
        "waiting": _("You can already write. What you write is there when a counsellor comes."),
        "with": _("You are talking to %(name)s."),
        "with_somebody": _("You are talking to a counsellor."),
        "ended": _("The chat has ended."),
        "stale": _("Not up to date since %(time)s. We keep trying to connect."),
        "later": _(
            "Messages cannot be saved since %(time)s. What you write is kept in this tab and goes"
            " by itself."
        ),
        "slower": _("Your connection is a little slower. Everything arrives."),
        "connecting": _("Connecting…"),
        "reload": _(
            "We have just renewed this site. Reload the page to go on; what you typed stays."
        ),
        "reload_now": _("Reload now"),
        "over": _("This chat is over."),
        "picture_title": _("This picture was not sent"),
        "picture": _(
            "Please never send the images themselves: it could harm you, and looking at them may be"
            " against the law, also for us. A link or a description is enough. Do you want them"
            " removed? Then paste the links here, or use the report form."
        ),
        "close": _("Close"),
        "code_title": _("Your return code"),
        "code_text": _(
            "Write it down or copy it now. It is shown only here and only once, and nobody else has"
            " it. With it you can see on the status page what happens with the links."
        ),
        "copy": _("Copy the code"),
        "copied": _("Copied"),
        "code_done": _("I have it"),
        "back_title": _("Your code to come back"),
        "back_text": _(
            "Write it down or copy it now. It is shown only here and only once, and nobody else has"
            " it. It works once, for as long as we keep the chat. Who finds it can come into your"
            " chat: keep it where only you look."
        ),
        "back_again": _("Give me another code"),
    }
