"""How the floor shows moments and languages."""

from datetime import datetime

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from chat.states import Presence, Topic, Urgency

register = template.Library()


@register.simple_tag
def since(moment: datetime | None) -> SafeString:
    """For how long something is so, in whole minutes; the page's script keeps counting."""
    if moment is None:
        return SafeString("–")
    passed = int((timezone.now() - moment).total_seconds() // 60)
    text = _("%(count)s min") % {"count": passed} if passed >= 1 else _("just now")
    return format_html('<time datetime="{}" data-since>{}</time>', moment.isoformat(), text)


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
