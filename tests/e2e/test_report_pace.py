"""Under strain, in a real browser: who has JavaScript works for a second, who has not waits."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser import NewPage, Trouble, screenshot
from tests.e2e.way import Way
from tests.processes import Site, Sites

pytestmark = [pytest.mark.e2e]


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    """A site that finds one report an hour from a network enough."""
    with sites.open(environment={"HELPLINE_REPORTS_A_NETWORK": "1/hour"}) as site:
        yield site


def visitor(site: Site, new_page: NewPage, name: str, *, javascript: bool = True) -> Way:
    page = new_page(base_url=site.url, javascript=javascript)
    way = Way(page, f"https://example.org/{name}", javascript=javascript)
    way.begin()
    way.to_check()
    return way


def test_browser_works_for_a_second_and_nobody_waits(site: Site, new_page: NewPage) -> None:
    assert visitor(site, new_page, "first").send()
    second = visitor(site, new_page, "second")
    expect(second.page.locator("input[name=work]")).to_have_value(
        # The proof of altcha's worker, on our policy and from our own server alone.
        re.compile("^eyJ")
    )
    assert second.send()


def test_without_a_script_one_waits_and_is_taken(
    site: Site, new_page: NewPage, trouble: Trouble
) -> None:
    trouble.expected.append("429")
    early = visitor(site, new_page, "early", javascript=False)
    early.press("send")
    assert early.step == "check"
    expect(early.page.get_by_role("alert")).to_contain_text("Jij doet niets verkeerd")
    screenshot(early.page, "report-pace-wait")
    early.page.wait_for_timeout(31_000)
    assert early.send()
