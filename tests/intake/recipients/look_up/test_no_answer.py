"""Name servers and registers that do not answer, or not well: said in plain words, and in time."""

import ipaddress
import json
import time
from typing import Any

import pytest
from pytest_django import Settings

from helpline.staff.models import User
from intake.recipients.actions import look_up
from intake.recipients.lookups.dns import is_public
from intake.recipients.states import Reason
from tests.intake.recipients.look_up.world import (
    DOMAIN,
    HOST,
    NETWORK,
    evidence_of,
)
from tests.standins.dns import NameServer
from tests.standins.rdap import Register, Reply, card

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


@pytest.mark.parametrize(
    ("host", "asked", "reason"),
    [
        ("nowhere.test", "A nowhere.test", Reason.NO_SUCH_NAME),
        ("empty.test", "A AAAA empty.test", Reason.NO_ADDRESS),
        ("inside.test", "ip 10.0.0.5", Reason.PRIVATE),
        ("127.0.0.1", "ip 127.0.0.1", Reason.PRIVATE),
        ("[::1]", "ip ::1", Reason.PRIVATE),
        ("169.254.169.254", "ip 169.254.169.254", Reason.PRIVATE),
        ("loop.test", "A loop.test", Reason.NO_DNS),
        ("not a host", "not a host", Reason.NOT_A_HOST),
        ("half\ud83d", "half?", Reason.NOT_A_HOST),
        ("", "", Reason.NOT_A_HOST),
        ("a" * 5000, "a" * 253, Reason.NOT_A_HOST),
    ],
)
def test_look_up_that_leads_nowhere_says_why(
    registers: Register, caseworker: User, host: str, asked: str, reason: Reason
) -> None:
    assert look_up(host, by=caseworker) == []
    assert evidence_of(host)[asked].reason == reason
    assert not any(path.startswith("ip/") for path in registers.asked)


@pytest.mark.parametrize("state", ["silent", "garbage"])
def test_look_up_bad_name_server_ends_in_time(
    registers: Register, names: NameServer, caseworker: User, state: str, monkeypatch: Any
) -> None:
    monkeypatch.setattr("intake.recipients.lookups.dns.SECONDS", 0.3)
    setattr(names, state, True)
    started = time.monotonic()
    look_up(HOST, by=caseworker)
    assert time.monotonic() - started < 10
    assert evidence_of(HOST)["A www.reported.test"].reason == Reason.NO_DNS


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(b"<!doctype html><title>Not Found</title>"), Reason.RUBBISH),
        (Reply(b""), Reason.RUBBISH),
        (Reply(b"\xff\xfe\x00"), Reason.RUBBISH),
        (Reply(b"[" * 100_000), Reason.RUBBISH),
        (Reply([1, 2]), Reason.RUBBISH),
        (Reply("text"), Reason.RUBBISH),
        (Reply({"errorCode": 404}), Reason.RUBBISH),
        (Reply({}), Reason.NO_CONTACT),
        (Reply({"entities": "x", "remarks": {"a": 1}, "name": 7}), Reason.NO_CONTACT),
        (Reply({"entities": [None, 1, {"roles": "abuse", "vcardArray": [1]}]}), Reason.NO_CONTACT),
        (
            Reply({"entities": [{"roles": ["abuse"], "vcardArray": card("A", "no address")}]}),
            Reason.NO_CONTACT,
        ),
        (Reply(b" " * (300 * 1024)), Reason.TOO_LARGE),
        (Reply(endless=True), Reason.TOO_LARGE),
        (Reply(b"{}", seconds_a_byte=5), Reason.TOO_SLOW),
        (Reply(b" " * 1000 + b"{}", seconds_a_byte=0.05), Reason.TOO_SLOW),
        (Reply(status=404), Reason.UNKNOWN_THERE),
        (Reply(status=403), Reason.REFUSED),
        (Reply(status=429, headers={"Retry-After": "9999"}), Reason.REFUSED),
        (Reply(status=500), Reason.UNREACHABLE),
        (Reply(status=302, headers={"Location": "/ip/203.0.113.7"}), Reason.TOO_MANY_REDIRECTS),
        (Reply(status=302, headers={"Location": "http://127.0.0.1:1/"}), Reason.UNREACHABLE),
        (Reply(status=302, headers={"Location": "https://127.0.0.1/"}), Reason.PRIVATE),
        (Reply(status=302, headers={"Location": "https://inside.test/"}), Reason.PRIVATE),
        (Reply(status=302, headers={"Location": "https://[::1"}), Reason.RUBBISH),
        (Reply(status=302, headers={"Location": "file:///etc/passwd"}), Reason.UNREACHABLE),
    ],
)
def test_look_up_bad_register_is_evidence_with_a_reason(
    registers: Register, caseworker: User, reply: Reply, reason: Reason, monkeypatch: Any
) -> None:
    if reason is Reason.TOO_SLOW:
        monkeypatch.setattr("intake.recipients.lookups.rdap.SECONDS", 0.6)
    registers.replies["ip/203.0.113.7"] = reply
    started = time.monotonic()
    assert look_up("203.0.113.7", by=caseworker) == []
    assert time.monotonic() - started < 10
    assert evidence_of("203.0.113.7")["ip 203.0.113.7"].reason == reason


