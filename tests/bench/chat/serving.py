"""The servers of a bench: started on one core, while everything else stays on the other."""

import contextlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes import Process, daphne, free_ports

START_SECONDS = 60.0
SERVER_CORE, OTHER_CORE = 0, 1


def cores() -> tuple[int, int] | None:
    """The server's core and that of the client and the databases; None on a single core."""
    usable = sorted(os.sched_getaffinity(0))
    if len(usable) < 2:
        return None
    return usable[SERVER_CORE], usable[OTHER_CORE]


@contextlib.contextmanager
def on_core(core: int | None) -> Iterator[None]:
    """What is started in this block runs on one core."""
    before = os.sched_getaffinity(0)
    if core is not None:
        os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@dataclass
class Server:
    """One application on one kind of ASGI server."""

    name: str
    dialect: str
    application: str
    pairs: list[dict[str, Any]]
    environment: Mapping[str, str]
    core: int | None
    kind: str = "daphne"
    port: int = 0
    process: Process | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        assert self.process is not None
        assert self.process.popen is not None
        return self.process.popen.pid

    def start(self) -> None:
        (self.port,) = free_ports(1)
        log = Path(tempfile.gettempdir()) / f"helpline-bench-{os.getpid()}-{self.name}.log"
        log.unlink(missing_ok=True)
        command = daphne if self.kind == "daphne" else uvicorn
        self.process = Process(
            self.name, command(self.application, self.port), self.environment, log
        )
        with on_core(self.core):
            self.process.start()

    def wait(self) -> None:
        """Wait until it takes connections; the relay has no page to ask for."""
        assert self.process is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.running:
            try:
                with socket.create_connection(("127.0.0.1", self.port), 5):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start:\n{self.process.log.read_text()[-4000:]}")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.log.unlink(missing_ok=True)


def uvicorn(application: str, port: int) -> list[str]:
    """The command that serves an application on uvicorn, as fast as it goes."""
    return [
        *(sys.executable, "-m", "uvicorn", "--host", "127.0.0.1", "--port", str(port)),
        *("--loop", "uvloop", "--ws", "websockets-sansio", "--ws-per-message-deflate", "false"),
        *("--log-level", "error", "--no-access-log", "--lifespan", "off", application),
    ]
