"""Name servers and registers on loopback, and who may ask them."""

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from pytest_django import Settings

from helpline.staff.models import User
from tests.intake.recipients.look_up.world import DOMAIN, NETWORK, NETWORK_6, ZONE
from tests.standins.dns import NameServer, name_server
from tests.standins.rdap import Register, register


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    with name_server(ZONE) as server:
        settings.HELPLINE_DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def registers(settings: Settings, names: NameServer) -> Iterator[Register]:
    with register(
        {
            "ip/203.0.113.7": NETWORK,
            "ip/2001:db8::7": NETWORK_6,
            "domain/reported.test": DOMAIN,
        }
    ) as server:
        settings.HELPLINE_RDAP_BASE = server.base
        yield server


@pytest.fixture
def caseworker() -> User:
    user = User.objects.create_user("caseworker")
    user.groups.add(Group.objects.get(name="caseworker"))
    return user