def test_look_up_follows_a_redirect_within_the_register(
    registers: Register, caseworker: User
) -> None:
    registers.replies["ip/203.0.113.7"] = Reply(status=301, headers={"Location": "/moved/7"})
    registers.replies["moved/7"] = Reply(NETWORK)
    assert len(look_up("203.0.113.7", by=caseworker)) == 1


def test_look_up_register_that_is_down_is_a_reason(
    registers: Register, caseworker: User, settings: Settings
) -> None:
    settings.HELPLINE_RDAP_BASE = "http://127.0.0.1:1"
    assert look_up(HOST, by=caseworker) == []
    assert evidence_of(HOST)["domain reported.test"].reason == Reason.UNREACHABLE


def test_look_up_has_a_budget_for_the_whole(
    registers: Register, caseworker: User, monkeypatch: Any
) -> None:
    monkeypatch.setattr("intake.recipients.actions.looking_up.LOOK_UP_SECONDS", 1.0)
    registers.replies["ip/203.0.113.7"] = Reply(b" " * 1000, seconds_a_byte=0.1)
    registers.replies["ip/2001:db8::7"] = Reply(b" " * 1000, seconds_a_byte=0.1)
    started = time.monotonic()
    look_up(HOST, by=caseworker)
    assert time.monotonic() - started < 10
    assert evidence_of(HOST)["domain reported.test"].reason == Reason.TOO_SLOW


def test_look_up_thin_register_leads_to_the_sellers_own(
    registers: Register, caseworker: User
) -> None:
    registers.replies["domain/reported.test"] = Reply(
        {
            "objectClassName": "domain",
            "links": [
                {"rel": "self", "href": "x"},
                {
                    "rel": "related",
                    "type": "application/rdap+json",
                    "href": f"{registers.base}/fuller/reported.test",
                },
            ],
        }
    )
    registers.replies["fuller/reported.test"] = Reply(DOMAIN)
    assert "abuse@registrar.test" in [p.address for p in look_up(HOST, by=caseworker)]


def test_look_up_without_a_handle_is_read_all_the_same(
    registers: Register, caseworker: User
) -> None:
    bare = json.loads(json.dumps(NETWORK))
    del bare["handle"]
    for entity in bare["entities"]:
        del entity["handle"]
    registers.replies["ip/203.0.113.7"] = Reply(bare)
    assert [p.address for p in look_up("203.0.113.7", by=caseworker)] == ["abuse@hosting.test"]


def test_is_public_sees_through_disguises(settings: Settings) -> None:
    settings.HELPLINE_RDAP_BASE = ""
    for text in (
        "127.0.0.1",
        "10.1.2.3",
        "0.0.0.0",  # noqa: S104 -- an address to refuse
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "203.0.113.7",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
        "2001:db8::7",
    ):
        assert not is_public(ipaddress.ip_address(text)), text
    for text in ("9.9.9.9", "2620:fe::fe"):
        assert is_public(ipaddress.ip_address(text)), text
