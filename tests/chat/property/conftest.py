"""A site, tabs, and a conversation between them."""

from collections.abc import Iterator

import pytest

from helpline.services.models import Service
from helpline.staff.models import User
from tests.chat.property.site import Site, running
from tests.chat.property.tabs import Tabs
from tests.chat.property.world import World
from tests.signed_in import session_of


@pytest.fixture
def site(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    with running(monkeypatch) as site:
        yield site


@pytest.fixture(scope="session")
def tabs() -> Iterator[Tabs]:
    with Tabs() as tabs:
        yield tabs


@pytest.fixture
def world(site: Site, tabs: Tabs, service: Service, counsellor: User) -> Iterator[World]:
    world = World(site, tabs, service, counsellor, session_of(counsellor))
    yield world
    world.close()
