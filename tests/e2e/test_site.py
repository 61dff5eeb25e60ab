"""A whole site starts and stops as an operator would do it."""

import pytest

from tests.browser import NewPage, screenshot
from tests.e2e.test_health import until
from tests.processes import Site, Sites


def test_home_page_shows_in_a_browser(site: Site, new_page: NewPage) -> None:
    page = new_page(base_url=site.url)
    answer = page.goto("/")
    assert answer is not None
    assert answer.ok
    assert page.url == f"{site.url}/nl/"
    screenshot(page, "home")
    assert page.context.cookies() == []


def test_database_is_the_demo_site(site: Site) -> None:
    accounts = site.rows("SELECT username FROM staff_user WHERE username LIKE %s", "demo-%")
    assert ("demo-counsellor",) in accounts


def test_daphne_and_worker_stop_when_asked(sites: Sites) -> None:
    with sites.open(webs=2 if not sites.embedded else 1) as site:
        until(site, worker="ok")  # one that still begins does not know yet how to stop
        assert all(process.running for process in site.processes)
        codes = [process.stop() for process in site.processes]
    assert codes == [0] * len(codes)
    assert "Traceback" not in site.log_text()
    assert "frames" not in site.log_text()


@pytest.mark.embedded
def test_dumps_hold_what_was_stored(site: Site) -> None:
    assert b"demo-counsellor" in site.dump()
    assert b"datakey" in site.dump("keys")
