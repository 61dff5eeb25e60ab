"""`make run`: from nothing to a page, a second time with the data kept, and stopped whole."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.processes import ROOT, free_ports

READY = "Ctrl-C stops everything."
PATIENCE_SECONDS = 300  # a start that hangs fails; how long one takes is no claim of these tests


class Look:
    """One `manage.py serve --demo` over a folder, as `make run` starts it."""

    def __init__(self, folder: Path, port: int) -> None:
        self.port = port
        self.environment = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("HELPLINE_", "EMAIL_"))},
            "DJANGO_SETTINGS_MODULE": "helpline.settings.dev",
            "HELPLINE_VAR": str(folder),
            "PYTHONUNBUFFERED": "1",
        }
        self.output = folder / "output.txt"
        self.started = time.monotonic()
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603 -- our own command
                [sys.executable, "manage.py", "serve", "--demo", "--port", str(port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def text(self) -> str:
        return self.output.read_text()

    def wait_until_ready(self) -> None:
        while READY not in self.text():
            assert self.process.poll() is None, self.text()
            assert time.monotonic() - self.started < PATIENCE_SECONDS, self.text()
            time.sleep(0.05)

    def manage(self, *arguments: str) -> str:
        return subprocess.run(  # noqa: S603 -- our own commands
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            check=True,
            text=True,
        ).stdout


@contextmanager
def look(folder: Path, port: int) -> Iterator[Look]:
    running = Look(folder, port)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.kill()
            running.process.wait()


def children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("look")


def test_first_look_from_nothing_to_a_page(folder: Path) -> None:
    (port,) = free_ports(1)
    with look(folder, port) as running:
        running.wait_until_ready()
        text = running.text()
        assert f"http://localhost:{port}/nl/" in text
        assert f"http://localhost:{port}/console/" in text
        assert "demo-counsellor" in text
        assert "make code ACCOUNT=" in text
        with urllib.request.urlopen(
            f"http://127.0.0.1:{port}/nl/", timeout=PATIENCE_SECONDS
        ) as answer:
            assert answer.status == 200
        code = running.manage("code", "demo-counsellor").strip()
        assert re.fullmatch(r"\d{6}", code)
        due = running.manage(
            "shell", "-v0", "-c", "from helpline.models import *; print(DueJob.objects.count())"
        )
        assert int(due) >= 1, "the worker runs beside the web server"
        assert children(running.process.pid) == [], "one process: nothing to leave behind"
        running.process.send_signal(signal.SIGINT)
        assert running.process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in running.text()


def test_second_look_keeps_the_data(folder: Path) -> None:
    (port,) = free_ports(1)
    with look(folder, port) as running:
        running.wait_until_ready()
        assert "Preparing the database" not in running.text()
        assert "master key file" not in running.text()
        running.process.terminate()
        assert running.process.wait(PATIENCE_SECONDS) == 0


def test_taken_port_is_said_in_a_sentence(folder: Path) -> None:
    (port,) = free_ports(1)
    with look(folder, port) as first:
        first.wait_until_ready()
        output = first.text()
        with look(folder, port) as second:
            assert second.process.wait(PATIENCE_SECONDS) == 1
            assert "make run PORT=" in second.text()
            assert "Traceback" not in second.text()
        assert READY in output
