"""A site that sends mail about news, to a mail server of the tests."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from helpline.privacy import throttle
from helpline.staff.models import User
from intake.recipients.models import Recipient
from tests.intake.removal.factories import person, recipient
from tests.standins.smtp import MailServer, mail_server


@pytest.fixture(autouse=True)
def names(settings: Settings) -> None:
    throttle._limiter.cache_clear()
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_BASE_URL = "https://helpline.test"
    settings.HELPLINE_NEWS_ADDRESS = "post@berichten.example"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.5


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


@pytest.fixture
def caseworker() -> User:
    return person()


@pytest.fixture
def platform() -> Recipient:
    return recipient(suffix="example.org")
