"""A whole site in a network of its own, and who of it reached whom. Run by test_reach.py.

python -m tests.e2e.reach namespace FOLDER DEMO    in a network namespace without a way out
python -m tests.e2e.reach refused FOLDER DEMO      on this machine's network, where leaving is refused
python -m tests.e2e.reach probe                    whether a namespace has all that the first one needs

In the namespace the reported site and private servers really listen, on port 80 of their addresses.
The first two print one JSON object.
"""

import contextlib
import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import django

from tests.processes.process import ROOT
from tests.processes.site import Site
from tests.standins.web import Page, Web, web_server

REPORTED = "93.184.216.34"
PRIVATE = ("127.0.0.1", "127.0.0.53", "10.11.12.13", "192.168.1.1", "169.254.169.254")
SIOCSIFFLAGS, SIOCSIFADDR, IFF_UP = 0x8914, 0x8916, 0x1
# Names, and where they lead.
NAMES = {
    "photos.example.org": [REPORTED],
    "private.example.org": ["10.11.12.13"],
    "metadata.example.org": ["169.254.169.254"],
    "loop.example.org": ["127.0.0.1"],
    "both.example.org": [REPORTED, "10.11.12.13"],
    "example.net": ["10.11.12.13"],
}
# Their registered name, which is asked how its site is reached.
DOMAIN = "example.org"
# Pages of the reported site that lead into a private network, by every spelling, and one that leads to
# another site.
LEADS = (
    *("http://127.0.0.1/", "http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/"),
    *("http://[::ffff:10.11.12.13]/", "http://[::ffff:a9fe:a9fe]/", "http://169.254.169.254/"),
    *("http://10.11.12.13/", "//192.168.1.1/", "http://private.example.org/"),
    *("http://metadata.example.org/latest/", "http://①②⑦.0.0.1/", "http://127.0.0.1:5432/"),
    *("http://photos.example.org@10.11.12.13/", "http://localhost/", "file:///etc/hostname"),
    "http://other.example.net/",
)
ASK = """
from helpline.staff.models import User
from helpline.services.queries import default_service
from intake.recipients.queries import recipient_for_host
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim, StatementFacts, register_statement
from intake.removal.canonical import canonicalise
from intake.removal.models import GroundRoute, Location
by = User.objects.get(username="demo-caseworker")
pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
facts = StatementFacts(age_in_picture="adult", agreed="no", recognisable="yes", reported_by="self",
    lives_in_nl="yes", declaration_version="1", mandate_version="1")
for url in {urls!r}:
    statement = register_statement(service=default_service(), url=canonicalise(url), facts=facts)
    place = Location.objects.get(pk=statement.location_id)
    actions.open_address(place, by=by)
    request = actions.propose(place, recipient_for_host("example.org"), by=by)
    actions.choose(request, pair, by=by)
    actions.send_notice(actions.draft_notice([request], by=by), by=by)
actions.look_up(place, by=by)
register_statement(service=default_service(), url=canonicalise("http://photos.example.org/minor"),
    facts=StatementFacts(age_in_picture="unknown"))
"""
WATCH = """
from helpline.staff.models import User
from intake.removal.check.actions.contacting import ask_site
from intake.removal.check.actions.switching import switch_on
from intake.removal.models import Location
by = User.objects.get(username="demo-caseworker")
for place in Location.objects.filter(picture_age="adult", requests__status="sent"):
    switch_on(place, by=by)
    ask_site(place, by=by)
"""


