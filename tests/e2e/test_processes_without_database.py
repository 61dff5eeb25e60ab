"""Processes that are started while the database is away, or that it leaves: they wait, and say so."""

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.people import wait_for
from tests.e2e.test_outage import ask, is_honest
from tests.processes import ROOT, Process, Site, Sites

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def site(sites: Sites) -> Iterator[Site]:
    with sites.open() as site:
        site.rows("UPDATE services_service SET chat_open = 'open'")
        yield site


def wrote(process: Process) -> list[dict[str, Any]]:
    lines = process.log.read_text().splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


def fails(worker: Process) -> Callable[[], bool]:
    """Asks whether a job failed since now, which the log says in words and without a crash."""
    before = len(wrote(worker))
    return lambda: any("a job failed" in line["message"] for line in wrote(worker)[before:])


def works(site: Site) -> Callable[[], bool]:
    """Asks whether a worker ended a chat that was left just before now."""
    answer = ask(site, "/nl/chat/start/", {"key": str(uuid.uuid4()), "name": ""})
    assert answer.status == 200
    site.rows("UPDATE chat_conversation SET visitor_seen_at = now() - interval '2 days'")
    return lambda: not site.rows("SELECT id FROM chat_conversation WHERE status <> 'ended'")


def test_worker_goes_on_when_the_database_is_back(site: Site) -> None:
    (worker,) = site.workers
    wait_for(works(site), what="a job")
    with site.away("default", "keys"):
        wait_for(fails(worker), what="a failed job")
    assert worker.running
    wait_for(works(site), what="a job after the outage")
    assert worker.running


def test_processes_start_without_the_database(site: Site) -> None:
    (worker,), (web,) = site.workers, site.webs
    with site.away("default", "keys"):
        for process in (worker, web):
            process.stop()
        failed = fails(worker)
        site.restart(worker)
        site.restart(web)
        is_honest(ask(site, "/nl/"), "nl")
        wait_for(failed, what="a failed job")
        assert worker.running
    wait_for(lambda: ask(site, "/nl/").status == 200, what="the start page")
    wait_for(works(site), what="a job")


def test_serve_says_that_the_database_does_not_answer(site: Site) -> None:
    with site.away("default"):
        done = subprocess.run(
            [sys.executable, "manage.py", "serve", "--port", "29999"],
            cwd=ROOT,
            env={**os.environ, **site.environment()},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 1
    assert "The database does not answer" in done.stderr
    assert "Traceback" not in done.stderr
