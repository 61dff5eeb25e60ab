"""What `make check` runs: everything about the code that can be told without running it.

python -m tests.checks            all of it
python -m tests.checks types      those whose name holds a word
"""

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from tests.production import PRODUCTION

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MANAGE = (sys.executable, "manage.py")


@dataclass(frozen=True)
class Check:
    name: str
    command: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)


CHECKS = (
    # The slow ones first: two run at a time.
    Check("types", (sys.executable, "-m", "mypy", ".")),
    Check("translations", (sys.executable, "-m", "tests.translations")),
    Check("imports", (str(BIN / "lint-imports"), "--no-cache")),
    Check(
        "deploy",
        (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
        {"DJANGO_SETTINGS_MODULE": "helpline.settings.production", **PRODUCTION},
    ),
    Check("migrations", (*MANAGE, "makemigrations", "--check", "--dry-run")),
    Check("diagrams", (*MANAGE, "state_diagrams", "--check")),
    Check("lint", (sys.executable, "-m", "ruff", "check", ".")),
    Check("format", (sys.executable, "-m", "ruff", "format", "--check", ".")),
    Check(
        "templates",
        ("sh", "-c", f"git ls-files -z '*.html' | xargs -0 -r {BIN}/djhtml --check --tabwidth 2"),
    ),
    Check("lock", ("sh", "requirements/lock.sh", "check")),
)


def run(check: Check) -> bool:
    """Run one check; its output is shown only when it fails."""
    started = time.monotonic()
    done = subprocess.run(  # noqa: S603 -- the list above
        check.command,
        cwd=ROOT,
        env={**os.environ, **check.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    seconds = time.monotonic() - started
    verdict = "FAILED" if done.returncode else "ok"
    shown = f"\n{done.stdout.rstrip()}" if done.returncode else ""
    sys.stdout.write(f"{verdict:6} {check.name} ({seconds:.1f} s){shown}\n")
    sys.stdout.flush()
    return done.returncode == 0


def main(words: list[str]) -> int:
    chosen = [c for c in CHECKS if not words or any(word in c.name for word in words)]
    with ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(run, chosen))
    failed = passed.count(False)
    sys.stdout.write(f"checks: {len(passed) - failed} passed, {failed} failed\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
