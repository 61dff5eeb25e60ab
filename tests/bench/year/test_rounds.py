"""What the figures of a year are made of, and that the whole of it runs."""

import csv
from pathlib import Path

import pytest

from intake.removal.actions.importing.reading import Kind, Reported, chunks, read_line, reader
from tests.bench.year.__main__ import joined, p95, ratio
from tests.bench.year.making import write


def test_p95_is_of_all_pages_together() -> None:
    assert p95([{"queue": [float(n)] * 10, "ready": []} for n in range(1, 11)]) == 10.0
    assert p95([{"queue": [1.0] * 99}, {"ready": [50.0]}]) == 1.0


def test_ratio_is_the_full_desk_beside_the_empty_one() -> None:
    legs = [({"queue": [30.0, 10.0]}, {"queue": [15.0, 10.0]})]
    assert ratio(legs) == pytest.approx(2.0)
    assert joined({"queue": [1.0]}, {"queue": [2.0]}) == {"queue": [1.0, 2.0]}


def test_the_year_is_as_many_different_addresses_that_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "year.csv"
    write(file, 3000)
    with file.open() as lines:
        assert len({row["url"] for row in csv.DictReader(lines)}) == 3000
    read, heading = reader(file, Kind.CSV)
    found = [read_line(line, read) for chunk in chunks(file, after=heading) for line in chunk.lines]
    assert len({each.address.url for each in found if isinstance(each, Reported)}) == 3000
