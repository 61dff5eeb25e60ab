"""A dossier: agreed to on the status page, made at the desk, and seen there to be made."""

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, look, picture
from tests.e2e.people import sign_in
from tests.e2e.test_proof_and_news import said, submit, to_status
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

URL = "https://photos.example.org/dossier/1"


def test_dossier_is_agreed_to_made_and_withdrawn(site: Site, new_page: NewPage) -> None:
    code = submit(site, URL)
    page = new_page(base_url=site.url)
    to_status(page, code)
    page.locator("button[value=dossier]").click()
    expect(page.locator("h1")).to_have_text("Een dossier voor de politie of een advocaat")
    page.locator("button[value='dossier-agree:lawyer']").click()
    expect(page.locator("button[value='dossier-withdraw:lawyer']")).to_be_visible()
    look(page, "dossier-agreed")

    kim = new_page(base_url=site.url, wide=True)
    sign_in(kim, site, "demo-caseworker")
    kim.goto("/console/desk/dossiers/")
    look(kim, "dossiers")
    with kim.expect_navigation():
        kim.locator(".desk-row__link").first.click()
    look(kim, "dossier")
    picture(kim.locator("main"), "guide-desk-dossier")
    with kim.expect_download() as download:
        kim.get_by_role("button", name="Maak het document").click()
    assert download.value.suggested_filename == "document.pdf"
    assert URL in said(download.value.path())

    page.locator("button[value='dossier-withdraw:lawyer']").click()
    expect(page.locator("main")).to_contain_text("We hebben het document voor het laatst gemaakt")
    expect(page.locator("button[value='dossier-agree:lawyer']")).to_be_visible()

    boss = new_page(base_url=site.url, wide=True)
    sign_in(boss, site, "demo-supervisor")
    boss.goto("/console/desk/dossier/")
    expect(boss.locator("h1")).to_have_text("Dossier van een ontvanger")
    look(boss, "dossier-recipient")
