"""The desk's pages: what is shown, what is covered, who gets in, and how many queries it takes."""

import re
import uuid
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.models import GroundRoute, Location, Notice, RemovalRequest
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_sending import make_uncertain
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]

QUEUE = "/console/desk/"


@pytest.fixture
def client(caseworker: User) -> Client:
    return sign_in(caseworker)


def page_of(location: Location) -> str:
    return f"/console/desk/{location.pk}/"


def text(response: Any) -> str:
    assert response.status_code == 200, response.status_code
    return str(response.content.decode())


def said(response: Any) -> str:
    """What the next page says above its main part."""
    return str(response.content.decode()).split("console-page")[0]


def test_queue_shows_no_address(client: Client, location: Location) -> None:
    page = text(client.get(QUEUE))
    assert location.short in page
    assert "example.org" not in page


@pytest.mark.parametrize("work", ["", "overdue", "ask", "hand_over", "done", "rubbish"])
def test_queue_filters(client: Client, location: Location, work: str) -> None:
    register(URL + "/minor", age_in_picture="unknown")
    shown = text(client.get(QUEUE, {"work": work, "page": "x"}))
    assert (location.short in shown) is (work in ("", "ask", "rubbish"))


def test_queue_overdue_comes_first(client: Client, location: Location) -> None:
    late = register(URL + "/late").location
    Location.objects.filter(pk=late.pk).update(due_at=late.created_at)
    page = text(client.get(QUEUE))
    assert page.index(late.short) < page.index(location.short)


