"""What the program itself says in a chat: lines in the transcript, and why something did not work.

Both are stored and sent as codes, and get their words in the reader's own language.
"""

from enum import StrEnum

from django.utils.translation import gettext as _

from chat.errors import ChatError, Code


class Line(StrEnum):
    """What the system says in a conversation."""

    JOINED = "joined"
    GIVEN_BACK = "given_back"
    HANDED_OVER = "handed_over"
    VANISHED = "vanished"
    LEFT = "left"
    BACK = "back"
    DANGER = "danger"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED_BY_VISITOR = "ended_by_visitor"
    ENDED_BY_COUNSELLOR = "ended_by_counsellor"
    ENDED_BY_TIME = "ended_by_time"
    STILL_THERE = "still_there"
    ENDED_BY_SILENCE = "ended_by_silence"
    ENDED_FOR_ABUSE = "ended_for_abuse"
    CAME_BACK = "came_back"


def place_in_line(position: int) -> str:
    """What is said to somebody who waits."""
    if position == 1:
        return _("You are first in line. A counsellor will come to you.")
    return _("You are number %(position)s in line. You keep your place.") % {"position": position}


def for_visitor(emergency: str) -> dict[str, str]:
    """The lines as the visitor reads them, with whom to call when a life is in danger."""
    return {
        Line.JOINED: _("A counsellor is with you now."),
        Line.GIVEN_BACK: _(
            "Your counsellor had to stop. A colleague takes over; you are first in line."
        ),
        Line.HANDED_OVER: _(
            "Another colleague is with you now. They know what you told us: you need not begin"
            " again."
        ),
        Line.VANISHED: _(
            "We lost the connection with your counsellor. That is not because of you, and what you"
            " said is kept. You are first in line for a colleague."
        ),
        Line.LEFT: _("You left the site. The chat was paused."),
        Line.BACK: _("You are back."),
        Line.DANGER: _(
            "We are worried about you. We cannot see where you are. Help can only come to you if"
            " you tell us where you are, or if you call %(emergency)s yourself."
        )
        % {"emergency": emergency},
        Line.OFFERED: _("Your counsellor asks whether we may make a report of the links."),
        Line.ACCEPTED: _("A report of the links was made."),
        Line.DECLINED: _("You chose not to make a report. That is fine."),
        Line.ENDED_BY_VISITOR: _("You ended the chat."),
        Line.ENDED_BY_COUNSELLOR: _("The counsellor ended the chat."),
        Line.ENDED_BY_TIME: _("The chat was closed because it was quiet for a long time."),
        Line.STILL_THERE: _(
            "Are you still there? Take all the time you need. If you have to go, that is fine too:"
            " the chat closes by itself later, and you can ask for a code to come back with."
        ),
        Line.ENDED_BY_SILENCE: _(
            "It has been quiet for a while, so we closed the chat. You did nothing wrong. You can"
            " come back whenever you want."
        ),
        Line.ENDED_FOR_ABUSE: _(
            "The counsellor ended the chat, because it was not used for what it is for. Do you need"
            " help? The numbers on this page answer day and night."
        ),
        Line.CAME_BACK: _("You are back. Your counsellor can read what was said before."),
    }


def for_staff() -> dict[str, str]:
    """The lines as counsellors read them."""
    return {
        Line.JOINED: _("A counsellor joined."),
        Line.GIVEN_BACK: _("The counsellor gave the chat back to the queue."),
        Line.HANDED_OVER: _("Another colleague has this chat now."),
        Line.VANISHED: _(
            "The counsellor’s connection was lost. The chat went back to the front of the queue."
        ),
        Line.LEFT: _("The visitor left in a hurry. Do not write until they are back."),
        Line.BACK: _("The visitor is back."),
        Line.DANGER: _(
            "Danger was raised. The visitor was told that we cannot see where they are, and whom to"
            " call."
        ),
        Line.OFFERED: _("The visitor was asked whether we may make a report."),
        Line.ACCEPTED: _("The visitor agreed. A report was made; only they have the return code."),
        Line.DECLINED: _("The visitor does not want a report now."),
        Line.ENDED_BY_VISITOR: _("The visitor ended the chat."),
        Line.ENDED_BY_COUNSELLOR: _("The counsellor ended the chat."),
        Line.ENDED_BY_TIME: _("Closed by itself after a long silence."),
        Line.STILL_THERE: _("The visitor was asked whether they are still there."),
        Line.ENDED_BY_SILENCE: _("Closed by itself: the visitor did not answer any more."),
        Line.ENDED_FOR_ABUSE: _("Ended for abuse. Their way back into this chat is closed."),
        Line.CAME_BACK: _("The visitor came back with their code."),
    }


def problems_of_visitor() -> dict[str, str]:
    """Why something a visitor did could not be done, and what to do now."""
    return {
        Code.MALFORMED: _("Something went wrong on our side. Try again."),
        Code.VERSION: _("We have just renewed this site. Reload the page to go on."),
        Code.TOO_BIG: _("This is too long for one message. Cut it in two and send both."),
        Code.TOO_LONG: _("This is too long for one message. Cut it in two and send both."),
        Code.EMPTY: _("Type something first."),
        Code.SLOW: _("That went very fast. Wait a few seconds and send it again."),
        Code.LATER: _("We cannot save this just now. It goes again by itself."),
        Code.UNKNOWN: _("This chat is over. You can start a new one."),
        Code.ENDED: _("The chat has ended. You can start a new one."),
        Code.PAUSED: _("The chat is paused. Press “Go on” first."),
        Code.ANSWERED: _("This question was answered before."),
    }


def problems_of_staff() -> dict[str, str]:
    """Why something a counsellor did could not be done."""
    return {
        Code.MALFORMED: _("Something went wrong. Reload the page."),
        Code.VERSION: _("The site was renewed. Reload the page; what you typed stays."),
        Code.TOO_BIG: _("Too long for one message. Cut it in two."),
        Code.TOO_LONG: _("Too long for one message. Cut it in two."),
        Code.EMPTY: _("Nothing to send."),
        Code.SLOW: _("Very many messages at once. Wait a few seconds."),
        Code.LATER: _("This cannot be saved just now. It is sent again by itself."),
        Code.UNKNOWN: _("This conversation is not open to you."),
        Code.SIGN_IN: _("You are signed out. Sign in again to go on."),
        Code.FORBIDDEN: _("Your role does not allow this."),
        Code.ENDED: _("This conversation has ended."),
        Code.PAUSED: _("The visitor left in a hurry. Do not write until they are back."),
        Code.NOT_YOURS: _("Only the counsellor of this conversation may do that."),
        Code.TAKEN: _("A colleague was first: %(who)s."),
        Code.GONE: _("This page is not published any more. Choose another one."),
        Code.FULL: _("You have as many chats as you can hold. End one first."),
        Code.THEY_ARE_FULL: _("%(who)s has as many chats as they can hold. Ask somebody else."),
        Code.THEY_ARE_OFF: _("%(who)s is not on duty now. Ask somebody else."),
        Code.OFF_DUTY: _("You are not on duty. Go on duty to take a chat."),
        Code.ANSWERED: _("This was answered before."),
        Code.RESTING: _("You just finished a chat. Take a breath, or say that you are ready."),
        Code.HEAVY: _(
            "These were heavy chats, one after another. Take a longer break, or talk to a"
            " supervisor first."
        ),
    }


def said_to_staff(error: ChatError) -> str:
    """Why something could not be done, as one sentence."""
    return problems_of_staff()[error.code].replace("%(who)s", error.who)