def give_addresses() -> None:
    """Bring the namespace's own loopback up, with every address of the test on it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        for number, address in enumerate(("127.0.0.1", REPORTED, *PRIVATE[2:])):
            name = (b"lo" if number == 0 else f"lo:{number}".encode()).ljust(16, b"\0")
            where = struct.pack("HH4s8x", socket.AF_INET, 0, socket.inet_aton(address))
            if number:
                fcntl.ioctl(control, SIOCSIFADDR, name + where)
            fcntl.ioctl(control, SIOCSIFFLAGS, name + struct.pack("H14x", IFF_UP))


def probe() -> None:
    """Take what the test takes of a network, and give it back. Raises OSError."""
    give_addresses()
    for address in (REPORTED, *PRIVATE):
        with web_server(address, 80):
            pass


def wait_for(what: str, site: Site, query: str, wanted: int, seconds: float = 120) -> None:
    """Wait until a query counts so many; that is up to other processes."""
    deadline = time.monotonic() + seconds
    while (counted := site.rows(query)[0][0]) < wanted:
        if time.monotonic() > deadline:
            raise SystemExit(f"{what}: {counted} of {wanted}\n{site.log_text()[-3000:]}")
        time.sleep(0.2)


def main(mode: str, folder: Path, demo: Path) -> None:
    if mode == "namespace":
        give_addresses()
    django.setup()
    from tests.processes.making import Sites  # noqa: PLC0415 -- needs the settings

    sites = Sites(folder, embedded=os.environ.get("HELPLINE_TEST_ENGINE") == "embedded")
    sites.made, sites._demo = 900, demo
    journal = folder / "journal"
    journal.touch()
    environment = {
        "PYTHONPATH": str(ROOT / "tests" / "e2e" / "journal"),
        "HELPLINE_TEST_JOURNAL": str(journal),
        "HELPLINE_CHECKS": "1",
        **({} if mode == "namespace" else {"HELPLINE_TEST_REFUSE": "1"}),
    }
    with contextlib.ExitStack() as stack:
        servers: dict[str, Web] = {}
        if mode == "namespace":
            for address in (REPORTED, *PRIVATE):
                servers[address] = stack.enter_context(web_server(address, 80))
            answers = servers[REPORTED].pages
            answers["photos.example.org/0"] = Page(404)
            for number, lead in enumerate(LEADS, 1):
                answers[f"photos.example.org/{number}"] = Page(302, {"Location": _ascii(lead)})
        site = stack.enter_context(sites.open(environment=environment))
        names = {**NAMES, DOMAIN: [REPORTED]}
        site.standins.zone.update({name: {"A": found} for name, found in names.items()})

        urls = [f"http://photos.example.org/{number}" for number in range(len(LEADS) + 1)]
        urls += [f"http://{name}/page" for name in NAMES if name != "photos.example.org"]
        site.manage("shell", "-c", ASK.format(urls=urls))
        sent = "SELECT count(*) FROM removal_removalrequest WHERE status = 'sent'"
        wait_for("sent", site, sent, len(urls) + 1)  # one of them the hand-over
        before = {address: server.connections for address, server in servers.items()}
        read_before = _read(journal)

        site.manage("shell", "-c", WATCH)
        # One server is asked for one page at a time, in 20 seconds: here nobody has to be spared.
        code = "from datetime import timedelta; from intake.removal.check import queries\n"
        code += "queries.BETWEEN = timedelta(0)\n"
        code += "from django.core.management import call_command; call_command('checker')"
        checker = subprocess.Popen(  # noqa: S603 -- our own command
            [sys.executable, "manage.py", "shell", "-c", code],
            cwd=ROOT,
            env=site.environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            looks = "SELECT count(DISTINCT watch_id) FROM check_check"
            wait_for("looked at", site, looks, len(urls))
            left = "SELECT CASE count(*) WHEN 0 THEN 1 ELSE 0 END FROM check_sitequestion"
            wait_for("sites asked", site, left, 1)
        finally:
            checker.terminate()
            checker.wait(30)
        seen = site.rows("SELECT verdict, why, count(*) FROM check_check GROUP BY verdict, why")
        said = "SELECT reason FROM recipients_evidence WHERE kind = 'site' ORDER BY reason"
        result = {
            "before": before,
            "after": {address: server.connections for address, server in servers.items()},
            "asked": sorted({asked.path for asked in servers[REPORTED].asked} if servers else []),
            "reached_before": read_before,
            "reached_after": _read(journal)[len(read_before) :],
            "seen": [list(row) for row in seen],
            "sites": [reason for (reason,) in site.rows(said)],
            "pages": len(urls),
            "mails": len(site.mail.received),
        }
    sys.stdout.write(json.dumps(result))


def _ascii(lead: str) -> str:
    return lead.encode("utf-8").decode("latin-1")


def _read(journal: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in journal.read_text().splitlines()]


if __name__ == "__main__":
    if sys.argv[1] == "probe":
        probe()
        sys.exit()
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]))
