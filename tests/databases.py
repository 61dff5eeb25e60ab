"""Copies of the migrated template databases: one for a test run, one for each real site a test
starts. A copy takes less than a tenth of a second, a migration half a minute.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connections
from psycopg import sql

ALIASES = ("default", "keys")


def embedded() -> bool:
    return bool(settings.EMBEDDED)


def clone(name: str, *, template: str = "template", aliases: Iterable[str] = ALIASES) -> None:
    """Make, or make anew, the databases ``name`` as copies of ``template``."""
    if embedded():
        for alias in aliases:
            _remove(sqlite_file(name, alias))
            shutil.copyfile(_template_file(template, alias), sqlite_file(name, alias))
            # As a site that has run once: two first connections at the same moment cannot both
            # turn a file to WAL, and one would be told that it is locked.
            with closing(sqlite3.connect(sqlite_file(name, alias))) as copy:
                copy.execute("PRAGMA journal_mode=WAL")
        return
    with _server() as server:
        for alias in aliases:
            database = sql.Identifier(f"{name}_{alias}")
            origin = sql.Identifier(f"{template}_{alias}")
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))
            server.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                    database, origin
                )
            )


def drop(name: str) -> None:
    """Remove the databases ``name``, whoever is still connected."""
    if embedded():
        for alias in ALIASES:
            _remove(sqlite_file(name, alias))
        return
    with _server() as server:
        for alias in ALIASES:
            database = sql.Identifier(f"{name}_{alias}")
            server.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(database))


def create_empty(name: str) -> None:
    """Make the databases ``name`` without a table."""
    if embedded():
        sqlite_folder().mkdir(parents=True, exist_ok=True)
        return
    with _server() as server:
        for alias in ALIASES:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(f"{name}_{alias}")))


def reset(aliases: Iterable[str] = ALIASES) -> None:
    """Put databases of this run back as they were migrated.

    Takes the place of Django's flush after a transactional test, which would also erase what
    migrations wrote: Wagtail's root page and site, groups, the first service.
    """
    close()
    clone(settings.TEST_DATABASES, aliases=aliases)


def close() -> None:
    """Close this thread's connections, pools included."""
    for connection in connections.all(initialized_only=True):
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def settle() -> None:
    """Close, with everything in the main files, so that a plain copy of them is whole."""
    close()
    if embedded():
        for alias in ALIASES:
            with sqlite3.connect(sqlite_file(settings.TEST_DATABASES, alias)) as database:
                database.execute("PRAGMA journal_mode=DELETE")
            database.close()


def sqlite_folder() -> Path:
    return Path(settings.VAR_DIR) / "databases"


def sqlite_file(name: str, alias: str, *, folder: Path | None = None) -> Path:
    return (folder or sqlite_folder()) / f"{name}_{alias}.sqlite3"


def _template_file(template: str, alias: str) -> Path:
    made_here = sqlite_file(template, alias)
    if made_here.exists():
        return made_here
    return Path(os.environ["HELPLINE_TEST_SQLITE"]) / f"{template}_{alias}.sqlite3"


def _remove(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    for suffix in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


@contextmanager
def _server() -> Iterator["psycopg.Connection[tuple[object, ...]]"]:
    """A connection to the server itself: CREATE DATABASE needs one outside the databases."""
    with psycopg.connect(
        host=str(settings.DATABASES["default"]["HOST"]),
        user="postgres",
        dbname="postgres",
        autocommit=True,
    ) as server:
        yield server
