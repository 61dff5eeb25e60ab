"""Valkey goes away in the middle of a chat between two processes: slower, and nothing lost."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests import services
from tests.browser import NewPage
from tests.e2e.test_connection import say
from tests.e2e.test_health import until
from tests.e2e.test_outage import ask, meeting
from tests.faults.proxy import Proxy
from tests.processes import Sites

pytestmark = pytest.mark.e2e


@dataclass
class Valkey:
    """How a site finds Valkey, and how that is taken away from it."""

    environment: dict[str, str]
    stop: Callable[[], None]
    start: Callable[[], None]


@contextmanager
def stopped() -> Iterator[Valkey]:
    """The server itself ends. It is the whole run's, so it is always started again."""
    running = True

    def tell(word: str) -> None:
        nonlocal running
        if running is not (word == "start"):
            services.tell("valkey", word)
            running = word == "start"

    try:
        yield Valkey({}, lambda: tell("stop"), lambda: tell("start"))
    finally:
        tell("start")


@contextmanager
def swallowing() -> Iterator[Valkey]:
    """Every line to it stays open and is never answered; afterwards only new ones lead there."""
    place = urlsplit(os.environ["HELPLINE_TEST_VALKEY_URL"])
    proxy = Proxy(place.path)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        asyncio.run_coroutine_threadsafe(proxy.start(), loop).result(10)

        def stop() -> None:
            loop.call_soon_threadsafe(proxy.swallow)

        def start() -> None:
            proxy.swallows = False

        yield Valkey(
            {"HELPLINE_TEST_VALKEY_URL": f"redis://127.0.0.1:{proxy.port}/0"},
            stop,
            start,
        )
    finally:
        asyncio.run_coroutine_threadsafe(proxy.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@pytest.mark.parametrize("way", [stopped, swallowing])
def test_chat_between_two_processes_goes_on_without_valkey(
    way: Callable[[], AbstractContextManager[Valkey]], sites: Sites, new_page: NewPage
) -> None:
    if sites.embedded:
        pytest.skip("the embedded default has no Valkey")
    with way() as valkey, sites.open(webs=2, environment=valkey.environment) as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        with meeting(site, new_page) as both:
            say(both.person, "met klokje")
            both.show("met klokje")
            valkey.stop()
            assert until(site, valkey="away", chat="slower", ok=True) == 200
            for path in ("/nl/", "/nl/chat/", "/nl/report/", "/console/sign-in/"):
                assert ask(site, path).status == 200
            said = ["met klokje"]
            for page, text in (
                (both.person, "vraag"),
                (both.sam, "antwoord"),
                (both.person, "dank"),
            ):
                say(page, text)
                said.append(text)
                both.show(*said)
            valkey.start()
            assert until(site, valkey="ok", chat="ok") == 200
            # Only a bell brings a hint to another process: the watch never does.
            for who, other, hint in (
                (both.person.locator("#chat-text"), both.sam, "#room-typing"),
                (both.sam.locator("#room-text"), both.person, "#chat-typing"),
            ):
                for _ in range(10):
                    who.press_sequentially("ik typ ")
                    if other.locator(hint).inner_text():
                        break
                    other.wait_for_timeout(3100)  # a page tells it every 3 seconds at most
                else:
                    raise AssertionError(f"{hint} never showed")
                who.fill("")
