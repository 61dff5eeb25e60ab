"""A web that stands in for every site, and a name server that leads there."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from tests.standins.dns import NameServer, name_server
from tests.standins.web import Web, web_server

HOSTS = ("example.org", "www.example.org", "photos.example.org", "example.net")


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    with name_server({host: {"A": ["127.0.0.1"]} for host in HOSTS}) as server:
        settings.HELPLINE_DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def web(names: NameServer, settings: Settings) -> Iterator[Web]:
    with web_server() as server:
        settings.HELPLINE_CHECK_STANDIN = server.address
        yield server
