"""What `make test` runs: every kind of test in turn, and one plain line at the end.

python -m tests                 everything
python -m tests unit browser    only these: unit, embedded, browser, javascript
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-q")
# A file of tests at a time on each of two cores; every process has a PostgreSQL and Valkey of its own.
SIDE_BY_SIDE = (
    "-n",
    str(min(2, len(os.sched_getaffinity(0)))),
    "--dist",
    "loadfile",
    "--no-loadscope-reorder",
)
# A run that hangs ends by itself, and says so, well before CI's own limit.
LIMIT_SECONDS = 40 * 60


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed, {self.skipped} skipped"


def run(command: list[str], environment: dict[str, str]) -> int:
    """Run a part to its end. What it started stops with it, also when we are told to stop."""
    child = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **environment})  # noqa: S603 -- parts below

    def pass_on(number: int, frame: object) -> None:
        child.send_signal(number)

    before = signal.signal(signal.SIGTERM, pass_on)
    try:
        return child.wait(LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        sys.stdout.write(f"stopped after {LIMIT_SECONDS} s: {' '.join(command)}\n")
        child.terminate()
        child.wait(60)
        return 1
    except KeyboardInterrupt:
        child.wait(60)  # the terminal told it too
        raise
    finally:
        signal.signal(signal.SIGTERM, before)


def with_pytest(arguments: list[str], engine: str = "") -> Count:
    """A part under pytest. tests/services.py writes what it counted."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        code = run(
            [*PYTEST, *SIDE_BY_SIDE, *arguments],
            {"HELPLINE_TEST_ENGINE": engine, "HELPLINE_TEST_REPORT": str(report)},
        )
        count = Count(**json.loads(report.read_text())) if report.exists() else Count()
    if code and not count.failed:
        count.failed += 1  # it did not even start, or was stopped
    return count


def unit() -> Count:
    return with_pytest(["-m", "not e2e and not faults"])


def embedded() -> Count:
    return with_pytest(["-m", "embedded"], engine="embedded")


def browser() -> Count:
    return with_pytest(["-m", "e2e or faults"])


def javascript() -> Count:
    files = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/js/*.test.mjs"))
    if not files:
        return Count()
    node = shutil.which("node")
    if node is None:
        sys.stdout.write("Node is missing, so no JavaScript test ran: apt install nodejs\n")
        missing = os.environ.get("CI") == "true"
        return Count(failed=len(files)) if missing else Count(skipped=len(files))
    with tempfile.TemporaryDirectory() as folder:
        tap = Path(folder) / "report.tap"
        reporters = ["--test-reporter=dot", "--test-reporter-destination=stdout"]
        reporters += ["--test-reporter=tap", f"--test-reporter-destination={tap}"]
        code = run([node, "--test", *reporters, *files], {})
        report = tap.read_text() if tap.exists() else ""
    found = {name: int(n) for name, n in re.findall(r"^# (pass|fail|skipped) (\d+)$", report, re.M)}
    count = Count(found.get("pass", 0), found.get("fail", 0), found.get("skipped", 0))
    if code:
        sys.stdout.write(report)
        count.failed = max(1, count.failed)
    return count


PARTS = {"unit": unit, "embedded": embedded, "browser": browser, "javascript": javascript}


def main(names: list[str]) -> int:
    counts = {}
    for name in names or PARTS:
        sys.stdout.write(f"\n== {name}\n")
        sys.stdout.flush()
        counts[name] = PARTS[name]()
    sys.stdout.write("\n")
    for name, count in counts.items():
        sys.stdout.write(f"{name:12}{count}\n")
    total = sum(counts.values(), Count())
    sys.stdout.write(f"\n{total}\n")
    return 1 if total.failed or not total.passed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
