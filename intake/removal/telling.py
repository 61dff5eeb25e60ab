"""What a reporter is told about their link, in words that a thirteen-year-old understands."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.removal.models import GroundRoute


def step_words(key: str, name: str) -> str:
    """One thing that happened."""
    words = {
        "asked": _("We asked %(name)s to remove it."),
        "uncertain": _("We wrote to %(name)s. We are finding out whether it arrived."),
        "not_delivered": _("Our message to %(name)s came back. We look for another way."),
        "no_reply": _("%(name)s has not answered in time. We decide on the next step."),
        "they_say_gone": _("%(name)s says it is gone. We are checking."),
        "they_wrote": _("%(name)s wrote back. A colleague reads it."),
        "promised": _("%(name)s says that they will remove it. We check whether they do."),
        "need_more": _("%(name)s asks for more information. We are on it."),
        "not_theirs": _("%(name)s says it is not on their service. We look further."),
        "refused": _("%(name)s does not want to remove it. We decide on the next step."),
        "gone": _("Checked: it is gone."),
        "still_there": _("Checked: it is still there. We decide on the next step."),
        "stopped": _("We stopped asking %(name)s."),
        "careful": _("To be careful, only the hotline for images of children deals with this now."),
        "handed_over": _("We handed it to %(name)s. They deal with images of people under 18."),
        "hotline_uncertain": _("We wrote to %(name)s. We are finding out whether it arrived."),
        "hotline_says_gone": _("%(name)s says it is gone."),
        "hotline_promised": _("%(name)s is working on it."),
        "hotline_need_more": _("%(name)s has a question. We answer it."),
        "hotline_not_theirs": _(
            "%(name)s says that others must deal with it. We look for who can."
        ),
        "hotline_refused": _("%(name)s looked at it and cannot have it removed."),
        "said_still_there": _("You told us that it is still there."),
        "said_gone": _("You told us that it is gone."),
        "said_back": _("You told us that it is there again."),
        "read": _("A colleague read what you told us."),
    }
    return words[key] % {"name": name}


def now_words(state: str) -> str:
    """How it is now, in a sentence."""
    return {
        "received": _("We have it. A colleague looks at it."),
        "with_hotline": _("The hotline deals with this. Nobody else is asked."),
        "hotline_cannot": _("The hotline cannot have this removed."),
        "asked": _("We asked to have it removed and wait for an answer."),
        "they_say_gone": _("They say it is gone."),
        "promised": _("They say that they will remove it. We check whether they do."),
        "need_more": _("It is not gone yet. They need more information from us."),
        "gone": _("Checked: it is gone."),
        "still_there": _("It is still there. We go on."),
        "trouble": _("It is not gone yet. We decide on the next step."),
        "told_there": _("You told us that it is there. A colleague looks at it."),
        "told_gone": _("You told us that it is gone."),
        "waiting": _("We wait, as you chose. Nobody is asked."),
        "stopped": _("We are not doing anything about this now."),
    }[state]


def next_words(state: str, *, by_hotline: bool, until: datetime | None) -> str:
    """What happens next, and what the reporter need not do."""
    if state == "asked" and until is not None:
        return _(
            "If we hear nothing by %(date)s, we ask again or go to somebody else. You do not have to "
            "do anything."
        ) % {"date": _day(until)}
    if state == "they_say_gone" and by_hotline:
        return _("You do not have to look yourself. If you see it again, tell us here.")
    return {
        "received": _("A colleague chooses whom to ask. As soon as something happens, it is here."),
        "with_hotline": _(
            "The people of the hotline look at it and ask the website to take it away. That can "
            "take some days. You do not have to do anything."
        ),
        "hotline_cannot": _(
            "That does not mean that it is all right, and it is not your fault. Talk to us in the "
            "chat about what else can be done."
        ),
        "asked": _("We wait for an answer. You do not have to do anything."),
        "they_say_gone": _(
            "That is their word. We find out whether it is so. You do not have to look yourself; if "
            "you saw it, tell us here."
        ),
        "promised": _(
            "If they do not, we ask again or go to somebody else. You do not have to do anything."
        ),
        "need_more": _(
            "We see what they need, and ask again. If we need something from you for that, we ask "
            "you on this page."
        ),
        "gone": _("You do not have to do anything. If you see it again, tell us here."),
        "still_there": _("We look for somebody else who can take it away, and ask them."),
        "trouble": _("We look for somebody else who can take it away, and ask them."),
        "told_there": _("We do not open the page ourselves. We look for whom we can ask now."),
        "told_gone": _("A colleague looks whether we are done. If it is there after all, tell us."),
        "waiting": _("We begin when you say so. You may also leave it like this."),
        "stopped": _("Nobody is asked for you. If you change your mind, ask us again here."),
    }[state]


def clock_words(pair: GroundRoute | None, until: datetime) -> str:
    """What time the law gives a recipient that was asked, and what we make of it."""
    day = {"date": _day(until)}
    if pair is not None and pair.clock_is_law:
        given = {"time": duration(pair.clock_hours), **day}
        return _("They have %(time)s for this, by law or by a code: until %(date)s.") % given
    if pair is not None and pair.route.key in ("dsa_16", "dsa_22"):
        return (
            _(
                "European law says that they must decide soon, but names no number of days. We "
                "look at it again on %(date)s."
            )
            % day
        )
    return _("The law names no number of days. We look at it again on %(date)s.") % day


def duration(hours: int) -> str:
    """A time that the law or a recipient gives, in words."""
    if hours % 24 or hours < 72:
        return ngettext("%(count)d hour", "%(count)d hours", hours) % {"count": hours}
    days = hours // 24
    if days in (30, 31):
        return _("one month")
    return ngettext("%(count)d day", "%(count)d days", days) % {"count": days}


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "j F")
