"""Looking up who answers for a host, against name servers and registers on loopback."""

import socket
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.privacy.vault.keys import destroy_key
from helpline.staff.models import User
from intake.recipients.actions import look_up
from intake.recipients.actions.looking_up import KEPT_FOR
from intake.recipients.directory import entries
from intake.recipients.lookups.cdn import known, recognise
from intake.recipients.models import Evidence, LookUp, Proposal, Recipient
from intake.recipients.queries import directory_for, fronts_of, look_ups_of
from intake.recipients.states import Confidence, Kind
from tests.intake.recipients.look_up.world import (
    HOST,
    NETWORK,
    ZONE,
    evidence_of,
)
from tests.standins.dns import NameServer
from tests.standins.rdap import Register, Reply

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]


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
