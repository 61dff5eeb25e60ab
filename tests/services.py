"""A pytest plugin that starts what the tests need before the settings are read.

It is named in ``addopts``, since a conftest is too late for that. PostgreSQL and Valkey run under
tests/keeper.py; with HELPLINE_TEST_ENGINE=embedded the tests run on SQLite and in memory instead.
From here on only loopback can be reached.
"""

import ipaddress
import json
import os
import socket
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
WITHOUT_TESTS = ("--help", "-h", "--version", "-V", "--collect-only", "--co", "--fixtures")

_keeper: subprocess.Popen[str] | None = None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(args: list[str]) -> Generator[None, Any, Any]:
    """Runs before pytest-django reads the settings."""
    if not any(argument in WITHOUT_TESTS for argument in args):
        start()
        only_loopback()
    return (yield)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tell `make test` what was counted."""
    report = os.environ.get("HELPLINE_TEST_REPORT")
    if report:
        stats = terminalreporter.stats
        counted = {
            "passed": len(stats.get("passed", [])) + len(stats.get("xfailed", [])),
            "failed": len(stats.get("failed", [])) + len(stats.get("error", [])),
            "skipped": len(stats.get("skipped", [])),
        }
        Path(report).write_text(json.dumps(counted))


def pytest_unconfigure() -> None:
    stop()


def start(engine: str = "") -> None:
    """Start the services and tell the settings where they are.

    ``engine`` is "postgres", "durable" or "embedded" (see tests/keeper.py); without it the
    environment says, or it is PostgreSQL that keeps nothing.
    """
    global _keeper
    engine = engine or os.environ.get("HELPLINE_TEST_ENGINE", "") or "postgres"
    _keeper = subprocess.Popen(  # noqa: S603 -- our own script
        [sys.executable, "-I", str(ROOT / "tests" / "keeper.py"), engine],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert _keeper.stdout is not None
    line = _keeper.stdout.readline()
    found: dict[str, str] = json.loads(line) if line else {"error": "the keeper did not start"}
    if "error" in found:
        stop()
        raise pytest.UsageError(found["error"])
    os.environ["HELPLINE_VAR"] = found["var"]
    os.environ["HELPLINE_TEST_RUN"] = found["run"]
    if engine == "embedded":
        os.environ["HELPLINE_TEST_SQLITE"] = found["sqlite"]
    else:
        os.environ["HELPLINE_TEST_POSTGRES"] = found["postgres"]
        os.environ["HELPLINE_TEST_PG_BIN"] = found["pg_bin"]
        os.environ["HELPLINE_TEST_VALKEY_URL"] = f"unix://{found['valkey']}"


def tell(*words: str) -> None:
    """Have the keeper stop or start a server: ``tell("postgres", "crash")``."""
    assert _keeper is not None
    assert _keeper.stdin is not None
    assert _keeper.stdout is not None
    _keeper.stdin.write(" ".join(words) + "\n")
    _keeper.stdin.flush()
    answer: dict[str, str] = json.loads(_keeper.stdout.readline())
    if "error" in answer:
        raise RuntimeError(answer["error"])


def stop() -> None:
    """Close the keeper's input, which makes it stop everything, and wait for that."""
    global _keeper
    if _keeper is None:
        return
    assert _keeper.stdin is not None
    assert _keeper.stdout is not None
    _keeper.stdin.close()
    _keeper.wait(30)
    _keeper.stdout.close()
    _keeper = None


class OutsideError(RuntimeError):
    """A test tried to reach something that is not on this machine."""


def only_loopback() -> None:
    """Refuse every connection and datagram that would leave this machine."""
    connect, connect_ex, sendto = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.socket.sendto,
    )
    getaddrinfo = socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not is_loopback(str(address[0])):
            raise OutsideError(f"Tests reach loopback only, not {address[0]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, data: Any, *rest: Any) -> int:
        check(rest[-1])
        return sendto(self, data, *rest)

    def guarded_getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        if host and not is_loopback(host.decode() if isinstance(host, bytes) else host):
            raise OutsideError(f"Tests look up loopback only, not {host!r}")
        return getaddrinfo(host, *args, **kwargs)

    # By setattr: to a type checker a method is not for assigning.
    for name, guarded in (
        ("connect", guarded_connect),
        ("connect_ex", guarded_connect_ex),
        ("sendto", guarded_sendto),
    ):
        setattr(socket.socket, name, guarded)
    setattr(socket, "getaddrinfo", guarded_getaddrinfo)  # noqa: B010 -- as above


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, by name or by address."""
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.split("%")[0]).is_loopback
    except ValueError:
        return False
