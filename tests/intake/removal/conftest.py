"""People, a recipient and a mail server for the tests of removal."""

from collections.abc import Iterator

import pytest
from django.utils import timezone, translation
from pytest_django import Settings

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.models import GroundRoute, Location, Notice, RemovalRequest
from tests.intake.removal import factories
from tests.standins.smtp import MailServer, mail_server


@pytest.fixture
def caseworker() -> User:
    return factories.person()


@pytest.fixture
def platform() -> Recipient:
    return factories.recipient(suffix="example.org")


@pytest.fixture
def pair() -> GroundRoute:
    return GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")


@pytest.fixture
def location() -> Location:
    return Location.objects.get(pk=factories.register().location_id)


@pytest.fixture
def ready(
    location: Location, platform: Recipient, pair: GroundRoute, caseworker: User
) -> RemovalRequest:
    request = actions.propose(location, platform, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    return request


@pytest.fixture
def queued(ready: RemovalRequest, caseworker: User) -> Notice:
    notice = actions.draft_notice([ready], by=caseworker)
    actions.send_notice(notice, by=caseworker)
    assert notice.next_action_at is not None
    assert notice.next_action_at <= timezone.now()
    return notice


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Tests read the texts as they stand in the code."""
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def names(settings: Settings) -> None:
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_BASE_URL = "https://helpline.test"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 0.5


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server
