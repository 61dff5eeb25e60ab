"""make bench-year: a year of a hotline comes in, and the desk with that year on it.

ingest_vs_copy   rows a second of `import_locations`, in units of what COPY takes for the same rows
                 into the same tables, with their indexes and constraints, ready made. 1 would be an
                 import that costs nothing beside storing.
ingest_rss_mib   the most that all processes of the import had in memory together
desk_ratio       95 of 100 pages of the desk with that year on it, beside those of an empty desk
desk_ms_p95      within so many milliseconds are 95 of 100 pages of the full desk
desk_queries     of the page that asks the database most with that year on it, between the least and the
                 most of all pages: with a location on each to which everything happened

What each part took is said beside it, on the other output. ROWS=30000 is a smaller year, SHORT=1 runs
it once with very little, to see that it runs.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests import services
from tests.bench.measure import Figure, bootstrap
from tests.bench.year.making import IN_DIRECTORY, YEAR, write

os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"
EMPTY, FULL = "bench_empty", "bench_full"
LOOKS = 12  # of each page, in each leg
ROUNDS, SHORT_ROUNDS = 5, 1
INGESTS = 3
SHORT_ROWS = 4000
Pages = dict[str, list[float]]


def main() -> int:
    services.start("durable")
    try:
        services.only_loopback()
        for figure in figures(short=bool(os.environ.get("SHORT"))):
            sys.stdout.write(f"{figure}\n")
            sys.stdout.flush()
    finally:
        services.stop()
    return 0


def figures(*, short: bool) -> list[Figure]:
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from tests import databases  # noqa: PLC0415 -- as above

    rows = SHORT_ROWS if short else int(os.environ.get("ROWS", YEAR))
    for name in (EMPTY, FULL):
        databases.clone(name)
    _run(FULL, "-m", "tests.bench.year.directory", str(IN_DIRECTORY))
    with tempfile.TemporaryDirectory() as folder:
        found = ingest(Path(folder), rows, 1 if short else INGESTS)
    found += desk(SHORT_ROUNDS if short else ROUNDS, 2 if short else LOOKS)
    found.append(queries())
    for name in (EMPTY, FULL):
        databases.drop(name)
    return found


def ingest(folder: Path, rows: int, rounds: int) -> list[Figure]:
    from tests.bench.year import copying  # noqa: PLC0415 -- needs the settings

    file = folder / "year.csv"
    write(file, rows)
    alone = _run(FULL, "-m", "tests.bench.year.bringing", "prepare", str(file), "0")
    say(f"{rows} rows; to make ready alone: {1e6 * alone['seconds'] / rows:.0f} µs a row")
    ratios, memory = [], []
    for _ in range(rounds):
        copying.empty(FULL)
        with copying.connected(FULL, "default") as connection:
            connection.execute("DELETE FROM removal_import")
        brought = _run(FULL, "-m", "tests.bench.year.bringing", "import", str(file), "1")
        assert brought["rows"] == rows, brought
        copying.write_out(FULL, folder)
        copying.empty(FULL)
        copied = copying.copy_in(FULL, folder)
        ratios.append(sum(copied.values()) / brought["seconds"])
        memory.append(brought["rss_mib"])
        say(
            f"import {rows / brought['seconds']:.0f} rows a second (of which this process"
            f" {1e6 * brought['cpu'] / rows:.0f} µs a row), COPY"
            f" {rows / sum(copied.values()):.0f}: "
            + ", ".join(f"{table} {1e6 * s / rows:.0f} µs" for table, s in copied.items())
        )
    return [
        Figure("ingest_vs_copy", statistics.median(ratios), min(ratios), max(ratios)),
        Figure("ingest_rss_mib", statistics.median(memory), min(memory), max(memory)),
    ]


class Desk:
    """A process that looks at the pages of one desk."""

    def __init__(self, name: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.year.looking"],
            env=_environment(name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def look(self, times: int) -> Pages:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{times}\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        assert line, "the process that looks ended"
        pages: Pages = json.loads(line)
        return pages

    def close(self) -> None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        self.process.wait(30)
        self.process.stdout.close()


def desk(rounds: int, looks: int) -> list[Figure]:
    from tests.bench.year import copying  # noqa: PLC0415 -- needs the settings

    with copying.connected(FULL, "default") as connection:
        connection.execute("VACUUM ANALYZE")  # as it is in the morning
    desks = {name: Desk(name) for name in (EMPTY, FULL)}
    legs: list[tuple[Pages, Pages]] = []
    try:
        for each in desks.values():
            each.look(2)  # caches fill
        for _ in range(rounds):
            one, two, three, four = (desks[n].look(looks) for n in (FULL, EMPTY, EMPTY, FULL))
            legs.append((joined(one, four), joined(two, three)))
    finally:
        for each in desks.values():
            each.close()
    for page in legs[0][0]:
        full, empty = (statistics.median([v for leg in legs for v in leg[i][page]]) for i in (0, 1))
        say(f"{page}: {full:.0f} ms, on an empty desk {empty:.0f}")
    return [
        Figure("desk_ratio", ratio(legs), *bootstrap(legs, ratio, 1000)),
        Figure("desk_ms_p95", p95_full(legs), *bootstrap(legs, p95_full, 1000)),
    ]


def queries() -> Figure:
    """How many the page asks that asks the most; no page may reach twenty."""
    from tests.intake.desk_pages import MOST_QUERIES  # noqa: PLC0415 -- needs the settings

    counted = _run(FULL, "-m", "tests.bench.year.counting")
    asked: dict[str, int] = counted["queries"]
    say("queries: " + ", ".join(f"{page} {number}" for page, number in asked.items()))
    say(
        "dossier of a recipient: "
        + ", ".join(f"{n} {v:.1f}" for n, v in counted["dossier"].items())
    )
    assert max(asked.values()) <= MOST_QUERIES, asked
    return Figure("desk_queries", max(asked.values()), min(asked.values()), max(asked.values()))


def joined(one: Pages, other: Pages) -> Pages:
    return {page: one[page] + other[page] for page in one}


def p95(pages: Sequence[Pages]) -> float:
    """Of all pages of the desk together."""
    pooled = sorted(value for each in pages for values in each.values() for value in values)
    return pooled[int(len(pooled) * 0.95)]


def p95_full(legs: Sequence[tuple[Pages, Pages]]) -> float:
    return p95([full for full, _empty in legs])


def ratio(legs: Sequence[tuple[Pages, Pages]]) -> float:
    return p95_full(legs) / p95([empty for _full, empty in legs])


def say(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _environment(name: str) -> dict[str, str]:
    return {**os.environ, "HELPLINE_TEST_DATABASES": name}


def _run(name: str, *words: str) -> dict[str, Any]:
    done = subprocess.run(  # noqa: S603 -- our own scripts
        [sys.executable, *words],
        env=_environment(name),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    sys.exit(main())
