"""What journeys at the console and the desk share: staff who sign in once a module, chats that end."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import NewPage
from tests.e2e.ends import Asked, Desk
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


@pytest.fixture
def desk(site: Site, new_page: NewPage, cookies: dict[str, Any]) -> Desk:
    """Opens the page of a location as the caseworker sees it."""
    page = new_page(base_url=site.url, wide=True)

    def open_location(asked: Asked) -> Page:
        if "desk" in cookies:
            page.context.add_cookies(cookies["desk"])
        else:
            sign_in(page, site, "demo-caseworker")
            cookies["desk"] = page.context.cookies()
        page.goto(f"/console/desk/{asked.place}/")
        return page

    return open_location
