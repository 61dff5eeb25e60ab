"""Starts a run of faults from a test."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def short_run(module: str) -> "subprocess.CompletedProcess[str]":
    """The short form of a run, in a process of its own with database servers of its own: they are
    stopped and killed.
    """
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("HELPLINE_") or key == "HELPLINE_TEST_CACHE"
    }
    return subprocess.run(  # noqa: S603 -- our own modules
        [sys.executable, "-m", module, "--short"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
