"""A web that stands in for every site, and a name server that leads there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.standins.dns import NameServer, name_server
from tests.standins.web import Page, Web, certificate_for, tls_with, web_server

HOSTS = ("example.org", "www.example.org", "photos.example.org", "example.net")
# A security.txt, and whom it names.
PLACE = "example.org/.well-known/security.txt"
NAMED = "security@example.org"
TEXT = b"Contact: mailto:security@example.org\nExpires: 2999-01-01T00:00:00Z\n"
PLAIN = {"Content-Type": "text/plain; charset=utf-8"}
FOUND = Page(headers={**PLAIN, "Content-Length": str(len(TEXT))}, body=TEXT)


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


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for every site of these tests."""
    return certificate_for(HOSTS, tmp_path_factory.mktemp("tls"))


@pytest.fixture
def secure_web(
    names: NameServer, settings: Settings, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Web]:
    """The same over TLS, with a certificate that is trusted as any is: by OpenSSL's own setting."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with web_server(tls=tls_with(certificate)) as server:
        settings.HELPLINE_CHECK_STANDIN = server.address
        yield server
