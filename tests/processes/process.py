"""One process of a site, as an operator would start it."""

import contextlib
import random
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
STOP_SECONDS = 20.0
# Below the ports that the kernel hands out for outgoing connections.
PORTS = range(20000, 30000)


class SiteError(Exception):
    """A process of the site did not start, or a command in it failed."""


@dataclass
class Process:
    """One process of a site, with what it writes."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    popen: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.popen = subprocess.Popen(  # noqa: S603 -- commands of the project
                self.command,
                cwd=ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def running(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def kill(self) -> None:
        """End it as a power cut would, and wait until it is gone."""
        if self.popen is not None and self.running:
            self.popen.send_signal(signal.SIGKILL)
            self.popen.wait()

    def stop(self) -> int:
        """Ask it to end, and insist when it does not. Returns its exit code."""
        if self.popen is None:
            return 0
        if self.running:
            self.popen.terminate()
            try:
                self.popen.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.kill()
        return self.popen.returncode


def daphne(application: str, port: int) -> list[str]:
    """The command that serves an application as production does."""
    return [
        *(sys.executable, "-m", "daphne", "-v", "0", "-b", "127.0.0.1"),
        *("--websocket-max-message-size", "65536", "--websocket-max-frame-size", "65536"),
        *("-p", str(port), "--no-server-name", application),
    ]


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    found: list[int] = []
    for port in random.sample(PORTS, 200):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            found.append(port)
            if len(found) == count:
                return found
    raise SiteError("no free ports on loopback")
