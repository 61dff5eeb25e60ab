"""Tabs of the chat without a screen: what drives tabs.mjs."""

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

DRIVER = Path(__file__).with_name("tabs.mjs")

Event = dict[str, Any]


@dataclass(frozen=True)
class Told:
    """What a command brought about: in the network, and on the transcripts, by tab."""

    now: int
    events: list[Event]
    shown: dict[str, dict[str, Any]]


class Tabs:
    """One Node process with all the tabs of a test."""

    def __init__(self) -> None:
        node = shutil.which("node")
        assert node is not None, "Node is missing: apt install nodejs"
        self._process = subprocess.Popen(  # noqa: S603 -- our own script
            [node, "--experimental-vm-modules", "--no-warnings", str(DRIVER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> "Tabs":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def tell(self, *commands: dict[str, Any]) -> Told:
        """Do these, in their order. An error in a page is an error of the test."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(commands) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the tabs' process ended"
        answer = json.loads(line)
        assert not answer["errors"], "\n".join(answer["errors"])
        return Told(answer["now"], answer["events"], answer["shown"])
