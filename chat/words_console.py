"""What the script of the console says."""

from typing import Any

from django.utils.translation import gettext as _

from chat import lines, words_handover
from chat.answers import AgeBand
from chat.protocol import BEAT_SECONDS, VERSION
from chat.states import Presence, Topic, Urgency


def words() -> dict[str, Any]:
    """Everything the page's script says, in the page's language."""
    return {
        "version": VERSION,
        "beat": BEAT_SECONDS,
        "lines": lines.for_staff(),
        "problems": lines.problems_of_staff(),
        "you": _("You"),
        "them": _("Visitor"),
        "nameless": _("Visitor without a name"),
        "card_why": _("You shared this page:"),
        "card_tab": _("(opens in a new tab)"),
        "queued": _("Waiting to be sent"),
        "sent": _("Sent"),
        "read": _("Read"),
        "failed": _("Not sent"),
        "retry": _("Try again"),
        "discard": _("Throw away"),
        "typing": _("%(name)s is typing…"),
        "here": _("Page open since %(time)s"),
        "away": _("Page gone since %(time)s"),
        "minutes": _("%(count)s min"),
        "now": _("just now"),
        "danger": _("Danger"),
        "paused": _("Left in a hurry"),
        "active": _("In conversation"),
        "waiting": _("Waiting"),
        "ended": _("Ended"),
        "unread": _("%(count)s new"),
        "claim": _("Take"),
        "peek": _("Read along"),
        "nobody_waits": _("Nobody is waiting."),
        "no_chats": _("You have no chats now."),
        "waiting_count": _("Waiting: %(count)s"),
        "more_wait": _("And %(count)s more after these."),
        "mine_count": _("Your chats: %(count)s of %(capacity)s"),
        "stale": _("Not up to date since %(time)s. Trying to connect…"),
        "later": _(
            "Messages cannot be saved since %(time)s. What you write is kept in this tab and goes"
            " by itself."
        ),
        "slower": _("Up to date, over a slower connection"),
        "not_now": _("There is no connection just now. Try again in a moment."),
        "undone": _("That was not done, because it could not be saved. Do it again in a moment."),
        "unsure": _(
            "The connection was lost just then. See whether it was done, and do it again if not."
        ),
        "shut": _(
            "This conversation is not open to you any more. The visitor may have had it deleted."
        ),
        "connecting": _("Connecting…"),
        "online": _("Up to date"),
        "signed_out": _("You are signed out here. Sign in again; your chats stay yours."),
        "reload": _("The site was renewed. Reload the page; what you typed stays."),
        "reload_now": _("Reload now"),
        "alarm": _("Danger: %(name)s, with %(owner)s"),
        "alarm_nobody": _("Danger: %(name)s, nobody is with them"),
        "acknowledge": _("I have seen it"),
        "open": _("Open"),
        "seen_by": _("Seen"),
        "reading": _("You are reading along. Only %(owner)s can write."),
        "peeking": _("You are reading along. Take the chat to answer."),
        "paused_warning": _(
            "This visitor left in a hurry: somebody may be looking at their screen. Do not write"
            " until they are back. They can come back until %(time)s."
        ),
        "ended_notice": _("This conversation has ended."),
        "no_links": _("No links named so far."),
        "ask_report": _("Ask the visitor: shall we report these?"),
        "asked": _("Asked. The answer comes in the chat."),
        "new_message": _("New message from %(name)s"),
        "new_visitor": _("Somebody is waiting"),
        "picture_title": _("Pictures cannot be sent here"),
        "picture": _(
            "This chat never takes a picture or video, from nobody. Describe it in words, or give"
            " the address of a page."
        ),
        "close": _("Close"),
        "topics": {topic.value: str(topic.label) for topic in Topic},
        "ages": {age.value: str(age.label) for age in AgeBand},
        "urgency": {
            Urgency.SOON.value: str(Urgency.SOON.label),
            Urgency.URGENT.value: str(Urgency.URGENT.label),
        },
        "returned": _("Back in line"),
        "missed": _(
            "You are off duty now. If you were gone for a while, your visitors stand at the front"
            " of the queue."
        ),
        "presence": {
            Presence.PAUSED.value: _("On a break since %(time)s"),
            Presence.OFF.value: _("Off duty since %(time)s"),
        },
        "language": {"nl": _("Dutch"), "en": _("English")},
        "confirm_end": _("End this conversation for good?"),
        "open_first": _("Open a conversation first."),
        "nothing_new": _("Nothing new in your other chats."),
        "alarm_waits": _(
            "The alarm is not raised yet. It goes by itself. Call a supervisor if you can."
        ),
        "alarm_unseen": _("The supervisor was alarmed, and has not seen it yet."),
        "alarm_unheard": _(
            "No supervisor is on duty: nobody sees this alarm now. Ask a colleague to look along, and"
            " follow the steps below."
        ),
        "alarm_seen": _("The supervisor has seen it."),
        "asked_for": _("Waits for an answer: %(time)s"),
        "quiet_for": _("Quiet for %(count)s min"),
        "draft": _("Draft"),
        "urgent": {
            "alarm": _("Danger: an alarm not seen yet"),
            "waiting": _("Somebody has been waiting for a long time"),
            "asked": _("Your visitor waits long for an answer"),
        },
        # What a notification says, which others near the screen may read.
        "notify_title": _("Console"),
        "notify": _("There is something new."),
        "notify_refused": _(
            "Your browser does not allow notices. You can change that in its settings."
        ),
        "handover": words_handover.words(),
        "keys": _keys(),
        "after": _after(),
        "notes": _notes(),
        "replies": _replies(),
    }


