"""Colleagues who look after accounts, a mail server, and clients that are signed in."""

import email
import re
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from email.policy import default

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import Settings

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import Membership, User
from tests.signed_in import session_of
from tests.standins.smtp import Mail, MailServer, mail_server

PASSWORD = "correct horse battery"

Maker = Callable[..., User]


@pytest.fixture
def member(db: None) -> Maker:
    """Somebody with roles, who can sign in."""

    def make(name: str, *roles: str, of: Service | None = None) -> User:
        user = User.objects.create_user(
            name, f"{name}@helpline.test", PASSWORD, work_name=name.title()
        )
        user.groups.set(Group.objects.filter(name__in=roles))
        Membership.objects.create(user=user, service=of or default_service())
        return user

    return make


@pytest.fixture
def administrator(member: Maker) -> User:
    return member("ada", "administrator")


@pytest.fixture
def supervisor(member: Maker) -> User:
    return member("robin", "supervisor")


@pytest.fixture
def other_supervisor(member: Maker) -> User:
    return member("kim", "supervisor")


@pytest.fixture
def counsellor(member: Maker) -> User:
    return member("noor", "counsellor")


@pytest.fixture
def hotline(db: None) -> Service:
    return Service.objects.create(name="Hotline", slug="hotline")


@pytest.fixture
def post(settings: Settings) -> Iterator[MailServer]:
    """A real mail server that the site sends through."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.HELPLINE_BASE_URL = "https://help.test"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_ORGANISATION = "Hulplijn, 'de'"
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def client_of(user: User) -> Client:
    """A browser in which somebody is signed in with both factors; it speaks English."""
    client = Client(headers={"accept-language": "en"})
    client.cookies[site_settings.SESSION_COOKIE_NAME] = session_of(user)
    return client


def parsed(mail: Mail) -> EmailMessage:
    message = email.message_from_bytes(mail.content, policy=default)
    assert isinstance(message, EmailMessage)
    return message


def link_in(mail: Mail) -> str:
    """The path of the link in a letter."""
    [path] = re.findall(r"https://help\.test(/console/join/\S+)", parsed(mail).get_content())
    return str(path)