def test_queue_takes_the_same_queries_however_long(
    client: Client,
    caseworker: User,
    platform: Recipient,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(20) as taken:
            text(client.get(QUEUE))
        return len(taken.captured_queries)

    register(URL + "/0")
    client.get(QUEUE)
    few = count()
    for i in range(1, 12):
        place = Location.objects.get(pk=register(f"{URL}/{i}").location_id)
        actions.propose(place, platform, by=caseworker)
    assert count() <= few + 2  # requests and their recipients, once for all


def test_location_takes_the_same_queries_however_long(
    client: Client,
    caseworker: User,
    location: Location,
    pair: GroundRoute,
    smtp: MailServer,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def ask(i: int) -> None:
        register(URL)
        recipient = factories.recipient(name=f"Platform {i}", address=f"a{i}@platform.test")
        request = actions.propose(location, recipient, by=caseworker)
        actions.choose(request, pair, by=caseworker)
        notice = actions.draft_notice([request], by=caseworker)
        actions.send_notice(notice, by=caseworker)
        actions.send_due_notices()
        notice.refresh_from_db(fields=["status"])
        claim = actions.Claim(1, actions.AnswerKind.REFUSED, "No.")
        actions.record_answers(notice, [claim])

    def count() -> int:
        with django_assert_max_num_queries(19) as taken:
            text(client.get(page_of(location)))
        return len(taken.captured_queries)

    ask(0)
    client.get(page_of(location))
    few = count()
    for i in range(1, 8):
        ask(i)
    assert count() <= few


def test_location_is_covered_until_pressed(client: Client, location: Location) -> None:
    page = text(client.get(page_of(location)))
    assert "example.org" not in page
    assert AuditEntry.objects.filter(action="open_location").count() == 1
    assert not AuditEntry.objects.filter(action="open_address").exists()
    page = text(client.post(page_of(location) + "address/"))
    assert URL in page
    assert f'href="{URL}' not in page
    entry = AuditEntry.objects.get(action="open_address")
    assert (entry.actor, entry.subject_id) == ("kim", str(location.pk))


def test_address_is_on_record_before_it_is_opened(
    client: Client, location: Location, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the record cannot be written, the address stays shut."""

    def broken(**entry: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("helpline.staff.audit.record", broken)
    with pytest.raises(RuntimeError):
        client.post(page_of(location) + "address/")
    with pytest.raises(RuntimeError):
        client.get(page_of(location))


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://exаmple.org/a", "different one"),  # a Cyrillic letter
        ("https://example.org/\u202egpj.exe", "%E2%80%AE"),
        ("https://example.org/<script>alert(1)</script>", "%3Cscript%3E"),
        ("https://example.org/'onmouseover='x", "&#x27;onmouseover"),
    ],
)
def test_address_is_text_and_nothing_else(client: Client, url: str, shown: str) -> None:
    location = register(url).location
    page = text(client.post(page_of(location) + "address/", headers={"accept-language": "en"}))
    assert shown in page
    assert "<script>alert" not in page


def test_possible_minor_is_never_shown(client: Client, location: Location) -> None:
    factories.hotline()
    register(URL, age_in_picture="unknown")
    page = text(client.get(page_of(location)))
    assert "example.org" not in page
    assert "address/" not in page
    shown = client.post(page_of(location) + "address/", follow=True)
    assert "example.org" not in text(shown)
    assert AuditEntry.objects.filter(action="open_address").count() == 0
    send_hand_overs()
    notice = Notice.objects.get()
    page = text(client.get(f"/console/desk/notices/{notice.pk}/"))
    assert notice.reference in page
    assert "example.org" not in page


def test_walk_from_report_to_sent(
    client: Client, location: Location, platform: Recipient, smtp: MailServer
) -> None:
    page = text(client.post(page_of(location) + "address/"))
    assert platform.name in page
    client.post(page_of(location) + "propose/", {"recipient": platform.pk})
    request = RemovalRequest.objects.get()
    page = text(client.get(page_of(location)))
    found = re.search(r'name="pair" value="(\d+)"', page)
    assert found
    client.post(f"/console/desk/requests/{request.pk}/choose/", {"pair": found[1]})
    response = client.post("/console/desk/notices/new/", {"request": request.pk}, follow=True)
    preview = text(response)
    notice = Notice.objects.get()
    assert notice.status == NoticeStatus.DRAFT
    assert smtp.received == []
    body = re.search(r'<pre class="desk-mail__text"[^>]*>(.*?)</pre>', preview, re.S)
    assert body
    client.post(f"/console/desk/notices/{notice.pk}/send/")
    actions.send_due_notices()
    (mail,) = smtp.received
    assert URL.encode() in mail.content
    assert URL in body[1]
    assert "Accepted" in text(
        client.get(f"/console/desk/notices/{notice.pk}/", headers={"accept-language": "en"})
    )


def test_several_in_one_notice(
    client: Client, caseworker: User, platform: Recipient, pair: GroundRoute, smtp: MailServer
) -> None:
    for i in range(4):
        location = Location.objects.get(pk=register(f"{URL}/{i}").location_id)
        request = actions.propose(location, platform, by=caseworker)
        actions.choose(request, pair, by=caseworker)
    page = text(client.get("/console/desk/ready/"))
    chosen = re.findall(r'name="request" value="(\d+)"', page)
    assert len(chosen) == 4
    preview = text(client.post("/console/desk/notices/new/", {"request": chosen[:3]}, follow=True))
    assert "addresses.csv" in preview
    page = text(client.get("/console/desk/ready/"))
    assert re.findall(r'name="request" value="(\d+)"', page) == chosen[3:]
    assert Notice.objects.get().reference in page
    client.post(f"/console/desk/notices/{Notice.objects.get().pk}/send/")
    actions.send_due_notices()
    (mail,) = smtp.received
    assert b"addresses.csv" in mail.content
    statuses = RemovalRequest.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["sent", "sent", "sent", "ready"]


def test_uncertain_is_decided_by_a_person(client: Client, queued: Notice) -> None:
    make_uncertain(queued)
    where = f"/console/desk/notices/{queued.pk}/"
    assert "resolve/" in text(client.get(where))
    place = RemovalRequest.objects.get().location_id
    assert "Zeg of het is verstuurd" in text(client.get(f"/console/desk/{place}/"))
    client.post(where + "resolve/", {"answer": "maybe"})
    assert Notice.objects.get().status == NoticeStatus.UNCERTAIN
    client.post(where + "resolve/", {"answer": "no"})
    assert RemovalRequest.objects.get().status == RequestStatus.READY


def test_take_back_what_has_not_left(client: Client, queued: Notice) -> None:
    client.post(f"/console/desk/notices/{queued.pk}/cancel/")
    assert RemovalRequest.objects.get().status == RequestStatus.READY
    assert "Its text is erased" in text(
        client.get(f"/console/desk/notices/{queued.pk}/", headers={"accept-language": "en"})
    )


def test_claim_check_stop_and_again(
    client: Client, location: Location, ready: RemovalRequest, caseworker: User
) -> None:
    client.post(page_of(location) + "claim/")
    assert Location.objects.get().claimed_by == caseworker
    other = sign_in(factories.person("sam"))
    refused = other.post(
        page_of(location) + "claim/", follow=True, headers={"accept-language": "en"}
    )
    assert "Somebody else changed this" in said(refused)
    client.post(page_of(location) + "release/")
    assert Location.objects.get().claimed_by is None
    client.post(f"/console/desk/requests/{ready.pk}/stop/")
    assert RemovalRequest.objects.get().status == RequestStatus.WITHDRAWN
    refused = client.post(
        page_of(location) + "check/",
        {"answer": "yes"},
        follow=True,
        headers={"accept-language": "en"},
    )
    assert "not possible" in said(refused)


def test_answers_stand_as_claims_and_as_text(
    client: Client, queued: Notice, smtp: MailServer, location: Location
) -> None:
    actions.send_due_notices()
    words = "<b>gone</b> \u202eneddih"
    claim = actions.Claim(1, actions.AnswerKind.REMOVED, words)
    actions.record_answers(Notice.objects.get(), [claim])
    page = text(client.get(page_of(location)))
    assert "&lt;b&gt;gone&lt;/b&gt; ⟨U+202E⟩neddih" in page
    client.post(page_of(location) + "check/", {"answer": "yes"})
    assert RemovalRequest.objects.get().status == RequestStatus.REMOVED


def test_missing_things_are_named(client: Client, platform: Recipient) -> None:
    location = register(agreed="yes").location
    client.post(page_of(location) + "propose/", {"recipient": platform.pk})
    request = RemovalRequest.objects.get()
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    response = client.post(
        f"/console/desk/requests/{request.pk}/choose/",
        {"pair": pair.pk},
        follow=True,
        headers={"accept-language": "en"},
    )
    assert "has said that there was no consent" in said(response)


def paths(location: Location, notice: Notice, request: RemovalRequest) -> list[tuple[str, str]]:
    where = page_of(location)
    mail = f"/console/desk/notices/{notice.pk}/"
    asked = f"/console/desk/requests/{request.pk}/"
    return [
        ("get", where),
        *[
            ("post", where + name)
            for name in (
                "address/",
                "who/",
                "propose/",
                "proposal/",
                "claim/",
                "release/",
                "check/",
                "hand-over/",
            )
        ],
        *[("post", asked + name) for name in ("choose/", "again/", "stop/")],
        ("get", mail),
        *[("post", mail + name) for name in ("send/", "cancel/", "resolve/")],
    ]


@pytest.mark.parametrize("role", ["counsellor", "editor", "administrator"])
def test_other_roles_are_refused(
    role: str, queued: Notice, location: Location, caseworker: User
) -> None:
    other = sign_in(factories.person("sam", role))
    request = RemovalRequest.objects.get()
    everywhere = [("get", QUEUE), ("get", QUEUE + "ready/"), *paths(location, queued, request)]
    for method, path in everywhere:
        response = getattr(other, method)(path)
        assert response.status_code == 403, path


def test_another_service_does_not_exist(queued: Notice, location: Location) -> None:
    elsewhere = Service.objects.create(slug="elsewhere", name="Elsewhere")
    other = sign_in(factories.person("sam", service=elsewhere))
    request = RemovalRequest.objects.get()
    assert location.short not in text(other.get(QUEUE))
    for method, path in paths(location, queued, request):
        response = getattr(other, method)(path)
        assert response.status_code == 404, path
    drafted = other.post("/console/desk/notices/new/", {"request": request.pk})
    assert drafted.status_code == 404
    assert default_service() != elsewhere


def test_what_does_not_exist_is_not_found(client: Client) -> None:
    nothing = uuid.uuid4()
    for path in (f"/console/desk/{nothing}/", f"/console/desk/notices/{nothing}/"):
        assert client.get(path).status_code == 404
    assert client.post("/console/desk/requests/987654/stop/").status_code == 404


def test_no_page_of_the_desk_without_a_second_factor(
    queued: Notice, location: Location, caseworker: User
) -> None:
    half = Client()
    half.force_login(caseworker)
    for browser in (Client(), half):
        for method, path in paths(location, queued, RemovalRequest.objects.get()):
            response = getattr(browser, method)(path)
            assert response.status_code == 302, path
            assert "/console/sign-in/" in response["Location"]


def test_supervisor_may_work_at_the_desk(location: Location) -> None:
    supervisor = factories.person("pat", "supervisor")
    assert Group.objects.filter(user=supervisor).get().name == "supervisor"
    assert location.short in text(sign_in(supervisor).get(QUEUE))
