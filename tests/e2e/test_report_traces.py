"""What a whole way in and back leaves on the visitor's own device: neutral paths and nothing else.

Read from what Chromium itself wrote: its history database, and every other file of its profile, such
as the one from which it opens closed tabs again.
"""

import contextlib
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser import PHONE
from tests.e2e.traces import found, spellings_of_text
from tests.e2e.way import Way
from tests.processes import Site

pytestmark = [pytest.mark.e2e]

SECRET = "het-meisje-van-de-sportclub"
TEXT = f"https://example.org/{SECRET}"


@contextlib.contextmanager
def device(
    browser: Browser, profile: Path, site: Site, *, javascript: bool
) -> Iterator[BrowserContext]:
    """A browser with a profile on the disk, as at home; closed, so that it wrote all down."""
    path = shutil.which("chromium")
    context = browser.browser_type.launch_persistent_context(
        profile,
        executable_path=path,
        args=["--no-sandbox"],
        base_url=site.url,
        viewport={"width": PHONE[0], "height": PHONE[1]},
        java_script_enabled=javascript,
        locale="nl-NL",
    )
    try:
        yield context
    finally:
        context.close()


def history(profile: Path) -> list[tuple[str, str]]:
    """Every address and title that the browser remembers."""
    file = profile / "Default" / "History"
    with contextlib.closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as lite:
        return lite.execute("SELECT url, title FROM urls").fetchall()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_history_knows_neutral_paths_and_nothing_else(
    site: Site, browser: Browser, tmp_path: Path, language: str, javascript: bool
) -> None:
    with device(browser, tmp_path, site, javascript=javascript) as context:
        visitor = Way(context.new_page(), TEXT, language, javascript)
        visitor.page.goto(f"/{language}/")
        visitor.begin()
        visitor.to_check()
        code = visitor.send()
        visitor.open_status(code)
        visitor.page.locator("main button[name=go][value=erase]").click()
        expect(visitor.page.locator("main button[name=go][value=erase-now]")).to_be_visible()
    remembered = [(urlsplit(url), title) for url, title in history(tmp_path)]
    ours = [(url, title) for url, title in remembered if url.scheme.startswith("http")]
    paths = {url.path for url, _title in ours}
    assert paths == {f"/{language}/", f"/{language}/report/", f"/{language}/status/"}
    assert {url.query + url.fragment for url, _title in ours} == {""}
    private = {title for url, title in ours if url.path != f"/{language}/"}
    assert private == {"Demo helpline"}

    files = {
        str(file.relative_to(tmp_path)): file.read_bytes()
        for file in tmp_path.rglob("*")
        if file.is_file()
    }
    for secret in (SECRET, code, code.replace(" ", "+"), code.replace(" ", "")):
        assert list(found(files, spellings_of_text(secret))) == []


def test_search_finds_what_a_form_of_others_leaves(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """The same search on a form without our care does find something, or it would prove nothing."""
    with device(browser, tmp_path, site, javascript=False) as context:
        page = context.new_page()
        page.goto("/nl/report/")
        page.set_content(
            f'<form method="post" action="/nl/report/"><input name="text" value="{SECRET}">'
            "<button>go</button></form>"
        )
        with page.expect_navigation():
            page.locator("button").click()
    files = {str(file): file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    assert list(found(files, spellings_of_text(SECRET)))
