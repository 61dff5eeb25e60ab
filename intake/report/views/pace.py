"""What the pages of a report ask of its pace."""

from django.http import HttpRequest

from intake.report.answers import Answers
from intake.report.pace import holding
from intake.report.pace.holding import Hold, Sending
from intake.report.views.requests import rate_key

TRAP = "website"  # a field that people do not see


def hold_at_send(request: HttpRequest, answers: Answers) -> Hold | None:
    """Why a report is not taken yet, in which case its page is shown again."""
    return holding.at_send(_sending(request, answers))


def hold_ahead(request: HttpRequest, answers: Answers) -> Hold | None:
    """Under strain, the turn that a form gets before it is sent."""
    return holding.ahead(_sending(request, answers))


def _sending(request: HttpRequest, answers: Answers) -> Sending:
    sites = {
        link.address.registrable_domain or link.address.host
        for link in answers.links
        if link.address
    }
    return Sending(
        key=answers.key,
        turn=request.POST.get("turn", ""),
        door=rate_key(request),
        sites=sorted(sites),
        trapped=bool(request.POST.get(TRAP)),
        work=request.POST.get("work", ""),
    )
