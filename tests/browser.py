"""A real browser: Debian's Chromium, driven by Playwright's synchronous API."""

import os
import shutil
import sys
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit
from weakref import WeakSet

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Error,
    Locator,
    Page,
    Request,
    expect,
    sync_playwright,
)

SCREENSHOTS = Path(__file__).resolve().parent.parent / "screenshots"
PHONE = (390, 844)
DESK = (1280, 900)
# How long a page may take before a test gives it up. Not a claim about speed: a machine that runs
# other tests beside this one may stand still for seconds.
PATIENCE_MS = 45_000
FAILED = pytest.StashKey[bool]()
PAGE = "page"  # under which a report keeps what a page showed
# Pages in which no script runs, so that nothing that waits for one would ever end.
SCRIPTLESS: WeakSet[Page] = WeakSet()
# Nobody else's browser says this, so that a search for it in logs and dumps can fail.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) HelplineVisitor/47.11 Chrome/156.0.0.0 Safari/537.36"


@dataclass
class Trouble:
    """What a page did that no page of ours should."""

    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    # Parts of messages that a test expects, such as the server going away.
    expected: list[str] = field(default_factory=list)

    def unexpected(self) -> list[str]:
        found = self.errors + [f"asked another host: {url}" for url in self.outside]
        return [line for line in found if not any(part in line for part in self.expected)]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Missing on a laptop these tests are skipped, loudly; under CI that is a failure."""
    path = shutil.which("chromium")
    if path is None:
        message = "Chromium is missing, so no browser test ran. Install it: apt install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def trouble() -> Iterator[Trouble]:
    """Fails a test at its end when one of its pages had an error or asked another host."""
    trouble = Trouble()
    yield trouble
    assert trouble.unexpected() == []


NewPage = Callable[..., Page]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Remember that a test failed, for ``new_page``."""
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture
def new_page(
    browser: Browser, trouble: Trouble, request: pytest.FixtureRequest
) -> Iterator[NewPage]:
    """Opens a page of a person of their own: own cookies, Dutch, on a phone unless said.

    ``new_page(wide=True)`` is a desk, ``javascript=False`` and ``dark=True`` say themselves,
    ``language="en-GB"`` asks for English. What the pages show is printed when the test fails.
    """
    contexts: list[BrowserContext] = []

    def open_page(
        *,
        wide: bool = False,
        javascript: bool = True,
        dark: bool = False,
        language: str = "nl-NL",
        base_url: str | None = None,
    ) -> Page:
        width, height = DESK if wide else PHONE
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = browser.new_context(
            base_url=base_url,
            viewport={"width": width, "height": height},
            locale=language,
            timezone_id="Europe/Amsterdam",
            color_scheme=scheme,
            java_script_enabled=javascript,
            user_agent=USER_AGENT,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        if not javascript:
            SCRIPTLESS.add(page)
        watch(page, trouble)
        return page

    yield open_page
    for context in contexts:
        if request.node.stash.get(FAILED, False):
            for page in context.pages:
                sys.stdout.write(f"\n{standing(page)}\n")
                request.node.user_properties.append((PAGE, gist(page)))
        context.close()


# What a page tells in passing, where the keyboard is, and what lies over the page.
GIST = """() => {
  const words = (node) => node.textContent.replace(/\\s+/g, " ").trim();
  const told = [...document.querySelectorAll("[role=status], [role=alert], dialog[open]")];
  const at = document.activeElement;
  return [
    `${document.title}; keyboard at ${at?.localName}${at?.id ? "#" + at.id : ""}`,
    ...told
      .filter((node) => words(node))
      .map((node) => `${node.id}${node.checkVisibility() ? "" : " (hidden)"}: ${words(node)}`),
  ].map((line) => line.slice(0, 300));
}"""


def gist(page: Page) -> list[str]:
    """Where a page is and what it tells, in a few lines."""
    if page in SCRIPTLESS:
        return [page.url]
    try:
        return [page.url, *page.evaluate(GIST)]
    except Error as error:
        return [page.url, str(error).splitlines()[0]]


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None]:
    """Name the cause of every failure before the long traces: a log that is cut off has them all."""
    reports = [each for kind in terminalreporter.stats.values() for each in kind]
    failed = [each for each in reports if getattr(each, "failed", False)]
    for report in failed:
        when = getattr(report, "when", "collect")
        terminalreporter.write_line(f"\n{report.nodeid} ({when})")
        lines = str(report.longrepr).splitlines()[-4:]
        if crash := getattr(report.longrepr, "reprcrash", None):
            lines = [*crash.message.splitlines()[:4], f"{crash.path}:{crash.lineno}"]
        for line in lines:
            terminalreporter.write_line(f"  {line[:300]}")
        pages = [
            page
            for each in reports
            if getattr(each, "nodeid", "") == report.nodeid
            and getattr(each, "when", "") == "teardown"
            for name, page in each.user_properties
            if name == PAGE
        ]
        for page in pages:
            terminalreporter.write_line("  " + "\n    ".join(page))
    return (yield)


def standing(page: Page) -> str:
    """Where a page is and what it shows, to read after a failure."""
    try:
        return f"{page.url}\n{page.locator('body').inner_text(timeout=5_000)}"
    except Error as error:
        return f"{page.url}\n{error}"


def watch(page: Page, trouble: Trouble) -> None:
    """Note script errors, refusals of the content security policy, and requests elsewhere."""

    def asked(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in (
            "127.0.0.1",
            "localhost",
        ):
            trouble.outside.append(request.url)

    page.on("pageerror", lambda error: trouble.errors.append(f"script: {error}"))
    page.on(
        "console",
        lambda message: (
            trouble.errors.append(f"console: {message.text} {message.location['url']}")
            if message.type == "error"
            else None
        ),
    )
    page.on("request", asked)


def screenshot(page: Page, name: str, *, both: bool = True) -> None:
    """Keep a picture of the whole page in screenshots/, as a phone and as a desk show it."""
    SCREENSHOTS.mkdir(exist_ok=True)
    before = page.viewport_size
    for width, height in (PHONE, DESK) if both else ():
        page.set_viewport_size({"width": width, "height": height})
        page.screenshot(path=SCREENSHOTS / f"{name}-{width}.png", full_page=True)
    if not both:
        page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)
    elif before is not None:
        page.set_viewport_size(before)


def picture(part: Locator, name: str) -> None:
    """Keep a picture of one part of a page in screenshots/."""
    SCREENSHOTS.mkdir(exist_ok=True)
    part.screenshot(path=SCREENSHOTS / f"{name}.png")


def check_accessible(page: Page) -> None:
    """Axe finds nothing on the page as it stands. It is a script, so the page must run some."""
    assert page not in SCRIPTLESS, "axe would wait for ever: look with a page that runs scripts"
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def look(page: Page, name: str) -> None:
    """A picture in both schemes and both widths, and what axe says of each scheme."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        screenshot(page, f"{name}-{scheme}")
        check_accessible(page)
    page.emulate_media(color_scheme="light")
