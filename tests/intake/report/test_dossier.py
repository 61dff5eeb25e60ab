"""The dossier of a report: only with its holder's word, naming nobody, and telling nothing of minors."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import models
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.privacy import throttle
from helpline.privacy.vault.fields import SealedTextField
from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.actions.answers import Claim
from intake.removal.models import (
    AnswerKind,
    GroundRoute,
    Location,
    Notice,
    RefusalGround,
    RemovalRequest,
)
from intake.report.actions import (
    LinkFacts,
    NoDossierError,
    ReportFacts,
    Submitted,
    add_links,
    agree_to_dossier,
    erase_report,
    make_dossier,
    submit_report,
    withdraw_dossier,
)
from intake.report.models import DossierAgreement, Report
from intake.report.states import DossierFor
from tests.intake.removal.factories import ADULT, MINOR, person, recipient, register
from tests.intake.report.walk import Page, posted
from tests.rubbish import RUBBISH
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer, mail_server

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

URL = "https://photos.example.org/p/81"
ENGLISH = {"accept-language": "en"}
LAWYER, AUTHORITY = DossierFor.LAWYER, DossierFor.AUTHORITY


@pytest.fixture(autouse=True)
def names(settings: Settings) -> None:
    throttle._limiter.cache_clear()
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_BASE_URL = "https://helpline.test"
    settings.EMAIL_HOST = "127.0.0.1"


@pytest.fixture
def caseworker() -> User:
    return person()


@pytest.fixture
def platform() -> Recipient:
    return recipient(suffix="example.org")


@pytest.fixture
def smtp(settings: Settings) -> Any:
    with mail_server() as server:
        settings.EMAIL_PORT = server.port
        yield server


def submit(*urls: str, facts: removal.StatementFacts = ADULT) -> Submitted:
    return submit_report(
        service=default_service(),
        links=[LinkFacts(url, facts) for url in urls or (URL,)],
        about=ReportFacts(),
    )


def ask(place: Location, platform: Recipient, by: User) -> Notice:
    request = removal.propose(place, platform, by=by)
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    removal.choose(request, pair, by=by)
    notice = removal.draft_notice([request], by=by)
    removal.send_notice(notice, by=by)
    removal.send_due_notices()
    notice.refresh_from_db()
    return notice


def words(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def made(report: Report, by: User, reader: DossierFor = LAWYER, language: str = "en") -> str:
    with translation.override(language):
        return words(make_dossier(report=report, reader=reader, by=by))


def pressed(client: Client, sent: Submitted, go: str) -> Page:
    return Page(posted(client, "/en/status/", {"code": [sent.code], "go": [go]}))


def test_dossier_says_whom_we_asked_and_what_came_of_it(
    platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    sent = submit()
    notice = ask(Location.objects.get(), platform, caseworker)
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now() - timedelta(hours=30))
    claim = Claim(1, AnswerKind.REFUSED, "words of theirs", ground=RefusalGround.LAWFUL)
    removal.record_answers(notice, [claim])
    agree_to_dossier(report=sent.report, reader=LAWYER)
    said = made(sent.report, caseworker)
    for part in (
        "Dossier on a report",
        "1 page that was reported to Helpline for tests",
        "Made for: A lawyer. Who reported agreed to that on",
        URL,
        "Example photos (Platform)",
        "Intimate image shared without consent (Dutch Criminal Code",
        "Notice under Article 16 of the Digital Services Act",
        "they refuse (We find it lawful)",
        "30 hours after they were first asked",
        "Agreed to it No",
        "Reported to us.",
        "Pages that may show somebody under 18 never stand in a dossier",
    ):
        assert part in said
    for secret in ("words of theirs", notice.reference, sent.code, str(sent.report.pk)):
        assert secret not in said


def test_dossier_is_in_dutch_too(caseworker: User) -> None:
    sent = submit()
    agree_to_dossier(report=sent.report, reader=AUTHORITY)
    said = made(sent.report, caseworker, AUTHORITY, "nl")
    assert "Dossier over een melding" in said
    assert "De politie of een andere overheid" in said
    assert "Who reported" not in said


def test_without_agreement_there_is_none(caseworker: User) -> None:
    sent = submit()
    for agreed in (None, AUTHORITY):
        if agreed:
            agree_to_dossier(report=sent.report, reader=agreed)
        with pytest.raises(NoDossierError):
            make_dossier(report=sent.report, reader=LAWYER, by=caseworker)
    agree_to_dossier(report=sent.report, reader=LAWYER)
    assert made(sent.report, caseworker)
    withdraw_dossier(report=sent.report, reader=LAWYER)
    with pytest.raises(NoDossierError):
        make_dossier(report=sent.report, reader=LAWYER, by=caseworker)
    assert AuditEntry.objects.filter(action="make_dossier").count() == 1


def test_possible_minors_page_is_left_out_and_does_not_show(caseworker: User) -> None:
    alone = submit(URL)
    agree_to_dossier(report=alone.report, reader=LAWYER)
    between = submit_report(
        service=default_service(),
        links=[
            LinkFacts("https://example.org/first", ADULT),
            LinkFacts("https://example.org/secret", MINOR),
            LinkFacts("https://example.org/last", ADULT),
        ],
        about=ReportFacts(),
    )
    agree_to_dossier(report=between.report, reader=LAWYER)
    said = made(between.report, caseworker)
    assert "2 pages that were reported" in said
    assert "secret" not in said
    assert "Page 2 https://example.org/last" in said
    assert "Page 3 https" not in said
    # What is said of minors is said in every dossier.
    about = "Pages that may show somebody under 18"
    assert said.count("under 18") == made(alone.report, caseworker).count("under 18") == 1
    assert about in said
    assert "hotline" in said


def test_nothing_of_a_possible_minors_page_is_opened(
    caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not to leave it out either. Of a page that stands in it, its location is not opened."""
    sent = submit_report(
        service=default_service(),
        links=[LinkFacts(URL, ADULT), LinkFacts("https://example.org/secret", MINOR)],
        about=ReportFacts(),
    )
    agree_to_dossier(report=sent.report, reader=LAWYER)
    opened: list[models.Model] = []
    opening = SealedTextField.open

    def watched(self: SealedTextField, instance: models.Model, data: bytes) -> str:
        opened.append(instance)
        return opening(self, instance, data)

    monkeypatch.setattr(SealedTextField, "open", watched)
    page = f"/console/desk/dossiers/{sent.report.pk}/"
    assert sign_in(caseworker).get(page).status_code == 200
    assert opened == []
    made(sent.report, caseworker)
    assert opened == [sent.report.links.get(position=0)]


