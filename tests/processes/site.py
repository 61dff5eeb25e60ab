"""A running site, as tests see it from outside: by HTTP, by its logs, and by SQL."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests import databases
from tests.processes.process import ROOT, Process, SiteError, daphne, free_ports
from tests.standins.dns import NameServer
from tests.standins.rdap import Register
from tests.standins.smtp import MailServer

START_SECONDS = 240.0  # one that hangs fails; how long a start takes is no claim


@dataclass
class StandIns:
    """Other people's servers, on loopback."""

    mail: MailServer
    names: NameServer
    register: Register
    # What the two above answer with; a test may add to both while the site runs.
    zone: dict[str, dict[str, list[str]]]


@dataclass
class Site:
    """A running site. ``webs`` are its web servers, ``workers`` its workers."""

    name: str
    folder: Path
    embedded: bool
    valkey_database: int
    standins: StandIns
    webs: list[Process] = field(default_factory=list)
    workers: list[Process] = field(default_factory=list)
    ports: list[int] = field(default_factory=list)
    extra: dict[str, str] = field(default_factory=dict)
    application: str = "helpline.asgi:application"

    @property
    def url(self) -> str:
        """The address of the first web server."""
        return f"http://127.0.0.1:{self.ports[0]}"

    @property
    def urls(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    @property
    def mail(self) -> MailServer:
        return self.standins.mail

    @property
    def valkey_url(self) -> str:
        return f"{os.environ['HELPLINE_TEST_VALKEY_URL']}?db={self.valkey_database}"

    def environment(self) -> dict[str, str]:
        return {
            **{
                key: value for key, value in os.environ.items() if key != "HELPLINE_TEST_VALKEY_URL"
            },
            "DJANGO_SETTINGS_MODULE": "helpline.settings.test",
            "HELPLINE_TEST_ENGINE": "embedded" if self.embedded else "postgres",
            "HELPLINE_TEST_DATABASES": self.name,
            "HELPLINE_TEST_POOL": "1",
            "HELPLINE_VAR": str(self.folder),
            "HELPLINE_BASE_URL": self.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.standins.mail.port),
            "HELPLINE_DNS_SERVERS": self.standins.names.address,
            "HELPLINE_RDAP_BASE": self.standins.register.base,
            "PYTHONUNBUFFERED": "1",
            **({} if self.embedded else {"HELPLINE_TEST_VALKEY_URL": self.valkey_url}),
            **self.extra,
        }

    def start(self, *, webs: int = 1, workers: int = 1) -> None:
        """Start the processes, and wait until each web server answers."""
        webs = 1 if self.embedded else webs
        self.ports = free_ports(max(webs, 1))  # the bench starts servers of its own on a site
        environment = self.environment()
        for port in self.ports[:webs]:
            name = f"web-{port}"
            command = (
                [sys.executable, "manage.py", "serve", "--port", str(port)]
                if self.embedded
                else daphne(self.application, port)
            )
            self.webs.append(Process(name, command, environment, self.folder / f"{name}.log"))
        for number in range(0 if self.embedded else workers):
            name = f"worker-{number}"
            command = [sys.executable, "manage.py", "worker"]
            self.workers.append(Process(name, command, environment, self.folder / f"{name}.log"))
        for process in self.processes:
            process.start()
        for web, url in zip(self.webs, self.urls, strict=False):
            self.wait_until_ready(web, url)

    def restart(self, process: Process) -> None:
        """Start a process again after it was killed or stopped, and wait until it serves."""
        process.start()
        if process in self.webs:
            self.wait_until_ready(process, self.urls[self.webs.index(process)])

    def wait_until_ready(self, web: Process, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and web.running:
            try:
                with urllib.request.urlopen(f"{url}/nl/", timeout=10):  # noqa: S310 -- our own URL
                    return
            except urllib.error.HTTPError as error:
                error.close()
                return  # it answers, which is all that is asked here
            except OSError:
                time.sleep(0.05)
        raise SiteError(f"{web.name} did not start:\n{web.log.read_text()[-4000:]}")

    @property
    def processes(self) -> list[Process]:
        return [*self.webs, *self.workers]

    def stop(self) -> None:
        for process in self.processes:
            if process.popen is not None and process.running:
                process.popen.terminate()
        for process in self.processes:
            process.stop()

    def rows(self, query: str, *parameters: object, alias: str = "default") -> list[Any]:
        """Read, or change, the site's database by SQL; %s stands for a parameter.

        Not by models: inside Playwright's synchronous API Django refuses them.
        """
        if self.embedded:
            file = databases.sqlite_file(self.name, alias, folder=self.folder / "databases")
            with contextlib.closing(sqlite3.connect(file, timeout=20)) as lite, lite:
                return lite.execute(query.replace("%s", "?"), parameters).fetchall()
        with self.connect(alias) as connection:
            cursor = connection.execute(query.encode(), parameters)
            return cursor.fetchall() if cursor.description else []

    def connect(self, alias: str = "default") -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(
            host=os.environ["HELPLINE_TEST_POSTGRES"],
            user="postgres",
            dbname=f"{self.name}_{alias}",
            autocommit=True,
        )

    @contextlib.contextmanager
    def away(self, *aliases: str) -> Iterator[None]:
        """These databases of the site answer nobody until the block ends, and drop who is there."""

        def let(allowed: bool) -> None:
            for alias in aliases:
                name = f"{self.name}_{alias}"
                server.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS {allowed}".encode())
                server.execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s",
                    [name],
                )

        with psycopg.connect(
            host=os.environ["HELPLINE_TEST_POSTGRES"], user="postgres", autocommit=True
        ) as server:
            let(False)
            try:
                yield
            finally:
                let(True)

    def manage(self, *arguments: str, given: str = "") -> str:
        """Run a management command against the site. Returns what it printed."""
        done = subprocess.run(  # noqa: S603 -- our own commands
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT,
            env=self.environment(),
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise SiteError(f"manage.py {arguments[0]}: {done.stderr[-4000:]}")
        return done.stdout

    def log_text(self) -> str:
        """All that its processes wrote."""
        return "".join(process.log.read_text(errors="replace") for process in self.processes)

    def dump(self, alias: str = "default") -> bytes:
        """Everything in one of its databases, as pg_dump or SQLite writes it."""
        if self.embedded:
            file = databases.sqlite_file(self.name, alias, folder=self.folder / "databases")
            with contextlib.closing(sqlite3.connect(file)) as lite:
                return "\n".join(lite.iterdump()).encode()
        done = subprocess.run(  # noqa: S603 -- the wheel's binary
            [str(Path(os.environ["HELPLINE_TEST_PG_BIN"]) / "pg_dump"), "--inserts"]
            + ["-h", os.environ["HELPLINE_TEST_POSTGRES"], "-U", "postgres"]
            + [f"{self.name}_{alias}"],
            capture_output=True,
            check=True,
        )
        return done.stdout

    def empty_valkey(self) -> None:
        """Forget what a site before it counted: whoever it slowed down would wait here too."""
        with redis.Redis.from_url(self.valkey_url) as valkey:
            valkey.flushdb()

    def valkey_dump(self) -> bytes:
        """Every key and value in Valkey, each on a line."""
        lines: list[bytes] = []
        with redis.Redis.from_url(self.valkey_url) as valkey:
            for key in valkey.scan_iter():
                lines.append(key + b" " + _value(valkey, key))
        return b"\n".join(lines)


def _value(valkey: "redis.Redis", key: bytes) -> bytes:
    readers: dict[bytes, Callable[[Any], Any]] = {
        b"string": valkey.get,
        b"hash": valkey.hgetall,
        b"set": valkey.smembers,
        b"list": lambda key: valkey.lrange(key, 0, -1),
        b"zset": lambda key: valkey.zrange(key, 0, -1),
    }
    kind: Any = valkey.type(key)
    value = readers[kind](key) if kind in readers else valkey.dump(key)
    return value if isinstance(value, bytes) else repr(value).encode()
