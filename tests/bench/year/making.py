"""A file like a year of a hotline: very many pages on few hosts, and few on very many."""

import random
from collections.abc import Iterator
from pathlib import Path

YEAR = 308_430  # reported addresses that the Dutch hotline handled in 2019
HOSTS = 6_000
IN_DIRECTORY = 60
HEADING = "url,age_in_picture,agreed,seen_on,declaration_version"


def host(number: int) -> str:
    return f"img{number}.site{number // 3}.example" if number % 3 else f"site{number}.example"


def write(file: Path, rows: int) -> None:
    """As many different addresses as rows: half of adults, half of possible minors."""
    with file.open("w") as out:
        out.write(HEADING + "\n")
        out.writelines(_rows(rows))


def _rows(rows: int) -> Iterator[str]:
    chance = random.Random(2019)
    for number in range(rows):
        # A few hosts have most of it.
        where = host(int(HOSTS * chance.random() ** 3))
        page = f"https://{where}/gallery/{chance.getrandbits(40):010x}/view.php?id={number}"
        age = "adult" if chance.random() < 0.5 else "unknown"
        yield f"{page},{age},no,2019-{chance.randint(1, 12):02},2019-1\n"
