"""Links that are added to a report made before, at the end of the same pages."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake.report.actions import MAX_LINKS, Added, TooManyLinks, add_links
from intake.report.answers import Answers
from intake.report.facts import lead_facts, link_facts
from intake.report.models import Report
from intake.report.views.status import Opened, show
from intake.report.views.way_back import no_such_report, opened_by_code


def add_to_report(request: HttpRequest, answers: Answers) -> HttpResponse:
    """Put the links in the report that the code opens, and show it."""
    opened = opened_by_code(request, answers.code)
    if not isinstance(opened, Opened):
        return opened
    try:
        added = add_links(
            report=opened.report, links=link_facts(answers), leads=lead_facts(answers)
        )
    except TooManyLinks:
        return show(
            opened,
            _(
                "Nothing was added: one report holds %(most)d links. Make a new report for the "
                "others."
            )
            % {"most": MAX_LINKS},
        )
    except Report.DoesNotExist:
        return no_such_report(request)
    return show(opened, _said(added))


def _said(added: Added) -> str:
    if not added.new and added.told:
        return _("What you told is added to your report. Your code stays the same.")
    if not added.new:
        return _("These links stood in your report already.")
    return ngettext(
        "%(count)d link is added to your report. Your code stays the same.",
        "%(count)d links are added to your report. Your code stays the same.",
        added.new,
    ) % {"count": added.new}
