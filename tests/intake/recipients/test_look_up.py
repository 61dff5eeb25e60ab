"""Looking up who answers for a host, against name servers and registers on loopback."""

import ipaddress
import json
import socket
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.privacy.vault.keys import destroy_key
from helpline.staff.models import User
from intake.recipients.actions import confirm, look_up
from intake.recipients.actions.looking_up import KEPT_FOR
from intake.recipients.directory import entries
from intake.recipients.lookups.cdn import known, recognise
from intake.recipients.lookups.dns import is_public
from intake.recipients.lookups.findings import Finding, NoAnswerError
from intake.recipients.lookups.rdap import read_domain, read_network
from intake.recipients.models import Evidence, LookUp, Proposal, Recipient
from intake.recipients.queries import directory_for, fronts_of, latest_look_up, look_ups_of
from intake.recipients.states import Confidence, Kind, Reason
from tests.corpora import corpus, count
from tests.standins.dns import NameServer, name_server
from tests.standins.rdap import Register, Reply, card, domain, network, register

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

HOST = "www.reported.test"
ZONE = {
    "www.reported.test": {"CNAME": ["edge.hosting.test."]},
    "edge.hosting.test": {"A": ["203.0.113.7", "203.0.113.8"], "AAAA": ["2001:db8::7"]},
    "reported.test": {"NS": ["ns1.hosting.test."], "MX": ["10 mx.hosting.test."]},
    "empty.test": {"TXT": ['"nothing here"']},
    "inside.test": {"A": ["10.0.0.5", "127.0.0.1"], "AAAA": ["::1", "64:ff9b::7f00:1"]},
    "loop.test": {"CNAME": ["loop.test."]},
}
NETWORK = network("DEMO-NET", "abuse@hosting.test", "203.0.113.0", "203.0.113.255")
NETWORK_6 = network("DEMO-NET-6", "abuse@hosting.test", "2001:db8::", "2001:db8::ffff")
DOMAIN = domain("reported.test", "Demo registrar", "abuse@registrar.test")


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    with name_server(ZONE) as server:
        settings.HELPLINE_DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def registers(settings: Settings, names: NameServer) -> Iterator[Register]:
    with register(
        {
            "ip/203.0.113.7": NETWORK,
            "ip/2001:db8::7": NETWORK_6,
            "domain/reported.test": DOMAIN,
        }
    ) as server:
        settings.HELPLINE_RDAP_BASE = server.base
        yield server


@pytest.fixture
def caseworker() -> User:
    user = User.objects.create_user("caseworker")
    user.groups.add(Group.objects.get(name="caseworker"))
    return user


def evidence_of(host: str) -> dict[str, Evidence]:
    (kept,) = look_ups_of(host)
    return {each.asked: each for each in kept.evidence.all()}


def test_look_up_proposes_network_and_registrar(registers: Register, caseworker: User) -> None:
    proposals = look_up("WWW.Reported.test.", by=caseworker)
    assert [(p.kind, p.address, p.name, p.confidence) for p in proposals] == [
        (Kind.NETWORK, "abuse@hosting.test", "DEMO-NET", Confidence.HIGH),
        (Kind.REGISTRAR, "abuse@registrar.test", "Demo registrar", Confidence.HIGH),
    ]
    kept = evidence_of(HOST)
    assert kept["A www.reported.test"].facts == {
        "records": ["203.0.113.7", "203.0.113.8"],
        "cname": ["edge.hosting.test"],
    }
    assert kept["AAAA www.reported.test"].facts["records"] == ["2001:db8::7"]
    assert kept["CNAME www.reported.test"].facts == {"records": ["edge.hosting.test"]}
    assert kept["CNAME www.reported.test"].said == "edge.hosting.test"
    assert kept["NS reported.test"].facts == {"records": ["ns1.hosting.test"]}
    assert kept["MX reported.test"].facts == {"records": ["10 mx.hosting.test"]}
    assert kept["ip 203.0.113.7"].facts["name"] == "DEMO-NET"
    assert kept["domain reported.test"].facts["registrar"] == "Demo registrar"
    # The second address is in a network that was found already.
    assert registers.asked == ["ip/203.0.113.7", "ip/2001:db8::7", "domain/reported.test"]


