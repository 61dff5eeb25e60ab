"""Whom to ask, by the registers: the server behind a host, and a host that moved meanwhile."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from helpline.privacy.vault.keys import destroy_key
from helpline.staff.models import User
from intake.recipients.models import LookUp, Recipient
from intake.recipients.states import EvidenceKind, Kind, Reason
from intake.removal import actions
from intake.removal.errors import NotToldError, Refusal, RefusedError
from intake.removal.models import (
    FoundBy,
    GroundRoute,
    Location,
    Notice,
    Origin,
    RemovalEvent,
    RemovalRequest,
    ToldBy,
)
from intake.removal.queries.finding import JUST_BEFORE
from intake.removal.states import Because, NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.signed_in import sign_in
from tests.standins import rdap
from tests.standins.api import Api, api, cloudflare_origins
from tests.standins.dns import NameServer, name_server
from tests.standins.rdap import Register, Reply
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

URL = "https://www.reported.test/photos/7"
ZONE: dict[str, dict[str, list[str]]] = {
    "www.reported.test": {"A": ["203.0.113.7"]},
    "reported.test": {"NS": ["ns1.hosting.test."]},
    "origin.test": {"AAAA": ["2001:db8::9"]},
}
FIRST = rdap.network("FIRST-NET", "abuse@first.test", "203.0.113.0", "203.0.113.255")
SECOND = rdap.network("SECOND-NET", "abuse@second.test", "198.51.100.0", "198.51.100.255")
BEHIND = rdap.network("BEHIND-NET", "abuse@behind.test", "2001:db8::", "2001:db8::ffff")


@pytest.fixture
def names(settings: Settings) -> Iterator[NameServer]:
    with name_server({name: dict(records) for name, records in ZONE.items()}) as server:
        settings.HELPLINE_DNS_SERVERS = [server.address]
        yield server


@pytest.fixture
def registers(settings: Settings, names: NameServer) -> Iterator[Register]:
    with rdap.register(
        {
            "ip/203.0.113.7": FIRST,
            "ip/198.51.100.7": SECOND,
            "ip/2001:db8::9": BEHIND,
            "domain/reported.test": rdap.domain("reported.test", "Seller", "abuse@seller.test"),
        }
    ) as server:
        settings.HELPLINE_RDAP_BASE = server.base
        yield server


@pytest.fixture
def place(registers: Register) -> Location:
    return Location.objects.get(pk=register(URL).location_id)


@pytest.fixture
def asked(place: Location, pair: GroundRoute, caseworker: User) -> RemovalRequest:
    """A request to the network that the registers name, ready to send."""
    proposal = actions.look_up(place, by=caseworker)[0]
    request = actions.confirm_proposal(place, proposal, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    return request


@pytest.fixture
def waiting(asked: RemovalRequest, caseworker: User) -> Notice:
    """Its notice, given to the worker."""
    notice = actions.draft_notice([asked], by=caseworker)
    actions.send_notice(notice, by=caseworker)
    return notice


def later(minutes: int = 0) -> None:
    """Make what the registers said older than just before."""
    ago = timezone.now() - JUST_BEFORE - timedelta(minutes=minutes + 1)
    LookUp.objects.update(looked_up_at=ago)
    FoundBy.objects.update(checked_at=ago)


def moves(names: NameServer) -> None:
    names.zone["www.reported.test"]["A"] = ["198.51.100.7"]  # type: ignore[index]  # -- a dict here


def refusal_of(refused: pytest.ExceptionInfo[RefusedError]) -> Refusal:
    return refused.value.refusal


def test_fresh_look_up_is_not_asked_again(
    waiting: Notice, registers: Register, smtp: MailServer
) -> None:
    before = list(registers.asked)
    assert actions.ask_registers_again() == 0
    assert actions.send_due_notices() == 1
    assert registers.asked == before
    assert [mail.recipients for mail in smtp.received] == [["abuse@first.test"]]


def test_notice_waits_until_the_registers_are_asked_again(
    waiting: Notice, registers: Register, smtp: MailServer
) -> None:
    later()
    before = len(registers.asked)
    assert actions.send_due_notices() == 0
    assert actions.ask_registers_again() == 1
    assert len(registers.asked) > before
    assert actions.ask_registers_again() == 0
    assert actions.send_due_notices() == 1
    assert [mail.recipients for mail in smtp.received] == [["abuse@first.test"]]


def test_host_that_moved_is_not_written_to(
    waiting: Notice, asked: RemovalRequest, names: NameServer, smtp: MailServer, caseworker: User
) -> None:
    later()
    moves(names)
    actions.ask_registers_again()
    assert actions.send_due_notices() == 0
    assert smtp.received == []
    waiting.refresh_from_db(fields=["status"])
    assert waiting.status == NoticeStatus.CANCELLED
    asked.refresh_from_db()
    assert asked.status == RequestStatus.READY
    assert asked.location.work == Work.SEND
    because = RemovalEvent.objects.filter(request=asked).values_list("because", flat=True)
    assert Because.HOST_CHANGED in list(because)
    with pytest.raises(RefusedError) as refused:
        actions.draft_notice([asked], by=caseworker)
    assert refusal_of(refused) == Refusal.HOST_CHANGED
    # The new one is proposed, and confirmed without waiting for the old.
    newest = LookUp.objects.order_by("-looked_up_at")[0]
    named = newest.proposals.get(kind=Kind.NETWORK)
    assert named.address == "abuse@second.test"
    actions.confirm_proposal(asked.location, named, by=caseworker)
    assert RemovalRequest.objects.filter(location=asked.location).count() == 2
    for _sweep in range(3):
        actions.ask_registers_again()
        actions.send_due_notices()
    assert smtp.received == []


def test_draft_of_a_host_that_moved_is_not_given_to_the_worker(
    asked: RemovalRequest, names: NameServer, caseworker: User
) -> None:
    draft = actions.draft_notice([asked], by=caseworker)
    moves(names)
    actions.look_up(asked.location, again=True, by=caseworker)
    draft.refresh_from_db(fields=["status"])
    assert draft.status == NoticeStatus.CANCELLED
    assert FoundBy.objects.get(request=asked).is_held


def test_person_asks_the_first_one_all_the_same(
    waiting: Notice,
    asked: RemovalRequest,
    names: NameServer,
    smtp: MailServer,
    caseworker: User,
) -> None:
    later()
    moves(names)
    actions.ask_registers_again()
    asked.refresh_from_db()
    actions.ask_all_the_same(asked, by=caseworker)
    event = RemovalEvent.objects.filter(request=asked).latest("id")
    assert (event.because, event.by) == (Because.ALL_THE_SAME, caseworker)
    with pytest.raises(RefusedError):
        actions.ask_all_the_same(asked, by=caseworker)
    again = actions.draft_notice([asked], by=caseworker)
    actions.send_notice(again, by=caseworker)
    later(minutes=60)
    actions.ask_registers_again()
    assert actions.send_due_notices() == 1
    assert [mail.recipients for mail in smtp.received] == [["abuse@first.test"]]


@pytest.mark.parametrize("silent", ["names", "registers", "nobody", "erased", "key"])
def test_registers_that_cannot_say_hold_nothing_up(
    waiting: Notice,
    names: NameServer,
    registers: Register,
    smtp: MailServer,
    silent: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("intake.recipients.lookups.dns.SECONDS", 0.2)
    later()
    if silent == "names":
        names.silent = True
    elif silent == "registers":
        registers.replies["ip/203.0.113.7"] = Reply(status=500)
    elif silent == "nobody":
        registers.replies["ip/203.0.113.7"] = Reply({"name": "EMPTY"})
    elif silent == "erased":
        LookUp.objects.all().delete()
    else:
        destroy_key(LookUp.objects.get().pk)
    actions.ask_registers_again()
    assert actions.send_due_notices() == 1
    assert len(smtp.received) == 1


def test_rest_of_a_notice_goes_on(
    asked: RemovalRequest, pair: GroundRoute, names: NameServer, caseworker: User
) -> None:
    """Other requests of the notice are free again at once, for a notice without the held one."""
    other = Location.objects.get(pk=register("https://example.org/8").location_id)
    second = actions.propose(other, asked.recipient, by=caseworker)
    actions.choose(second, pair, by=caseworker)
    notice = actions.draft_notice([asked, second], by=caseworker)
    actions.send_notice(notice, by=caseworker)
    later()
    moves(names)
    actions.ask_registers_again()
    second.refresh_from_db()
    assert second.status == RequestStatus.READY
    actions.send_notice(actions.draft_notice([second], by=caseworker), by=caseworker)
    second.refresh_from_db()
    assert second.status == RequestStatus.QUEUED


def test_possible_minor_is_not_asked_about_again(
    waiting: Notice, registers: Register, caseworker: User
) -> None:
    later()
    register(URL, age_in_picture="unknown")
    # As if the notice had been left behind.
    Notice.objects.filter(pk=waiting.pk).update(status=NoticeStatus.QUEUED)
    RemovalRequest.objects.filter(is_hand_over=False).update(status=RequestStatus.QUEUED)
    before = list(registers.asked)
    assert actions.ask_registers_again() == 0
    assert registers.asked == before


def test_proposal_of_another_host_is_refused(place: Location, caseworker: User) -> None:
    elsewhere = Location.objects.get(pk=register("https://origin.test/x").location_id)
    (proposal,) = actions.look_up(elsewhere, by=caseworker)
    with pytest.raises(RefusedError) as refused:
        actions.confirm_proposal(place, proposal, by=caseworker)
    assert refusal_of(refused) == Refusal.NOT_FOUND_HERE
    assert not Recipient.objects.exists()


def test_origin_is_looked_up_like_any_other(place: Location, caseworker: User) -> None:
    origin = actions.enter_origin(place, "Origin.test.", by=caseworker)
    assert origin.host == "origin.test"
    assert actions.enter_origin(place, "origin.test", by=caseworker) == origin
    (proposal,) = actions.look_up_origin(origin, by=caseworker)
    assert proposal.address == "abuse@behind.test"
    request = actions.confirm_proposal(place, proposal, by=caseworker)
    assert request.recipient.address == "abuse@behind.test"
    assert request.found_by.proposal == proposal


def test_server_behind_that_moved_is_held_too(
    place: Location, pair: GroundRoute, names: NameServer, caseworker: User
) -> None:
    origin = actions.enter_origin(place, "origin.test", by=caseworker)
    (proposal,) = actions.look_up_origin(origin, by=caseworker)
    request = actions.confirm_proposal(place, proposal, by=caseworker)
    actions.choose(request, pair, by=caseworker)
    names.zone["origin.test"] = {"A": ["198.51.100.7"]}  # type: ignore[index]  # -- a dict here
    actions.look_up_origin(origin, again=True, by=caseworker)
    assert FoundBy.objects.get(request=request).is_held
    with pytest.raises(RefusedError) as refused:
        actions.draft_notice([request], by=caseworker)
    assert refusal_of(refused) == Refusal.HOST_CHANGED


def test_origin_may_be_an_ipv6_address(place: Location, caseworker: User) -> None:
    origin = actions.enter_origin(place, "[2001:0DB8::9]", by=caseworker)
    assert origin.host == "2001:db8::9"
    (proposal,) = actions.look_up_origin(origin, by=caseworker)
    assert proposal.address == "abuse@behind.test"


def test_origin_lies_sealed_and_goes_with_its_location(place: Location, caseworker: User) -> None:
    origin = actions.enter_origin(place, "origin.test", by=caseworker)
    stored = Origin.objects.filter(pk=origin.pk).values_list("host", "host_index").get()
    assert "origin" not in repr(stored)
    actions.release_statement(place.statements.get())
    assert not Origin.objects.exists()


@pytest.mark.parametrize(
    ("host", "refusal"),
    [
        ("not a host", Refusal.NOT_A_HOST),
        ("localhost", Refusal.NOT_A_HOST),
        ("", Refusal.NOT_A_HOST),
        ("fe80::1%eth0", Refusal.NOT_A_HOST),
        ("WWW.reported.test", Refusal.SAME_HOST),
    ],
)
def test_origin_that_is_none_is_refused(
    place: Location, caseworker: User, host: str, refusal: Refusal
) -> None:
    with pytest.raises(RefusedError) as refused:
        actions.enter_origin(place, host, by=caseworker)
    assert refusal_of(refused) == refusal
    for number in range(5):
        actions.enter_origin(place, f"host{number}.test", by=caseworker)
    with pytest.raises(RefusedError) as refused:
        actions.enter_origin(place, "host5.test", by=caseworker)
    assert refusal_of(refused) == Refusal.TOO_MANY_ORIGINS


def test_pages_walk_from_a_network_in_front_to_both(
    place: Location, names: NameServer, caseworker: User
) -> None:
    names.zone["www.reported.test"] = {"CNAME": ["x.cdn.cloudflare.net."]}  # type: ignore[index]  # -- a dict here
    names.zone["x.cdn.cloudflare.net"] = {"A": ["203.0.113.7"]}  # type: ignore[index]  # -- a dict here
    entry = factories.recipient(Kind.NETWORK, name="Cloudflare", slug="cloudflare")
    client = english(caseworker)
    desk = f"/console/desk/{place.pk}/"
    page = text(client.post(desk + "who/"))
    assert "Cloudflare stands in front of this host" in page
    assert f'name="recipient" value="{entry.pk}"' in page
    assert "alias x.cdn.cloudflare.net" in page
    page = text(client.post(desk + "origin/", {"origin-host": "origin.test"}))
    assert "abuse@behind.test" in page
    found = re.search(r'name="proposal" value="(\d+)">\s*<p[^>]*><strong>BEHIND-NET', page)
    assert found
    client.post(desk + "proposal/", {"proposal": found[1]})
    client.post(desk + "propose/", {"recipient": entry.pk})
    assert {r.recipient.name for r in place.requests.select_related("recipient")} == {
        "BEHIND-NET",
        "Cloudflare",
    }
    origin = Origin.objects.get()
    assert "origin.test" in text(client.post(f"{desk}origin/{origin.pk}/who/"))
    assert "origin.test" not in text(client.get(desk))  # covered, like the address
    client.post(f"{desk}origin/{origin.pk}/remove/")
    assert not Origin.objects.exists()
    assert EvidenceKind.CDN in {
        e.kind for e in LookUp.objects.earliest("looked_up_at").evidence.all()
    }


@pytest.fixture
def cloudflare(place: Location, names: NameServer, settings: Settings) -> Iterator[Api]:
    """A page behind Cloudflare, and an account that they tell what is behind it."""
    names.zone["www.reported.test"] = {"CNAME": ["x.cdn.cloudflare.net."]}  # type: ignore[index]  # -- a dict here
    names.zone["x.cdn.cloudflare.net"] = {"A": ["203.0.113.7"]}  # type: ignore[index]  # -- a dict here
    with api(cloudflare_origins) as server:
        settings.HELPLINE_CLOUDFLARE_ORIGINS_URL = f"{server.url}/investigation/v1"
        settings.HELPLINE_CLOUDFLARE_ORIGINS_ID = "id-1"
        settings.HELPLINE_CLOUDFLARE_ORIGINS_SECRET = "secret-1"
        yield server


ASK = "Ask Cloudflare which server is behind it"


def test_cloudflare_is_asked_what_is_behind_it(
    place: Location, cloudflare: Api, caseworker: User
) -> None:
    client = english(caseworker)
    desk = f"/console/desk/{place.pk}/"
    assert ASK in text(client.post(desk + "who/"))
    page = text(client.post(desk + "front/"))
    assert "Named by Cloudflare" in page
    assert "abuse@second.test" in page
    assert "abuse@behind.test" in page
    (asked,) = cloudflare.got
    assert asked.path == f"/investigation/v1/{place.short}/origin?hostname=www.reported.test"
    told = [(origin.host, origin.told_by, origin.entered_by) for origin in Origin.objects.all()]
    assert sorted(told) == [
        ("198.51.100.7", ToldBy.CLOUDFLARE, caseworker),  # and none in a network of our own
        ("2001:db8::9", ToldBy.CLOUDFLARE, caseworker),
    ]
    text(client.post(desk + "front/"))
    assert Origin.objects.count() == 2


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ((200, {"success": True, "result": [{"isUsingCloudflare": False}]}), Reason.NONE),
        ((200, {"success": True, "result": None, "errors": []}), Reason.NONE),
        (
            (200, {"success": True, "result": [{"isUsingCloudflare": True, "originIPv4": 7}]}),
            Reason.NONE,
        ),
        ((200, {"success": False, "errors": [{"code": 2}]}), Reason.REFUSED),
        ((403, {"success": False}), Reason.REFUSED),
        ((500, b"oops"), Reason.UNREACHABLE),
        ((302, {}), Reason.TOO_MANY_REDIRECTS),  # the token goes nowhere else
        ((200, b"\xff<html>"), Reason.RUBBISH),
        ((200, []), Reason.RUBBISH),
    ],
)
def test_what_cloudflare_does_not_tell_is_said(
    place: Location, cloudflare: Api, caseworker: User, says: tuple[int, Any], why: Reason
) -> None:
    actions.look_up(place, by=caseworker)
    cloudflare.says = says
    with pytest.raises(NotToldError) as refused:
        actions.ask_front(place, by=caseworker)
    assert refused.value.why == why
    assert len(cloudflare.got) == 1
    assert not Origin.objects.exists()
    page = text(english(caseworker).post(f"/console/desk/{place.pk}/front/"))
    assert "Cloudflare named no server behind it." in page
    assert "Enter the server behind it" in page


@pytest.mark.parametrize("off", ["token", "network", "dry run", "minor"])
def test_cloudflare_is_not_asked(
    place: Location,
    cloudflare: Api,
    names: NameServer,
    settings: Settings,
    caseworker: User,
    off: str,
) -> None:
    if off == "token":
        settings.HELPLINE_CLOUDFLARE_ORIGINS_SECRET = ""
    elif off == "network":
        names.zone["www.reported.test"] = {"A": ["203.0.113.7"]}  # type: ignore[index]  # -- a dict here
    elif off == "dry run":
        settings.HELPLINE_DRY_RUN = True
    client = english(caseworker)
    desk = f"/console/desk/{place.pk}/"
    page = text(client.post(desk + "who/"))
    assert (ASK in page) == (off in ("dry run", "minor"))
    if off == "minor":
        register(URL, age_in_picture="unknown")
    client.post(desk + "front/")
    with pytest.raises(RefusedError):
        actions.ask_front(Location.objects.get(), by=caseworker)
    assert cloudflare.got == []
    assert not Origin.objects.exists()


def test_pages_show_what_is_held_and_take_the_decision(
    waiting: Notice, asked: RemovalRequest, names: NameServer, caseworker: User
) -> None:
    later()
    moves(names)
    actions.ask_registers_again()
    client = english(caseworker)
    desk = f"/console/desk/{asked.location_id}/"
    page = text(client.get(desk))
    assert "somebody else is named now" in page
    assert "Make the notice" not in page
    offered = f'name="request" value="{asked.pk}"'
    assert offered not in text(client.get("/console/desk/ready/"))
    answer = client.post(f"/console/desk/requests/{asked.pk}/all-the-same/", follow=True)
    assert offered in text(client.get("/console/desk/ready/"))
    page = text(answer)
    assert "somebody else is named now" not in page.split("History")[0]
    assert "Make the notice" in page


def test_pages_of_a_possible_minor_take_no_origin(place: Location, caseworker: User) -> None:
    register(URL, age_in_picture="unknown")
    client = english(caseworker)
    client.post(f"/console/desk/{place.pk}/origin/", {"origin-host": "origin.test"})
    assert not Origin.objects.exists()
    assert not LookUp.objects.exists()


def english(user: User) -> Client:
    client = sign_in(user)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())
