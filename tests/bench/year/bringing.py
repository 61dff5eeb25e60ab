"""Brings a file in, or only makes it ready, and says on one line of JSON what that took."""

import json
import resource
import sys
import threading
import time
from pathlib import Path

import django

MIB = 1024


class Memory:
    """The most that this process and those it forked had in memory together, looked at often."""

    def __init__(self) -> None:
        self.most = 0
        self.done = threading.Event()
        self.looking = threading.Thread(target=self._look, daemon=True)

    def _look(self) -> None:
        while not self.done.wait(0.1):
            self.most = max(self.most, sum(_rss(pid) for pid in _family()))

    def __enter__(self) -> "Memory":
        return self

    def __exit__(self, *_: object) -> None:
        self.done.set()


def _family() -> list[str]:
    children = Path("/proc/self/task").glob("*/children")
    return ["self", *(pid for each in children for pid in each.read_text().split())]


def _rss(pid: str) -> int:
    """KiB that a process has in memory, what it shares with its parent counted again."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    line = next((each for each in status.splitlines() if each.startswith("VmRSS")), "VmRSS: 0")
    return int(line.split()[1])


def main() -> None:
    what, file, workers = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    django.setup()
    from helpline.services.queries import default_service  # noqa: PLC0415 -- needs the settings
    from intake.recipients.queries import domains_in_use  # noqa: PLC0415 -- as above
    from intake.removal.actions.importing import Kind, import_file  # noqa: PLC0415 -- as above
    from intake.removal.actions.importing.preparing import Source  # noqa: PLC0415 -- as above

    memory = Memory()
    began, used = time.perf_counter(), time.process_time()
    if what == "prepare":
        rows = sum(len(p.prepared) for p in Source(file, Kind.CSV, 0, domains_in_use()).parts())
    else:
        held = import_file(
            service=default_service(),
            path=file,
            kind=Kind.CSV,
            workers=workers,
            # Begun late: a process must have no second thread when it forks.
            tell=lambda _: None if memory.looking.is_alive() else memory.looking.start(),
        )
        rows = held.new
    took = {
        "rows": rows,
        "seconds": time.perf_counter() - began,
        "cpu": time.process_time() - used,
        "rss_mib": max(memory.most / MIB, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB),
    }
    memory.done.set()
    sys.stdout.write(json.dumps(took) + "\n")


if __name__ == "__main__":
    main()
