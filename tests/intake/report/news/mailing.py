"""Reports whose reporters asked for mail, and what comes in."""

import email
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default

from django.test import Client
from django.utils import timezone

from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.models import GroundRoute, Location, RemovalRequest
from intake.removal.states import RequestStatus
from intake.removal.workflow import advance
from intake.report.actions import (
    LinkFacts,
    ReportFacts,
    Submitted,
    ask_for_news,
    submit_report,
)
from intake.report.models import Report
from tests.intake.removal.factories import ADULT
from tests.intake.report.walk import Page, posted

KIM = "kim@mail.example"


DAY = timedelta(days=1)


def submit(
    url: str = "https://example.org/p/81", facts: removal.StatementFacts = ADULT
) -> Submitted:
    return submit_report(
        service=default_service(), links=[LinkFacts(url, facts)], about=ReportFacts()
    )


def tell(sent: Submitted, address: str = KIM, language: str = "nl") -> Report:
    ask_for_news(report=sent.report, address=address, language=language)
    return sent.report


def news(report: Report, platform: Recipient, by: User) -> RemovalRequest:
    """Something that the status page shows: a colleague asked the platform."""
    location = Location.objects.get(statements__reported_link__report=report)
    request = removal.propose(location, platform, by=by)
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    removal.choose(request, pair, by=by)
    advance(request, RequestStatus.QUEUED, by=by)
    advance(request, RequestStatus.SENT, by=by)
    return request


def later(days: float = 0, **more: float) -> datetime:
    return timezone.now() + timedelta(days=days, **more)


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def pressed(client: Client, sent: Submitted, language: str = "en", **fields: str) -> Page:
    given = {name: [value] for name, value in fields.items()}
    return Page(posted(client, f"/{language}/status/", {"code": [sent.code], **given}))
