"""A report by phone, filled in by a counsellor with somebody on the line.

The pages and rules are the visitor's own (``way_in``), in the frame of the console; what differs
stands in templates/report/phone/. The counsellor gets a word to read aloud, and never a code.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from helpline.services.queries import default_service
from helpline.staff.decorators import StaffRequest, staff_view
from intake.report import phone_words
from intake.report.actions import fill_in_report
from intake.report.answers import Answers
from intake.report.facts import lead_facts, link_facts, submission_of
from intake.report.permissions import PHONE_ROLES, check_can_fill_in
from intake.report.views.requests import text_only
from intake.report.views.way_in import about_of, walk


@require_http_methods(["GET", "HEAD", "POST"])
@staff_view(*PHONE_ROLES)
@text_only
def by_phone(request: StaffRequest) -> HttpResponse:
    """Every page of a report, for a counsellor who asks the questions aloud."""
    by, service = request.user, default_service()
    check_can_fill_in(by, service)

    def keep(request: HttpRequest, answers: Answers) -> HttpResponse:
        filled_in = fill_in_report(
            service=service,
            links=link_facts(answers),
            leads=lead_facts(answers),
            about=about_of(answers),
            by=by,
            submission_key=submission_of(answers),
        )
        context = {"filled_in": filled_in, "tries": phone_words.TRIES}
        return render(request, "report/phone/filled_in.html", context)

    return walk(request, keep=keep)
