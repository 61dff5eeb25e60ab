"""The holder of a code tells whether a link is still there."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from intake.removal.models import Seen
from intake.report.actions import say_seen
from intake.report.views.status.opened import Opened, show


def say(opened: Opened) -> HttpResponse:
    """Still there, gone, or there again: kept as their word, for a colleague to read."""
    seen = opened.about.partition(":")[0]
    position = opened.position
    if seen not in Seen.values or position is None:
        return show(opened)
    is_new = say_seen(report=opened.report, position=position, seen=Seen(seen))
    number = {"number": position + 1}
    if is_new:
        return show(opened, _("Thank you for telling us about link %(number)d.") % number)
    return show(opened, _("Thank you. We knew that already about link %(number)d.") % number)
