"""What answers and what is away, for who keeps the site running. Says nothing about people.

Each part is asked over a connection of its own, by a thread of its own, so that neither a full pool
nor a server that swallows holds up the answer.
"""

import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections
from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from chat.condition import Condition, condition
from helpline import worker
from intake.removal.queries.lag import LATE as NOTICES_LATE

SECONDS = 1.5
# One look serves all who ask in that time: asking must not be a way to wear the database down.
KEPT_SECONDS = 2.0

AWAY = "away"
Report = dict[str, str | bool]


class Part:
    """Something the site stands on, and the question that it must answer."""

    def __init__(self, question: Callable[[], str]) -> None:
        self.question = question
        self.thread: threading.Thread | None = None
        self.said = AWAY

    def ask(self) -> None:
        """Begin to ask, unless the thread that asked before still waits."""
        if self.thread is None or not self.thread.is_alive():
            self.said = AWAY
            # A daemon: it must not keep a process from stopping.
            self.thread = threading.Thread(target=self._run, daemon=True)
            self.thread.start()

    def answer(self, until: float) -> str:
        """What it said, or that it is away when it says nothing until then."""
        if self.thread is not None:
            self.thread.join(max(0.0, until - time.monotonic()))
            if self.thread.is_alive():
                return AWAY
        return self.said

    def _run(self) -> None:
        try:
            self.said = self.question()
        except Exception:  # noqa: BLE001 -- whatever it is, it did not answer
            self.said = AWAY


class Health:
    """Looks at all parts at once, and keeps what it saw for a moment."""

    def __init__(self) -> None:
        self.parts = {
            "database": Part(lambda: _answers("default")),
            "keys": Part(lambda: _answers(settings.KEY_STORE_ALIAS)),
            "valkey": Part(_valkey),
            "worker": Part(_worker),
            "notices": Part(_notices),
        }
        self.lock = threading.Lock()
        self.seen: Report = {}
        self.seen_at = 0.0

    def report(self) -> Report:
        """How every part is, how the chat is with that, and whether people can be helped."""
        with self.lock:
            if not self.seen or time.monotonic() - self.seen_at > KEPT_SECONDS:
                self.seen = self._look()
                self.seen_at = time.monotonic()
            return self.seen

    def _look(self) -> Report:
        until = time.monotonic() + SECONDS
        for part in self.parts.values():
            part.ask()
        said = {name: part.answer(until) for name, part in self.parts.items()}
        if said["worker"] == AWAY:
            said["worker"] = "late"  # its rows cannot be read, so it can do nothing either
        if said["notices"] == AWAY:
            said["notices"] = "late"  # as above
        chat = condition(
            database=said["database"] != AWAY,
            keys=said["keys"] != AWAY,
            valkey=said["valkey"] != AWAY,
        )
        return {"ok": chat != Condition.AWAY, **said, "chat": chat.value}


def _rows(alias: str, query: str) -> list[Any]:
    """Ask one of the site's databases something, past its pool."""
    wrapper = connections[alias]
    if wrapper.vendor == "sqlite":
        # Read-only: a look must not make a database where there is none.
        file = Path(wrapper.settings_dict["NAME"]).absolute().as_uri() + "?mode=ro"
        with closing(sqlite3.connect(file, uri=True, timeout=SECONDS)) as lite:
            return lite.execute(query).fetchall()
    options = {k: v for k, v in wrapper.settings_dict["OPTIONS"].items() if k != "pool"}
    with psycopg.connect(
        dbname=wrapper.settings_dict["NAME"],
        user=wrapper.settings_dict["USER"] or None,
        password=wrapper.settings_dict["PASSWORD"] or None,
        host=wrapper.settings_dict["HOST"] or None,
        port=wrapper.settings_dict["PORT"] or None,
        **{**options, "connect_timeout": 2},
    ) as connection:
        return connection.execute(query.encode()).fetchall()


def _answers(alias: str) -> str:
    _rows(alias, "SELECT 1 FROM django_migrations LIMIT 1")
    return "ok"


def _valkey() -> str:
    if not settings.HELPLINE_VALKEY_URL:
        return "not used"
    with Redis.from_url(
        settings.HELPLINE_VALKEY_URL,
        socket_timeout=SECONDS,
        socket_connect_timeout=SECONDS,
        retry=Retry(NoBackoff(), 0),
    ) as valkey:
        valkey.ping()
    return "ok"


def _worker() -> str:
    rows = _rows("default", "SELECT name, due_at, leased_until FROM helpline_duejob")
    read = [(name, _moment(due), _moment(until) if until else None) for name, due, until in rows]
    return "late" if worker.is_late(read) else "ok"


def _notices() -> str:
    """The moments at which notices are due, or a worker was to be done with them."""
    rows = _rows(
        "default",
        "SELECT MIN(next_action_at) FROM removal_notice WHERE status = 'queued' UNION ALL"
        " SELECT MIN(lease_until) FROM removal_notice WHERE status IN ('claimed', 'attempting')",
    )
    late = datetime.now(UTC) - NOTICES_LATE
    return "late" if any(value and _moment(value) < late for (value,) in rows) else "ok"


def _moment(value: datetime | str) -> datetime:
    """SQLite keeps moments as text, in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value


_health = Health()  # of this process


def report() -> Report:
    """How the site is, as seen within the last moment."""
    return _health.report()
