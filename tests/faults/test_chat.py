"""The short form of `make faults`: every kind of fault once, under a site full of conversations."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def test_no_word_is_lost_doubled_or_out_of_order_whatever_breaks() -> None:
    # In a process of its own, with database servers of its own: they are stopped and killed.
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith("HELPLINE_") or key == "HELPLINE_TEST_CACHE"
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults", "--short"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    line = re.search(
        r"^faults 1 runs (\d+) acked 0 lost 0 duplicate 0 reordered 0 gaps$", done.stdout, re.M
    )
    assert line is not None, done.stdout + done.stderr
    assert int(line[1]) > 100
    assert done.returncode == 0
