"""The CMS in a browser, on the server that a site runs on."""

import pytest
from playwright.sync_api import Page

from tests.browser import NewPage
from tests.e2e.people import sign_in
from tests.processes import Site

pytestmark = [pytest.mark.e2e]


def asks_who_has_it_open(page: Page) -> int:
    """How an open editor is answered when it asks who else has this open."""
    with page.expect_response("**/editing-sessions/ping/**") as answered:
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    return answered.value.status


def test_open_editor_of_a_snippet_is_heard(site: Site, new_page: NewPage) -> None:
    """Its form holds nothing else when the snippet has no revisions, and Twisted refuses an empty one."""
    page = new_page(base_url=site.url, wide=True)
    sign_in(page, site, "demo-administrator")
    for kind, table in (
        ("recipients/recipient", "recipients_recipient"),
        ("removal/groundroute", "removal_groundroute"),
        ("replies/preparedreply", "replies_preparedreply"),
        ("services/service", "services_service"),
    ):
        [number] = site.rows(f"SELECT id FROM {table} LIMIT 1")[0]  # noqa: S608 -- names of ours
        page.goto(f"/cms/snippets/{kind}/edit/{number}/")
        assert asks_who_has_it_open(page) == 200
        page.locator("[data-edit-form] input[type=text]:visible").first.type("x")
        assert asks_who_has_it_open(page) == 200
