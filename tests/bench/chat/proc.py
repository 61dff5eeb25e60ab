"""What Linux tells about a process and about a core."""

import os
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_KIB = os.sysconf("SC_PAGE_SIZE") / 1024


def cpu_seconds(pid: int) -> float:
    """CPU time of a process so far, of all its threads, its own and the kernel's on its behalf."""
    # The name in brackets may hold spaces; user and system time are fields 14 and 15 of the line.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_kib(pid: int) -> float:
    """Memory of a process that is in RAM."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KIB


def core_seconds(core: int | None) -> float:
    """Time a core was busy so far, for whomever; 0 when no core is named."""
    if core is None:
        return 0.0
    for line in Path("/proc/stat").read_text().splitlines():
        name, *times = line.split()
        if name == f"cpu{core}":
            user, nice, system, _idle, _waiting, irq, softirq, *_ = map(int, times)
            return (user + nice + system + irq + softirq) / TICKS
    return 0.0
