"""Pages that read nothing, or never say what they had, take no room in the server.

200 MB would go to them: every test asks for that much, of Daphne, where sending never waits, and of
uvicorn, where it does.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from chat.protocol import Close
from tests.bench.chat.serving import uvicorn
from tests.e2e.wire import Wire, memory_mib, trouble
from tests.people import Pair, make
from tests.processes import Process, Site, Sites, daphne

TEXT = "x" * 4000
MESSAGES = 1280
TABS = 40  # times the messages: 205 MB
ROOM = 4096
TOGETHER = 8  # as many as a page may have under way
# A page is closed above 512 KiB; of all together that is 20 MiB, and closed ones go within seconds.
GROWTH_MIB = 40.0


@dataclass
class Server:
    """A web server of a site, and a conversation on it."""

    site: Site
    web: Process
    port: int
    pair: Pair

    def tabs(self, count: int, *, since: int) -> list[Wire]:
        """Pages of the visitor that say hello and then read nothing."""
        wires = [Wire(self.port, room=ROOM) for _ in range(count)]
        for wire in wires:
            wire.hello(self.pair.token, since=since)
        return wires


@pytest.fixture(scope="module", params=["daphne", "uvicorn"])
def server(request: pytest.FixtureRequest, sites: Sites) -> Iterator[Server]:
    if sites.embedded:
        pytest.skip("as many messages a minute need the limits lifted, which `serve` does not do")
    application = "tests.unthrottled:application"
    with sites.open(webs=0, workers=0) as site:
        command = daphne if request.param == "daphne" else uvicorn
        (port,) = site.ports
        log = site.folder / "web.log"
        web = Process("web", command(application, port), site.environment(), log)
        site.webs.append(web)
        web.start()
        site.wait_until_ready(web, site.url)
        (pair,) = make(site.environment(), conversations=1, staff=1)
        yield Server(site, web, port, pair)
        assert not trouble(site)


def talk(server: Server, count: int, *tabs: Wire) -> int:
    """Say so much from a page that does read. Returns the last place."""
    with Wire(server.port) as talker:
        talker.hello(server.pair.token, since=2**31 - 1)
        last: int = talker.until("welcome")["seq"]
        for _ in range(count // TOGETHER):
            for _ in range(TOGETHER):
                talker.say(TEXT)
            for _ in range(TOGETHER):
                last = talker.until("ack")["seq"]
    return last


def test_pages_that_read_nothing_are_closed(server: Server) -> None:
    before = memory_mib(server.web)
    idle = server.tabs(TABS, since=server.pair.seq)
    # One reads, and does not say so; one says that it had more than there was.
    forgetful, liar = Wire(server.port), Wire(server.port)
    for wire in (forgetful, liar):
        wire.hello(server.pair.token, since=server.pair.seq)
        wire.until("welcome")
    liar.put(type="got", got=1_000_000)
    peak, last = before, 0
    with ThreadPoolExecutor(2) as readers:
        closed = [readers.submit(wire.until_closed) for wire in (forgetful, liar)]
        for _ in range(4):
            last = talk(server, MESSAGES // 4)
            peak = max(peak, memory_mib(server.web))
        assert [code.result() for code in closed] == [Close.BEHIND, Close.BEHIND]
    assert peak - before < GROWTH_MIB
    assert {wire.until_closed() for wire in idle} <= {Close.BEHIND, None}
    # Who comes back gets all of it, in order.
    with Wire(server.port) as back:
        back.hello(server.pair.token, since=server.pair.seq)
        assert back.places(last) == list(range(server.pair.seq + 1, last + 1))


def test_replays_that_nobody_reads_wait(server: Server) -> None:
    """After the test above, each has more than 5 MB to fetch."""
    before = memory_mib(server.web)
    idle = server.tabs(TABS, since=0)
    peak, last = before, 0
    for _ in range(5):  # each rings, and none may push a waiting replay on
        last = talk(server, TOGETHER)
        peak = max(peak, memory_mib(server.web))
    assert last * len(TEXT) > 5_000_000
    assert peak - before < GROWTH_MIB
    # A page that is only slow gets all of it, in order.
    slow, *others = idle
    assert slow.places(last) == list(range(1, last + 1))
    for wire in idle:
        wire.drop()
