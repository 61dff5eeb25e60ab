"""Nothing of a site reaches a reported host, but the checker; and nothing at all a private network.

In a network namespace of its own a whole site runs, from reports to notices: web server, worker, and
then the checker. The reported site and the private servers listen there and count who comes. Where no
namespace can be had, every connection is written down before it is made, and refused.
"""

import ipaddress
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.reach import PRIVATE, REPORTED
from tests.processes.making import Sites
from tests.processes.process import ROOT

pytestmark = [pytest.mark.e2e]


def namespace() -> list[str]:
    """The command that runs another in a network of its own, or nothing."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        # Tried whole: a container may give a network, and no address in it.
        probe = [*command, sys.executable, "-m", "tests.e2e.reach", "probe"]
        try:
            done = subprocess.run(probe, cwd=ROOT, capture_output=True, check=False)  # noqa: S603 -- above
        except OSError:
            return []
        if done.returncode == 0:
            return command
    return []


def reach(sites: Sites, folder: Path, mode: str, before: list[str]) -> dict[str, Any]:
    command = [*before, sys.executable, "-m", "tests.e2e.reach", mode, str(folder)]
    done = subprocess.run(  # noqa: S603 -- our own script
        [*command, str(sites.demo())],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "helpline.settings.test"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,  # whatever it waits for has a limit of its own, and it stops what it started
    )
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def outside(lines: list[dict[str, Any]]) -> set[tuple[str, int]]:
    """Where processes went that is not this machine."""
    return {
        (line["host"], line["port"])
        for line in lines
        if not ipaddress.ip_address(line["host"]).is_loopback
    }


@pytest.mark.parametrize("mode", ["namespace", "refused"])
def test_only_the_checker_reaches_a_reported_host_and_nobody_a_private_one(
    sites: Sites, tmp_path: Path, mode: str
) -> None:
    before = namespace() if mode == "namespace" else []
    if mode == "namespace" and not before:
        pytest.skip("no network namespace can be made here; the other half of this test runs")
    found = reach(sites, tmp_path, mode, before)
    assert found["mails"] > 0
    assert outside(found["reached_before"]) == set()
    # Pages, and over TLS how the site itself is reached; no place of its name is a private one.
    assert outside(found["reached_after"]) == {(REPORTED, 80), (REPORTED, 443)}
    assert found["sites"] == ["private", "unreachable"]
    # Only what the site itself stands on: no port of another server on this machine.
    here = [line for line in found["reached_after"] if line["host"] != REPORTED]
    assert [line for line in here if line["port"] in (443, 5432)] == []
    assert sum(count for _verdict, _why, count in found["seen"]) == found["pages"]
    whys = {why for _verdict, why, _count in found["seen"]}
    if mode == "refused":
        assert whys == {"unreachable", "not_allowed"}
        return
    assert found["before"] == dict.fromkeys((REPORTED, *PRIVATE), 0)
    assert found["after"].pop(REPORTED) >= found["pages"] - 5
    assert found["after"] == dict.fromkeys(PRIVATE, 0)
    assert whys == {"not_found", "not_allowed", "elsewhere"}
    assert "/minor" not in found["asked"]
