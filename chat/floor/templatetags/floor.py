"""How the floor shows moments and languages."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat.floor.queries import Chat
from chat.states import Presence, Topic, Urgency

register = template.Library()


@register.simple_tag
def since(moment: datetime | None, long: tuple[int, int] | None = None) -> SafeString:
    """For how long something is so, in whole minutes; the page's script keeps counting. ``long``:
    it is a wait, and stands out from so many seconds on.
    """
    if moment is None:
        return SafeString("–")
    passed = int((timezone.now() - moment).total_seconds() // 60)
    text = _("%(count)s min") % {"count": passed} if passed >= 1 else _("just now")
    if long is None:
        return format_html('<time datetime="{}" data-since>{}</time>', moment.isoformat(), text)
    name = ("", "govuk-tag govuk-tag--yellow", "govuk-tag govuk-tag--red")[level(moment, long)]
    return format_html(
        '<time class="{}" datetime="{}" data-since="{} {}">{}</time>',
        name,
        moment.isoformat(),
        *long,
        text,
    )


def level(since: datetime, long: tuple[int, int]) -> int:
    """How long a wait is: 0, 1 for long, 2 for very long. As in static/chat/attention.js."""
    seconds = (timezone.now() - since).total_seconds()
    return sum(seconds >= limit for limit in long)


@register.filter
def mark(chat: Chat | None) -> str:
    """How a fact about a wait stands out."""
    return ("", "look", "alarm")[level(chat.since, chat.long)] if chat else ""


@register.filter
def in_minutes(minutes: float | None) -> str:
    """A length of time in whole minutes; a dash for none."""
    if minutes is None:
        return "–"
    return _("%(count)s min") % {"count": round(minutes)} if minutes >= 1 else _("< 1 min")


@register.filter
def topic_name(value: str) -> str:
    """What a chat is about, in the reader's words."""
    return str(dict(Topic.choices).get(value, ""))


@register.filter
def urgency_name(value: str) -> str:
    """How soon somebody needs an answer; nothing when there is no hurry."""
    return "" if value == Urgency.NORMAL else str(dict(Urgency.choices).get(value, ""))


@register.filter
def presence_name(value: str) -> str:
    """Whether somebody takes visitors now, in the reader's words."""
    return str(dict(Presence.choices).get(value, value))


@register.filter
def language_name(code: str) -> str:
    """A language in the reader's words."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code