def _replies() -> dict[str, str]:
    """What stands around prepared replies and the pages to share."""
    return {
        "reply": _("Reply"),
        "page": _("Page"),
        "found": _("Found: %(count)s"),
        "none": _("Nothing found. Try another word."),
        "away": _("The replies cannot be fetched just now."),
        "share": _("Share this page with the visitor? %(title)s"),
        "sharing": _("Being shared…"),
        "blank": _("Fill in %(blank)s first. Enter again sends it as it is."),
    }


def _notes() -> dict[str, str]:
    """What stands around what colleagues write to each other."""
    return {
        "note": _("Note for colleagues"),
        "keep": _("Keep this note"),
        "saving": _("Being kept…"),
        "kept": _("Kept."),
        "unsent": _("Not kept yet: there is no connection. It goes by itself."),
        "tag": _("Whisper"),
        "whisper": _("Whisper it"),
        "whisper_to": _("Whisper to %(name)s"),
        "whispered": _("Whisper of %(name)s"),
        "my_whisper": _("Your whisper"),
        "seen": _("read %(time)s"),
        "news": _("A whisper for you, about %(name)s"),
    }


def _keys() -> dict[str, str]:
    """What each key does."""
    return {
        "list": _("Show these keys (outside a text box)"),
        "list_anywhere": _("Show these keys"),
        "next": _("Next chat of yours"),
        "previous": _("Previous chat of yours"),
        "next_new": _("Next chat with something new"),
        "take": _("Take the chat you read along with, or else who is first in line"),
        "waiting": _("To who is waiting"),
        "message": _("To the message box"),
        "replies": _("Prepared replies and pages (also / at the beginning of a word)"),
        "log": _("To the messages (arrows scroll)"),
        "side": _("To what stands beside the chat"),
        "note": _("To the note for colleagues"),
        "whisper": _("Say that you have read a whisper"),
        "end": _("End the chat (asks first)"),
        "danger": _("Danger: alarm the supervisor, and show what to do"),
        "presence": _("Have a break, or go on duty again"),
        "minor": _("What to do with a link or picture of a possible minor"),
    }


def _after() -> dict[str, str]:
    """What comes after a chat."""
    return {
        "breath": _("Take a breath. The next chat can come in %(time)s."),
        "heavy": _(
            "You had heavy chats, one after another. Rest until %(time)s, or talk to a supervisor"
            " first."
        ),
        "write": _("Write down: %(name)s"),
        "written": _("Written down. Thank you."),
        "nothing_to_write": _("Everything is written down."),
        "debrief_asked": _("A supervisor knows that you need to talk."),
        "comes": _("%(name)s comes to talk to you."),
        "asks": _("%(name)s needs to talk."),
        "take": _("I go to them"),
        "key_write": _("Write down a chat that has ended"),
        "key_debrief": _("Tell a supervisor that you need to talk"),
    }
