"""Whom a site itself names: a caseworker asks for it, the checker reads it, and a person confirms it."""

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import look
from tests.e2e.ends import Asked, Desk, press, request_of, stands, submit
from tests.processes import Site
from tests.standins.web import Page, certificate_for, tls_with, web_server

pytestmark = [pytest.mark.e2e]

FILE = b"""Contact: mailto:security@named.example.org
Contact: https://example.org/contact
Expires: 2999-01-01T00:00:00Z
Preferred-Languages: nl, en
"""
CHECKER = """
import os
from django.conf import settings
from intake.removal.check.actions.reading import read_due
settings.HELPLINE_CHECK_STANDIN = {address!r}
os.environ["SSL_CERT_FILE"] = {certificate!r}
assert read_due() == 1
"""


def test_whom_a_site_names_is_read_by_the_checker_and_asked_by_a_person(
    site: Site, desk: Desk, tmp_path: Path
) -> None:
    _code, (asked,) = submit(site, "https://photos.example.org/of-a-site")
    site.standins.zone["example.org"] = {"A": ["127.0.0.1"]}
    page = desk(asked)
    press(page, "Laat zien")
    expect(page.get_by_role("heading", name="Wie de site zelf noemt")).to_be_visible()
    look(page, "desk-site-contact")
    press(page, "Laat het lezen")
    expect(page.get_by_role("status")).to_contain_text("Kijk over een minuut nog eens")

    certificate = certificate_for(["example.org"], tmp_path)
    with web_server(tls=tls_with(certificate)) as web:
        web.pages["example.org/.well-known/security.txt"] = Page(
            headers={"Content-Type": "text/plain"}, body=FILE
        )
        code = CHECKER.format(address=web.address, certificate=str(certificate))
        site.manage("shell", "-c", code)
    page = desk(asked)
    press(page, "Laat zien")
    page.get_by_text("Wat de site zei").click()
    expect(page.locator(".desk-evidence").last).to_contain_text("https://example.org/contact")
    look(page, "desk-site-contact-read")
    press(page, "Niemand anders helpt")
    named = request_of(page, "security@named.example.org")
    expect(named).to_contain_text("Ontvanger voorgesteld")
    named.get_by_role("button", name="Kies").click()
    press(page, "Maak de melding")
    reference = page.locator("h1").inner_text().split()[-1]
    press(page, "Verstuur naar")
    stands(site, Asked(asked.place, reference), "accepted")
