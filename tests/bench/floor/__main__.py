"""make bench-floor: how soon a supervisor's page shows what happened, with a full floor.

One server process, PostgreSQL and Valkey, and another process in which things happen. Two pages are
open: the floor of a service with 200 live chats and 40 counsellors, in which people go on talking,
and that of a service with nobody. Somebody comes into the one or the other and goes again; what
counts is the time from that commit to the frame that tells of it.

floor_update_ms_p95  within so many milliseconds 95 of 100 changes are on the page of the full floor
floor_ratio          how many times as long as on the page of the empty floor, in the middle

SHORT=1 runs it once, to see that it runs.
"""

import json
import os
import queue
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import services
from tests.bench.measure import Figure, bootstrap

os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"
CHATS, STAFF = 200, 40
ROUNDS, SHORT_ROUNDS = 12, 1
PAIRS = 3  # comings and goings in each leg of a round
PAUSE_SECONDS = 0.55  # between two changes: a page that looked just now looks again at once
LIMIT_SECONDS = 10.0
RESAMPLES = 1000


@dataclass(frozen=True)
class Round:
    """How long each change took to show, in milliseconds."""

    full: list[float]
    empty: list[float]

    @property
    def ratio(self) -> float:
        return statistics.median(self.full) / statistics.median(self.empty)


def p95(rounds: Sequence[Round]) -> float:
    pooled = sorted(value for each in rounds for value in each.full)
    return pooled[int(len(pooled) * 0.95)]


def ratio(rounds: Sequence[Round]) -> float:
    return statistics.median(each.ratio for each in rounds)


class Page:
    """A supervisor's page of one floor, read by a thread of its own."""

    def __init__(self, port: int, session: str, service: str) -> None:
        from chat.protocol import VERSION  # noqa: PLC0415 -- needs the settings
        from tests.e2e.wire import Wire  # noqa: PLC0415 -- as above

        self.wire = Wire(port, "/ws/floor/", session=session)
        self.wire.put(type="hello", v=VERSION, service=service, tag="")
        self.told: queue.SimpleQueue[tuple[float, dict[str, Any]]] = queue.SimpleQueue()
        self.rows = 0
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while True:
            frame = self.wire.next(3600)
            came = time.monotonic()
            if frame["type"] == "closed":
                self.told.put((came, frame))
                return
            if frame["type"] == "floor":
                self.rows += len(frame.get("chats", ())) + len(frame.get("people", ()))
                self.told.put((came, frame))
            self.wire.put(type="beat" if frame["type"] == "beat" else "got")

    def shows(self, number: str, *, gone: bool) -> float:
        """When a frame came that says that this chat is there, or is gone."""
        deadline = time.monotonic() + LIMIT_SECONDS
        while True:
            came, frame = self.told.get(timeout=max(0.01, deadline - time.monotonic()))
            assert frame["type"] != "closed", f"the floor was closed: {frame}"
            if gone and number in frame.get("gone", ()):
                return came
            if not gone and any(row["id"] == number for row in frame.get("chats", ())):
                return came


class Doing:
    """The process in which things happen."""

    def __init__(self, environment: dict[str, str]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.floor.doing"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, *words: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(words) + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process in which things happen ended"
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(30)


def main() -> int:
    services.start()
    try:
        services.only_loopback()
        for figure in figures(SHORT_ROUNDS if os.environ.get("SHORT") else ROUNDS):
            sys.stdout.write(f"{figure}\n")
    finally:
        services.stop()
    return 0


def figures(rounds: int) -> list[Figure]:
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from tests.processes import Sites  # noqa: PLC0415 -- as above

    sites = Sites(Path(os.environ["HELPLINE_TEST_RUN"]) / "sites", embedded=False)
    with sites.open(webs=1, workers=0) as site:
        doing = Doing(site.environment())
        try:
            made = doing.ask("make", str(CHATS), str(STAFF))
            pages = {
                kind: Page(site.ports[0], made["session"], made[kind]) for kind in ("full", "empty")
            }
            time.sleep(3)
            assert pages["full"].rows >= CHATS + STAFF, pages["full"].rows
            doing.ask("talk")
            leg(doing, pages, "full")  # caches fill
            leg(doing, pages, "empty")
            found = [a_round(doing, pages) for _ in range(rounds)]
        finally:
            doing.close()
    return [
        Figure("floor_update_ms_p95", p95(found), *bootstrap(found, p95, RESAMPLES)),
        Figure("floor_ratio", ratio(found), *bootstrap(found, ratio, RESAMPLES)),
    ]


def a_round(doing: Doing, pages: dict[str, Page]) -> Round:
    """Full, empty, empty, full: a drift of the machine takes as much of both."""
    legs = [(kind, leg(doing, pages, kind)) for kind in ("full", "empty", "empty", "full")]
    took: dict[str, list[float]] = {"full": [], "empty": []}
    for kind, values in legs:
        took[kind] += values
    return Round(took["full"], took["empty"])


def leg(doing: Doing, pages: dict[str, Page], kind: str) -> list[float]:
    found = []
    for _ in range(PAIRS):
        for act in ("come", "go"):
            time.sleep(PAUSE_SECONDS)
            done = doing.ask(act, kind)
            came = pages[kind].shows(done["chat"], gone=act == "go")
            found.append(1000 * (came - done["at"]))
    return found


if __name__ == "__main__":
    sys.exit(main())
