"""Clients that send as much as they can: they slow down themselves, and nobody else."""

import contextlib
import json
import threading
import time
import uuid
from collections.abc import Iterator

import pytest

from chat.protocol import VERSION, Close
from tests.e2e.wire import BINARY, Wire, masked, memory_mib, trouble
from tests.people import Pair, make
from tests.processes import Site

GROWTH_MIB = 40.0
SOCKETS, KEPT = 2000, 50


@pytest.fixture(scope="module")
def pairs(site: Site) -> Iterator[list[Pair]]:
    yield make(site.environment(), conversations=6, staff=2)
    assert not trouble(site)


@contextlib.contextmanager
def served_meanwhile(site: Site, pair: Pair) -> Iterator[None]:
    """Another visitor talks, and is answered, while something is done to the server."""
    over = threading.Event()
    acked = 0

    def talk() -> None:
        nonlocal acked
        with Wire(site.ports[0]) as other:
            other.hello(pair.token, since=pair.seq)
            other.until("welcome")
            while acked < 20 and not (over.is_set() and acked):
                number = other.say("Hoi")
                other.until("ack", id=number)
                acked += 1
                time.sleep(0.1)

    before = memory_mib(site.webs[0])
    talker = threading.Thread(target=talk)
    talker.start()
    try:
        yield
        assert memory_mib(site.webs[0]) - before < GROWTH_MIB
    finally:
        over.set()
        talker.join(30)
    assert acked


def flood(wire: Wire, data: bytes) -> int | None:
    """Send all of it while nothing is read; the code of the close, None when it was dropped."""
    with contextlib.suppress(OSError):
        wire.put_raw(data)
    return wire.until_closed()


def frame(**values: object) -> bytes:
    return masked(json.dumps(values).encode())


def test_ten_thousand_frames_at_once(site: Site, pairs: list[Pair]) -> None:
    with served_meanwhile(site, pairs[1]):
        for one in (
            frame(type="beat", seq=0),
            frame(type="got"),
            frame(type="read", seq=1),
            masked(b"{}"),
            masked(b"\xff\xfe", BINARY),
        ):
            wire = Wire(site.ports[0])
            wire.hello(pairs[0].token, since=pairs[0].seq)
            wire.until("welcome")
            assert flood(wire, one * 10_000) in (Close.BEHIND, None)


def test_what_comes_while_the_database_is_asked_is_bounded(site: Site, pairs: list[Pair]) -> None:
    """120 MB, each piece behind a frame that asks the database."""
    with served_meanwhile(site, pairs[1]):
        wire = Wire(site.ports[0])
        data = frame(type="hello", v=VERSION, token=pairs[2].token, since=0)
        data += (frame(type="resume") + masked(b"x" * 60_000)) * 2000
        assert flood(wire, data) in (Close.BEHIND, None)


def test_a_thousand_messages_without_waiting(site: Site, pairs: list[Pair]) -> None:
    pair = pairs[3]
    with served_meanwhile(site, pairs[1]):
        wire = Wire(site.ports[0])
        wire.hello(pair.token, since=pair.seq)
        wire.until("welcome")
        says = (frame(type="say", id=str(uuid.uuid4()), text="Hoi") for _ in range(1000))
        assert flood(wire, b"".join(says)) in (Close.BEHIND, None)
    count = "SELECT count(*) FROM chat_message WHERE conversation_id = %s AND sender = 'visitor'"
    # 40 at once, and a few more for the time that it took.
    assert 1 <= site.rows(count, pair.conversation)[0][0] <= 80


def test_reading_does_not_flood_the_other_side(site: Site, pairs: list[Pair]) -> None:
    """Marks, typing and pages that come and go are told seldom, whatever is sent."""
    pair = pairs[4]
    with Wire(site.ports[0], "/ws/console/", session=pair.session) as console:
        opening = {"conversation": pair.conversation, "since": pair.seq}
        console.put(type="hello", v=VERSION, open=[opening])
        console.until("opened")
        for _ in range(30):
            with Wire(site.ports[0]) as wire:
                wire.hello(pair.token)
                wire.until("messages")
                wire.put_raw((frame(type="read", seq=1) + frame(type="typing")) * 100)
        with Wire(site.ports[0]) as wire:
            wire.hello(pair.token, since=pair.seq)
            wire.until("welcome")
            number = wire.say("Hoi")
            wire.until("ack", id=number)
        before = console.got
        console.until("messages")
        assert console.got - before < 100


def test_sockets_that_say_nothing_are_closed(site: Site, pairs: list[Pair]) -> None:
    port = site.ports[0]
    with served_meanwhile(site, pairs[5]):
        kept = [Wire(port) for _ in range(KEPT)]
        for _ in range(SOCKETS - KEPT):
            Wire(port).drop()
        assert {wire.until_closed() for wire in kept} <= {Close.SILENT, None}


def test_hello_comes_first_and_once(site: Site, pairs: list[Pair]) -> None:
    with Wire(site.ports[0]) as wire:
        wire.put(type="beat", seq=0)
        wire.put_raw(masked(b"\x00\xff", BINARY))
        assert [wire.next()["code"], wire.next()["code"]] == ["malformed", "malformed"]
        wire.hello(pairs[5].token, since=pairs[5].seq)
        wire.until("welcome")
        wire.hello(pairs[0].token)
        assert wire.until("refused")["code"] == "malformed"