def test_report_of_a_possible_minor_has_no_dossier(client: Client, caseworker: User) -> None:
    sent = submit(facts=MINOR)
    assert "dossier" not in pressed(client, sent, "show").buttons
    assert not agree_to_dossier(report=sent.report, reader=LAWYER)
    pressed(client, sent, "dossier-agree:lawyer")
    assert not DossierAgreement.objects.exists()
    DossierAgreement.objects.create(
        report=sent.report, reader=LAWYER, version="x", given_at=timezone.now()
    )
    with pytest.raises(NoDossierError):
        make_dossier(report=sent.report, reader=LAWYER, by=caseworker)
    desk = sign_in(caseworker).get(f"/console/desk/dossiers/{sent.report.pk}/", headers=ENGLISH)
    assert "Nothing can stand in it" in Page(desk).words
    place = Location.objects.get()
    page = sign_in(caseworker).get(f"/console/desk/{place.pk}/", headers=ENGLISH)
    assert "/dossiers/" not in page.content.decode()


def test_another_reporters_word_about_the_age_takes_the_page_out(caseworker: User) -> None:
    sent = submit()
    agree_to_dossier(report=sent.report, reader=LAWYER)
    register(URL, MINOR)
    with pytest.raises(NoDossierError):
        make_dossier(report=sent.report, reader=LAWYER, by=caseworker)


def test_that_another_said_minor_before_does_not_show(client: Client, caseworker: User) -> None:
    """The button, and what is said when it is pressed, are as for a page that nobody else reported."""
    register(URL, MINOR)
    pages = []
    for url in (URL, "https://photos.example.org/p/82"):
        sent = submit(url)
        assert "dossier" in pressed(client, sent, "show").buttons
        page = pressed(client, sent, "dossier-agree:lawyer")
        pages.append((page.words, page.buttons))
        if url == URL:
            with pytest.raises(NoDossierError):
                make_dossier(report=sent.report, reader=LAWYER, by=caseworker)
        else:
            assert url in made(sent.report, caseworker)
    assert pages[0] == pages[1]


def test_nobody_can_agree_for_a_person_who_does_not(client: Client) -> None:
    for who, authority in (("found", "skipped"), ("other", "no")):
        facts = replace(ADULT, reported_by=who, authority=authority)
        sent = submit(f"https://example.org/{who}", facts=facts)
        assert not agree_to_dossier(report=sent.report, reader=LAWYER)


def test_what_was_agreed_to_about_oneself_is_nobody_elses_word(
    client: Client, caseworker: User
) -> None:
    """Links about a friend, added later, stand in it when it is said that the friend agrees."""
    sent = submit()
    page = f"/console/desk/dossiers/{sent.report.pk}/"
    agree_to_dossier(report=sent.report, reader=LAWYER)
    friend = replace(ADULT, reported_by="other", authority="yes")
    add_links(report=sent.report, links=[LinkFacts("https://example.org/friend", friend)])
    said = made(sent.report, caseworker)
    assert URL in said
    assert "friend" not in said
    assert "about 1 page" in Page(sign_in(caseworker).get(page, headers=ENGLISH)).words
    status = pressed(client, sent, "dossier")
    assert "Links about somebody else came in later" in status.words
    assert "The person in the images agrees." in status.words
    assert status.buttons == [
        *("dossier-agree:authority", "dossier-withdraw:lawyer", "dossier-agree:lawyer", "show")
    ]
    status = pressed(client, sent, "dossier-agree:lawyer")
    assert "came in later" not in status.words
    assert "friend" in made(sent.report, caseworker)
    assert "about 2 pages" in Page(sign_in(caseworker).get(page, headers=ENGLISH)).words


