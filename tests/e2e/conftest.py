"""What journeys at the console share: staff who sign in once a module, and chats that end."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage
from tests.e2e.people import Console, end_chats, on_duty, sign_in
from tests.processes import Site


@pytest.fixture(scope="module")
def cookies() -> dict[str, Any]:
    """Who signed in already: a one-time code goes once."""
    return {}


@pytest.fixture
def console(site: Site, new_page: NewPage, cookies: dict[str, Any]) -> Iterator[Console]:
    """Opens the console of a demo account. Its chats end with the test."""

    def open_console(account: str) -> Page:
        page = new_page(base_url=site.url, wide=True)
        if account in cookies:
            page.context.add_cookies(cookies[account])
            on_duty(site, account)
        else:
            sign_in(page, site, account)
            cookies[account] = page.context.cookies()
        page.goto("/console/chat/")
        expect(page.locator("#desk-sync")).to_have_text("Bijgewerkt")
        return page

    yield open_console
    end_chats(site)
