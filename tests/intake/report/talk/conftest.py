"""A report with two links of an adult, somebody who works on it, and both their pages."""

import uuid
from collections.abc import Iterator

import pytest
from django.utils import translation

from helpline.privacy import throttle
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.report.actions import LinkFacts, ReportFacts, Submitted, submit_report
from intake.report.models import Report
from intake.report.talk import actions
from intake.report.talk.models import Message
from tests.intake.removal.factories import ADULT, person


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


@pytest.fixture
def sent() -> Submitted:
    return submit()


@pytest.fixture
def report(sent: Submitted) -> Report:
    return sent.report


@pytest.fixture
def caseworker() -> User:
    return person()


def submit(*urls: str, **changes: object) -> Submitted:
    """A report of these pages, or of two."""
    urls = urls or ("https://example.org/a", "https://example.org/b")
    return submit_report(
        service=default_service(),
        links=[LinkFacts(url, ADULT) for url in urls],
        about=ReportFacts(situation="spread", language="en"),
    )


def say(report: Report, text: str = "Is it gone?", **more: object) -> Message:
    return actions.say(report=report, text=text, client_id=uuid.uuid4(), **more)  # type: ignore[arg-type]  # passed on


def write(report: Report, by: User, text: str = "We asked them.", **more: object) -> Message:
    last = report.messages.last()
    values = {"upto": last.pk if last else 0, **more}
    return actions.write(report=report, text=text, client_id=uuid.uuid4(), by=by, **values)  # type: ignore[arg-type]  # passed on
