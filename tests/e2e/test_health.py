"""The health page of a whole site whose Valkey or database is not there."""

import json
import time
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.processes import Site, Sites

pytestmark = pytest.mark.embedded


def look(site: Site) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"{site.url}/health/", timeout=20) as answer:  # noqa: S310 -- our own URL
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def test_site_that_runs_is_well(site: Site) -> None:
    status, said = look(site)
    assert (status, said["ok"], said["database"], said["keys"]) == (200, True, "ok", "ok")
    assert said["chat"] == "ok"


def until(site: Site, **values: object) -> int:
    """Look until the page says this; the status it says it with."""
    deadline = time.monotonic() + 60
    while True:
        status, said = look(site)
        if values.items() <= said.items():
            return status
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def test_worker_that_runs_is_not_late(site: Site) -> None:
    assert until(site, worker="ok") == 200


@pytest.mark.parametrize(("alias", "part"), [("default", "database"), ("keys", "keys")])
def test_database_goes_and_comes_back(alias: str, part: str, site: Site) -> None:
    if site.embedded:
        pytest.skip("nobody can take a file away from a process that has it open")
    with site.away(alias):
        assert until(site, **{part: "away"}, ok=False, chat="away") == 503
    assert until(site, **{part: "ok"}, ok=True, chat="ok") == 200


def test_site_without_valkey_goes_on_slower(sites: Sites) -> None:
    if sites.embedded:
        pytest.skip("the embedded default has no Valkey")
    with sites.open(environment={"HELPLINE_TEST_VALKEY_URL": "redis://127.0.0.1:1/0"}) as site:
        status, said = look(site)
        for path in ("/nl/", "/nl/chat/", "/console/sign-in/"):
            with urllib.request.urlopen(f"{site.url}{path}", timeout=20) as answer:  # noqa: S310 -- our own URL
                assert answer.status == 200
    assert (status, said["ok"], said["valkey"], said["chat"]) == (200, True, "away", "slower")
