"""The same rows by PostgreSQL's own COPY: what an import is measured against."""

import time
from pathlib import Path
from typing import Any

import psycopg

# In the order in which one points at the other: (database, table).
TABLES = (
    ("keys", "privacy_datakey"),
    ("default", "removal_location"),
    ("default", "removal_statement"),
    ("default", "removal_removalrequest"),
    ("default", "removal_removalevent"),
)
BLOCK = 1 << 20


def connected(name: str, database: str) -> "psycopg.Connection[Any]":
    from django.conf import settings  # noqa: PLC0415 -- needs the settings

    return psycopg.connect(
        host=str(settings.DATABASES["default"]["HOST"]),
        user="postgres",
        dbname=f"{name}_{database}",
        autocommit=True,
    )


def write_out(name: str, folder: Path) -> None:
    """Keep every row that an import stored, as COPY reads it."""
    for database, table in TABLES:
        with (
            connected(name, database) as connection,
            connection.cursor() as cursor,
            (folder / table).open("wb") as file,
            cursor.copy(f"COPY {table} TO STDOUT (FORMAT BINARY)") as copy,
        ):
            for block in copy:
                file.write(block)


def empty(name: str) -> None:
    """The tables as they were before, without a row."""
    for database in ("keys", "default"):
        tables = ", ".join(table for where, table in TABLES if where == database)
        with connected(name, database) as connection:
            connection.execute(f"TRUNCATE {tables} CASCADE")
            connection.execute("CHECKPOINT")


def copy_in(name: str, folder: Path) -> dict[str, float]:
    """Seconds that COPY takes to put the rows in the same tables: indexes, keys and all."""
    took = {}
    for database, table in TABLES:
        with connected(name, database) as connection:
            began = time.perf_counter()
            with (
                connection.cursor() as cursor,
                (folder / table).open("rb") as file,
                cursor.copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy,
            ):
                while block := file.read(BLOCK):
                    copy.write(block)
            took[table] = time.perf_counter() - began
    return took