def test_look_up_is_used_again_for_some_hours(registers: Register, caseworker: User) -> None:
    first = look_up(HOST, by=caseworker)
    asked = list(registers.asked)
    assert look_up("WWW.reported.test", by=caseworker) == first
    assert registers.asked == asked
    LookUp.objects.update(looked_up_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    assert look_up(HOST, by=caseworker) != first
    assert registers.asked == asked * 2


def test_look_up_that_a_register_failed_is_not_used_again(
    registers: Register, caseworker: User
) -> None:
    registers.replies["ip/203.0.113.7"] = Reply(status=500)
    look_up(HOST, by=caseworker)
    registers.replies["ip/203.0.113.7"] = Reply(NETWORK)
    assert look_up(HOST, by=caseworker)[0].address == "abuse@hosting.test"
    assert LookUp.objects.count() == 2


@pytest.mark.parametrize(
    ("records", "name", "sure", "sign"),
    [
        (
            {"www.reported.test": {"CNAME": ["x.cdn.cloudflare.net."]}},
            *("Cloudflare", True, "alias x.cdn.cloudflare.net"),
        ),
        (
            {"www.reported.test": {"CNAME": ["www.reported.test.edgekey.net."]}},
            *("Akamai", True, "alias www.reported.test.edgekey.net"),
        ),
        (
            {"reported.test": {"NS": ["ada.ns.cloudflare.com."]}},
            *("Cloudflare", False, "name server ada.ns.cloudflare.com"),
        ),
        (
            {"www.reported.test": {"A": ["151.101.1.1"]}},
            *("Fastly", True, "address 151.101.1.1"),
        ),
        (
            {"www.reported.test": {"AAAA": ["2606:4700::1111"]}},
            *("Cloudflare", True, "address 2606:4700::1111"),
        ),
    ],
)
def test_network_in_front_is_recognised(
    registers: Register,
    names: NameServer,
    caseworker: User,
    records: dict[str, dict[str, list[str]]],
    name: str,
    sure: bool,
    sign: str,
) -> None:
    names.zone = {**ZONE, **records}
    look_up(HOST, by=caseworker)
    facts = evidence_of(HOST)[f"in front of {HOST}"].facts
    assert (facts["name"], facts["sure"], facts["by"]) == (name, sure, [sign])
    entry = Recipient.objects.create(
        name=name, slug="cloudflare", kind=Kind.NETWORK, active=True, verified_at=timezone.now()
    )
    (front,) = fronts_of(look_ups_of(HOST)[0], directory_for(HOST))
    assert (front.name, front.sure) == (name, sure)
    assert front.recipient == (entry if name == "Cloudflare" else None)


def test_network_in_front_is_not_guessed(registers: Register, caseworker: User) -> None:
    look_up(HOST, by=caseworker)
    assert fronts_of(look_ups_of(HOST)[0], directory_for(HOST)) == []
    # A name that only ends in the same letters is another's.
    assert recognise("notcloudfront.net", [], []) == []


def test_networks_in_front_each_name_a_public_source() -> None:
    slugs = {entry.slug for entry in entries()}
    for cdn in known():
        assert cdn.sources, cdn.key
        assert all(source.startswith("https://") for source in cdn.sources), cdn.key
        assert cdn.networks or cdn.cnames, cdn.key
        assert not cdn.entry or cdn.entry in slugs, cdn.key
    assert len({cdn.key for cdn in known()}) == len(known())


def test_look_up_keeps_nothing_about_persons(registers: Register, caseworker: User) -> None:
    proposals = look_up(HOST, by=caseworker)
    kept = " ".join(each.facts_json for each in evidence_of(HOST).values())
    kept += " ".join(p.address for p in proposals)
    assert "person@" not in kept
    assert "holder@" not in kept


def test_look_up_lies_sealed(registers: Register, caseworker: User) -> None:
    look_up(HOST, by=caseworker)
    stored = ""
    with connection.cursor() as cursor:
        for model in (LookUp, Evidence, Proposal):
            cursor.execute(f"SELECT * FROM {model._meta.db_table}")  # noqa: S608 -- our own names
            stored += repr(
                [[bytes(v) if isinstance(v, memoryview) else v for v in row] for row in cursor]
            )
    for word in ("reported", "hosting", "203.0.113", "abuse@", "DEMO", "registrar.test"):
        assert word not in stored
    (kept,) = LookUp.objects.all()
    destroy_key(kept.pk)
    with pytest.raises(KeyDestroyedError):
        assert LookUp.objects.get().host
    with pytest.raises(KeyDestroyedError):
        assert Evidence.objects.first().facts  # type: ignore[union-attr]  # -- there are some


def test_look_up_address_asks_the_network_only(registers: Register, caseworker: User) -> None:
    proposals = look_up("203.0.113.7", by=caseworker)
    assert [p.kind for p in proposals] == [Kind.NETWORK]
    assert registers.asked == ["ip/203.0.113.7"]


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


def test_look_up_is_for_caseworkers(registers: Register) -> None:
    editor = User.objects.create_user("editor")
    editor.groups.add(Group.objects.get(name="editor"))
    with pytest.raises(PermissionDenied):
        look_up(HOST, by=editor)
    assert registers.asked == []


def test_look_up_never_speaks_to_the_host(
    registers: Register, names: NameServer, caseworker: User, monkeypatch: Any
) -> None:
    called: list[tuple[str, int]] = []
    real = socket.create_connection

    def noted(address: tuple[str, int], *args: Any, **kwargs: Any) -> Any:
        called.append(address)
        return real(address, *args, **kwargs)

    monkeypatch.setattr(socket, "create_connection", noted)
    look_up(HOST, by=caseworker)
    assert set(called) == {("127.0.0.1", registers.port)}


def test_evidence_is_never_changed(registers: Register, caseworker: User) -> None:
    look_up(HOST, by=caseworker)
    kept = Evidence.objects.all()[0]
    with pytest.raises(TypeError):
        kept.save()
    with pytest.raises(TypeError):
        Evidence.objects.update(reason="")
    with pytest.raises(DatabaseError), transaction.atomic():
        Evidence._base_manager.filter(pk=kept.pk).update(reason="none")
    LookUp.objects.all().delete()  # erasure
    assert not Evidence.objects.exists()


def test_look_ups_of_shows_one_host_in_few_queries(
    registers: Register, caseworker: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    look_up(HOST, by=caseworker)
    look_up("203.0.113.7", by=caseworker)
    look_up(HOST, by=caseworker, again=True)
    with django_assert_num_queries(3):
        kept = list(look_ups_of(HOST))
        assert [len(each.evidence.all()) for each in kept] == [8, 8]
    assert kept[0].looked_up_at > kept[1].looked_up_at


def test_confirm_takes_a_contact_into_the_directory_once(
    registers: Register, caseworker: User
) -> None:
    proposal = look_up(HOST, by=caseworker)[0]
    recipient = confirm(proposal, by=caseworker)
    assert (recipient.address, recipient.active, recipient.verified_by) == (
        "abuse@hosting.test",
        True,
        caseworker,
    )
    assert recipient.domains.count() == 0  # the reported host is not published in the directory
    assert confirm(proposal, by=caseworker) == recipient
    again = look_up(HOST, by=caseworker, again=True)[0]
    assert confirm(again, by=caseworker) == recipient
    assert Recipient.objects.count() == 1


def test_confirm_passes_by_an_entry_that_nobody_confirmed(
    registers: Register, caseworker: User
) -> None:
    shipped = Recipient.objects.create(
        name="shipped", kind=Kind.NETWORK, address="Abuse@hosting.test"
    )
    proposal = look_up(HOST, by=caseworker)[0]
    assert confirm(proposal, by=caseworker) != shipped


def test_confirm_is_for_caseworkers(registers: Register, caseworker: User) -> None:
    proposal = look_up(HOST, by=caseworker)[0]
    counsellor = User.objects.create_user("counsellor")
    counsellor.groups.add(Group.objects.get(name="counsellor"))
    with pytest.raises(PermissionDenied):
        confirm(proposal, by=counsellor)


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


@pytest.mark.corpora
def test_corpus_of_register_answers_goes_through_a_whole_look_up(
    registers: Register, names: NameServer, caseworker: User
) -> None:
    """Every answer, served by a register, ends in contacts or in a reason, and in evidence."""
    found = reasons = 0
    for path in sorted(corpus("rdap-whoisit").glob("data_rdap_*.json")):
        answer = json.loads(path.read_text())
        for asked, host in (("ip/203.0.113.7", "203.0.113.7"), ("domain/reported.test", HOST)):
            registers.replies = {asked: Reply(answer)}
            proposals = look_up(host, by=caseworker, again=True)
            kept = latest_look_up(host, since=timezone.now() - KEPT_FOR)
            assert kept is not None
            (evidence,) = [e for e in kept.evidence.all() if e.asked == asked.replace("/", " ")]
            assert bool(proposals) == (evidence.reason == Reason.FOUND), path.name
            found += bool(proposals)
            reasons += not proposals
            for proposal in proposals:
                assert confirm(proposal, by=caseworker).address == proposal.address
    count("rdap answers looked up with a contact", found)
    count("rdap answers looked up with a reason", reasons)
    assert found >= 6


@pytest.mark.corpora
def test_corpus_of_register_answers_gives_a_contact_or_a_reason() -> None:
    found = reasons = 0
    for path in sorted(corpus("rdap-whoisit").glob("data_rdap_*.json")):
        answer = json.loads(path.read_text())
        for read in (read_network, read_domain):
            try:
                finding: Finding = read(path.name, answer)
            except NoAnswerError:
                reasons += 1
                continue
            assert bool(finding.contacts) == (finding.reason is Reason.FOUND)
            right = read_domain if answer["objectClassName"] == "domain" else read_network
            if read is right:
                found += bool(finding.contacts)
                reasons += not finding.contacts
    count("rdap answers with a contact", found)
    count("rdap answers with a reason", reasons)
    assert found >= 6
