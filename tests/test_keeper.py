"""A test run leaves nothing behind, however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# A run as tests/services.py starts it, which then does nothing until it is ended.
RUN = """
import os, signal, time
from tests import services
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts jobs deaf to it
services.start("postgres")
print(os.environ["HELPLINE_TEST_RUN"], services._keeper.pid, flush=True)
time.sleep(120)
"""


def running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def children(pid: int) -> list[int]:
    return [int(n) for n in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_ended_run_stops_its_services_and_removes_its_folder(end: signal.Signals) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("HELPLINE_TEST_")}
    run = subprocess.Popen(  # noqa: S603 -- the code above
        [sys.executable, "-c", RUN],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert run.stdout is not None
    with run.stdout:
        folder, keeper = run.stdout.readline().split()
    services = children(int(keeper))
    assert len(services) == 2, "PostgreSQL and Valkey"
    assert Path(folder).exists()
    run.send_signal(end)
    run.wait(20)
    deadline = time.monotonic() + 20
    left = [int(keeper), *services]
    while time.monotonic() < deadline and (Path(folder).exists() or any(map(running, left))):
        time.sleep(0.05)
    assert not Path(folder).exists()
    assert not [pid for pid in left if running(pid)]


def test_migration_that_fails_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 -- our own script
        [sys.executable, str(ROOT / "tests" / "keeper.py"), "embedded"],
        cwd=ROOT,
        # A cache of its own, where nothing was migrated before, and settings that cannot be read.
        env={
            **os.environ,
            "HELPLINE_TEST_CACHE": str(tmp_path / "cache"),
            "HELPLINE_EXIT_URL_FILE": str(tmp_path / "missing"),
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert "could not be migrated" in answer["error"]
    assert [path.name for path in (tmp_path / "cache").glob("sqlite-*") if path.is_dir()] == []
