"""The holder of a code writes to us, or answers what we asked about a link."""

from django.http import HttpResponse
from django.utils.translation import gettext as _

from intake.report.talk.views.status import Taken, take
from intake.report.views.status.opened import Opened, show


def write(opened: Opened) -> HttpResponse:
    return _shown(opened, take(opened.request, opened.report))


def answer(opened: Opened) -> HttpResponse:
    return _shown(opened, take(opened.request, opened.report, question=opened.about))


def _shown(opened: Opened, taken: Taken) -> HttpResponse:
    said = ""
    if taken.kept and taken.has_address:
        said = _(
            "We have your message. There is a link in it, and in a message we cannot see it: "
            "press “Add links” and give it there, so that we deal with it carefully."
        )
    elif taken.kept:
        said = _("We have your message. You find our answer here.")
    return show(opened, said, taken)
