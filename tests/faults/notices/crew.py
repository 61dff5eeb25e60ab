"""Processes forked from one in which Django is set up: a boot for each would take all day."""

import multiprocessing
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

from tests.faults.notices.office import Doors

PATIENCE_SECONDS = 120.0  # for a process that hangs; one on a busy machine does not take so long


class Crew:
    """Processes forked from one in which Django is set up."""

    def __init__(self) -> None:
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["tests.faults.notices.hands"])

    def do(self, action: str, *arguments: Any) -> Any:
        """Have one of the actions of hands.py done, and give what it gives."""
        here, there = self.context.Pipe()
        process = self.context.Process(target=_do, args=(there, action, *arguments))
        process.start()
        there.close()
        try:
            return here.recv()
        finally:
            _end(process)

    def worker(self, point: str, doors: Doors, *, is_later: bool) -> "Worker":
        here, there = self.context.Pipe()
        ports = (doors.mail.port, doors.web.port)
        process = self.context.Process(target=_work, args=(there, point, ports, is_later))
        process.start()
        there.close()
        assert process.pid is not None
        return Worker(process, here)


class Worker:
    """One worker, that waits for its word to begin."""

    def __init__(self, process: BaseProcess, start: Connection) -> None:
        self.process = process
        self.start = start

    def begin(self) -> None:
        self.start.send(True)

    def end(self) -> int | None:
        _end(self.process)
        return self.process.exitcode


def _do(back: Connection, action: str, *arguments: Any) -> None:
    from tests.faults.notices import hands  # noqa: PLC0415 -- only where Django is set up

    hands.do(back, getattr(hands, action), *arguments)


def _work(start: Connection, point: str, ports: tuple[int, int], is_later: bool) -> None:
    from tests.faults.notices import hands  # noqa: PLC0415 -- as above

    hands.work(start, point, *ports, is_later=is_later)


def _end(process: BaseProcess) -> None:
    process.join(PATIENCE_SECONDS)
    if process.is_alive():
        process.kill()
        process.join()
        raise RuntimeError("a process hung")
