"""The bench in short, on real processes: it runs to its end, and a killed import goes on."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.bench.year import copying
from tests.bench.year.__main__ import EMPTY, FULL, _environment, _run, desk, ingest, queries
from tests.bench.year.making import write

pytestmark = [pytest.mark.e2e]
COUNT = "SELECT count(*), count(DISTINCT url_index) FROM removal_location"


@pytest.fixture(autouse=True)
def desks() -> Iterator[None]:
    for name in (EMPTY, FULL):
        databases.clone(name)
    _run(FULL, "-m", "tests.bench.year.directory", "3")
    yield
    for name in (EMPTY, FULL):
        databases.drop(name)


def test_the_bench_says_its_figures(tmp_path: Path) -> None:
    found = [*ingest(tmp_path, 2500, 1), *desk(1, 1), queries()]
    assert [figure.name for figure in found] == [
        *("ingest_vs_copy", "ingest_rss_mib", "desk_ratio", "desk_ms_p95", "desk_queries"),
    ]
    assert all(figure.median > 0 for figure in found)


def test_an_import_that_is_killed_goes_on_and_leaves_no_process(tmp_path: Path) -> None:
    rows = 12_000
    file = tmp_path / "year.csv"
    write(file, rows)
    words = [sys.executable, "-m", "tests.bench.year.bringing", "import", str(file), "1"]
    with copying.connected(FULL, "default") as connection:

        def stored() -> tuple[int, int]:
            row = connection.execute(COUNT).fetchone()
            assert row is not None
            return row[0], row[1]

        process = subprocess.Popen(words, env=_environment(FULL), stdout=subprocess.PIPE)  # noqa: S603 -- our own script
        while not stored()[0] and process.poll() is None:
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        process.kill()
        # Its output ends when the last process that holds it has ended.
        process.communicate(timeout=60)
        assert not [pid for pid in children if "bringing" in _command(pid)]
        assert stored()[0] > 0

        done = subprocess.run(words, env=_environment(FULL), stdout=subprocess.PIPE, check=True)  # noqa: S603 -- as above
        assert json.loads(done.stdout)["rows"] == rows
        assert stored() == (rows, rows)


def _command(pid: str) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text()
    except OSError:
        return ""