def test_what_was_before_the_own_report_is_not_told(
    platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    first = submit()
    ask(Location.objects.get(), platform, caseworker)
    second = submit("HTTPS://photos.example.org:443/p/81")
    for sent in (first, second):
        agree_to_dossier(report=sent.report, reader=LAWYER)
    assert "Example photos" in made(first.report, caseworker)
    said = made(second.report, caseworker)
    assert "Example photos" not in said
    assert said.count("Reported to us.") == 1


def test_only_who_may_read_the_report_makes_one(caseworker: User) -> None:
    sent = submit()
    agree_to_dossier(report=sent.report, reader=LAWYER)
    other = Service.objects.create(slug="other", name="Other")
    for stranger in (person("lin", "caseworker", other), person("noor", "counsellor")):
        with pytest.raises(PermissionDenied):
            make_dossier(report=sent.report, reader=LAWYER, by=stranger)
        page = f"/console/desk/dossiers/{sent.report.pk}/"
        assert sign_in(stranger).get(page).status_code in (403, 404)
        assert sign_in(stranger).post(f"{page}make/", {"reader": "lawyer"}).status_code in (
            403,
            404,
        )
    assert not AuditEntry.objects.filter(action="make_dossier").exists()


def test_holder_agrees_sees_that_it_was_made_and_withdraws(
    client: Client, caseworker: User
) -> None:
    sent = submit()
    assert "dossier" in pressed(client, sent, "show").buttons
    page = pressed(client, sent, "dossier")
    assert "You never have to." in page.words
    assert page.buttons == ["dossier-agree:authority", "dossier-agree:lawyer", "show"]
    page = pressed(client, sent, "dossier-agree:lawyer")
    assert "We have not made the document yet." in page.words
    assert page.buttons == ["dossier-agree:authority", "dossier-withdraw:lawyer", "show"]
    made(sent.report, caseworker)
    assert "We last made the document on" in pressed(client, sent, "dossier").words
    page = pressed(client, sent, "dossier-withdraw:lawyer")
    assert "From now on no document is made for them." in page.words
    assert "You do not agree to it any more." in page.words
    held = DossierAgreement.objects.get()
    assert (held.version, held.holds) == ("2026-11", False)
    given_at = held.given_at
    pressed(client, sent, "dossier-agree:lawyer")
    held.refresh_from_db()
    assert held.holds
    assert held.given_at > given_at


@pytest.mark.parametrize("go", ["dossier-agree", "dossier-agree:x", "dossier-withdraw:lawyer"])
def test_rubbish_agrees_to_nothing(client: Client, go: str) -> None:
    sent = submit()
    assert pressed(client, sent, go).status == 200
    assert not DossierAgreement.objects.exists()


def test_agreement_goes_with_the_report() -> None:
    sent = submit()
    agree_to_dossier(report=sent.report, reader=LAWYER)
    erase_report(report=sent.report)
    assert not DossierAgreement.objects.exists()


def test_desk_shows_what_was_agreed_to_and_gives_the_document(
    client: Client, caseworker: User
) -> None:
    sent = submit()
    desk = sign_in(caseworker)
    place = Location.objects.get()
    address = f"/console/desk/dossiers/{sent.report.pk}/"
    assert address in desk.get(f"/console/desk/{place.pk}/").content.decode()
    assert "has not agreed to it" in Page(desk.get(address, headers=ENGLISH)).words
    pressed(client, sent, "dossier-agree:lawyer")
    waiting = Page(desk.get("/console/desk/dossiers/", headers=ENGLISH))
    assert "Not made yet" in waiting.words
    assert "Dossiers 1" in Page(desk.get("/console/desk/", headers=ENGLISH)).words
    page = Page(desk.get(address, headers=ENGLISH))
    assert page.choices["reader"] == ["lawyer"]
    fields = {"reader": "lawyer", "language": "en"}
    answered = desk.post(f"{address}make/", fields, headers=ENGLISH)
    assert answered["Content-Type"] == "application/pdf"
    assert answered["Cache-Control"] == "no-store"
    assert URL in words(answered.content)
    assert AuditEntry.objects.get(action="make_dossier").subject_id == str(sent.report.pk)
    assert "Not made yet" not in Page(desk.get("/console/desk/dossiers/", headers=ENGLISH)).words
    assert "Dossiers 1" not in Page(desk.get("/console/desk/", headers=ENGLISH)).words
    for name in fields:
        for rubbish in (*RUBBISH, "authority"):
            refused = desk.post(f"{address}make/", {**fields, name: rubbish}, headers=ENGLISH)
            assert refused.status_code == 302


def test_dossier_of_many_links_asks_few_queries(
    caseworker: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    sent = submit(*(f"https://example.org/{n}" for n in range(60)))
    agree_to_dossier(report=sent.report, reader=LAWYER)
    with django_assert_max_num_queries(30):
        said = made(sent.report, caseworker)
    assert "Page 60 https://example.org/59" in said
    assert not RemovalRequest.objects.exists()
