"""The proof of reporting: whole, in two languages, naming nobody, and kept by nobody."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries, Settings

from helpline.privacy import throttle
from helpline.services.queries import default_service
from helpline.staff.models import User
from intake.paper import FILE_NAME
from intake.recipients.models import Recipient
from intake.removal import actions as removal
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.models import GroundRoute, Location, RemovalRequest, Seen, Statement
from intake.removal.states import RequestStatus
from intake.removal.workflow import advance
from intake.report import codes
from intake.report.actions import (
    LeadFacts,
    LinkFacts,
    ReportFacts,
    Submitted,
    given_to_hotline,
    submit_report,
)
from intake.report.leads import Told
from intake.report.models import Lead, Report
from intake.report.proof import proof_of
from tests.intake.removal.factories import ADULT, hotline, person, recipient
from tests.intake.report.walk import Page, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

URL = "https://photos.example.org/p/81"


@pytest.fixture(autouse=True)
def names(settings: Settings) -> None:
    throttle._limiter.cache_clear()
    settings.HELPLINE_ORGANISATION = "Helpline for tests"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"
    settings.HELPLINE_BASE_URL = "https://helpline.test"


@pytest.fixture
def caseworker() -> User:
    return person()


@pytest.fixture
def platform() -> Recipient:
    return recipient(suffix="example.org")


def submit(*urls: str, facts: removal.StatementFacts = ADULT) -> Submitted:
    return submit_report(
        service=default_service(),
        links=[LinkFacts(url, facts) for url in urls or (URL,)],
        about=ReportFacts(),
    )


def ask(platform: Recipient, by: User) -> RemovalRequest:
    """A colleague asked the platform, as far as the record goes."""
    request = removal.propose(Location.objects.get(), platform, by=by)
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    removal.choose(request, pair, by=by)
    advance(request, RequestStatus.QUEUED, by=by)
    advance(request, RequestStatus.SENT, by=by)
    return request


def read(pdf: bytes) -> PdfReader:
    return PdfReader(BytesIO(pdf))


def words(pdf: bytes) -> str:
    """All that stands in it, as a reader copies it out."""
    return " ".join(" ".join(page.extract_text() for page in read(pdf).pages).split())


def pressed(client: Client, sent: Submitted, language: str = "en", **fields: str) -> Any:
    given = {name: [value] for name, value in fields.items()}
    return posted(client, f"/{language}/status/", {"code": [sent.code], **given})


def test_proof_says_what_was_reported_and_what_came_of_it(
    platform: Recipient, caseworker: User
) -> None:
    sent = submit()
    request = ask(platform, caseworker)
    advance(request, RequestStatus.SAID_REMOVED)
    with translation.override("en"):
        said = words(proof_of(sent.report, with_addresses=False))
    for part in (
        "Proof of reporting",
        "1 link was reported to Helpline for tests.",
        "Reported to us.",
        "We asked Example photos to remove it.",
        "Example photos says it is gone. We are checking.",
        "They say it is gone.",
        "It does not say who reported.",
        "helpline.test · notices@helpline.test",
        "All times are those of Europe/Amsterdam.",
    ):
        assert part in said
    assert str(timezone.localtime().year) in said


def test_proof_is_in_dutch_too(platform: Recipient, caseworker: User) -> None:
    sent = submit()
    ask(platform, caseworker)
    with translation.override("nl"):
        pdf = proof_of(sent.report, with_addresses=False)
    for part in ("Bewijs van een melding", "gevraagd", "Alle tijden zijn die van"):
        assert part in words(pdf)
    assert "Proof" not in words(pdf)
    assert str(read(pdf).root_object["/Lang"]) == "nl"


def test_addresses_stand_in_it_only_when_asked(client: Client) -> None:
    sent = submit("hxxps://photos[.]example[.]org/p/81", "https://bücher.example/ü?q=1")
    without = words(pressed(client, sent, go="proof-now").content)
    assert "example" not in without.replace("helpline.test", "")
    assert "left them out" in without
    having = words(pressed(client, sent, go="proof-now", addresses="on").content)
    assert URL in having
    assert "https://xn--bcher-kva.example/%C3%BC?q=1" in having
    assert "left them out" not in having


def test_what_was_told_without_a_link_stands_in_it_too(client: Client) -> None:
    told = [Told("account", "Signal", "lisa 03"), Told("search", "Bing", "lisa from school")]
    sent = submit_report(
        service=default_service(),
        links=[],
        leads=[LeadFacts(told[0], ADULT), LeadFacts(told[1])],
        about=ReportFacts(),
    )
    given_to_hotline(lead=Lead.objects.get(position=1), by=person(), reference="HL 81")
    without = words(pressed(client, sent, go="proof-now").content)
    for part in (
        "a report was made to Helpline for tests.",
        "Without a link 1 A colleague looks what can be done with it.",
        "Nobody else is asked. Number at the hotline: HL 81",
    ):
        assert part in without
    assert "lisa" not in without
    having = words(pressed(client, sent, go="proof-now", addresses="on").content)
    assert "Signal: lisa 03" in having
    assert "Bing: lisa from school" in having


def test_document_comes_as_a_file_with_a_name_that_tells_nothing(client: Client) -> None:
    response = pressed(client, submit(), go="proof-now")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'attachment; filename="{FILE_NAME}"'
    assert FILE_NAME == "document.pdf"
    assert response["Cache-Control"] == "no-store"
    assert not client.cookies
    about = read(response.content).metadata
    assert about is not None
    assert about.title == "Document"
    assert not {about.author, about.subject, about.creator} - {None, ""}


def test_what_it_means_is_said_first(client: Client) -> None:
    page = Page(pressed(client, submit(), go="proof"))
    for said in ("It stays on this device", "among your downloads as “document.pdf”", "Your name"):
        assert said in page.words
    assert page.choices["addresses"] == ["on"]
    assert "addresses" not in page.fields  # not ticked
    assert "proof" in Page(pressed(client, submit())).buttons


def test_neither_code_nor_number_of_the_report_is_in_the_file(client: Client) -> None:
    sent = submit()
    response = pressed(client, sent, go="proof-now", addresses="on")
    pdf = response.content
    stripped = re.sub(r"\W", "", words(pdf)).upper()
    for secret in (sent.code, sent.report.pk.hex):
        assert secret.upper() not in stripped
        assert secret.encode() not in pdf
    # Two reporters of one page could otherwise tell from their papers that there are two.
    assert Location.objects.get().short not in words(pdf)


def test_wrong_code_gets_no_document(client: Client) -> None:
    submit()
    for code in (codes.code_for("x"), ""):
        page = Page(posted(client, "/en/status/", {"code": [code], "go": ["proof-now"]}))
        assert "There is no report with this code" in page.words


def test_second_reporter_reads_nothing_of_what_was_before(
    platform: Recipient, caseworker: User
) -> None:
    first = submit()
    ask(platform, caseworker)
    Report.objects.filter(pk=first.report.pk).update(created_at=timezone.now() - timedelta(days=9))
    second = submit("HTTPS://photos.example.org:443/p/81")
    with translation.override("en"):
        assert "We asked Example photos" not in words(proof_of(second.report, with_addresses=True))
        first.report.refresh_from_db()
        said = words(proof_of(first.report, with_addresses=True))
    assert "We asked Example photos" in said
    assert said.count("Reported to us.") == 1


def test_possible_minor_has_the_number_at_the_hotline() -> None:
    hotline()
    sent = submit(facts=removal.StatementFacts())
    send_hand_overs()
    with translation.override("en"):
        said = words(proof_of(sent.report, with_addresses=False))
    assert "hotline" in said


def test_what_the_reporter_said_is_told_of_them(client: Client) -> None:
    sent = submit()
    statement = Statement.objects.get()
    removal.say_seen(statement, Seen.GONE)
    with translation.override("en"):
        said = words(proof_of(sent.report, with_addresses=False))
    assert "The reporter told us that it is gone." in said
    assert "You" not in said


def test_nothing_in_it_is_markup(platform: Recipient, caseworker: User) -> None:
    Recipient.objects.filter(pk=platform.pk).update(
        name='<b>&amp;</b><img src="file:///etc/passwd"/> Яндекс 🙂 „é”'
    )
    sent = submit('https://example.org/<font color="red">&lt;x')
    platform.refresh_from_db()
    ask(platform, caseworker)
    with translation.override("en"):
        pdf = proof_of(sent.report, with_addresses=True)
    assert '<b>&amp;</b><img src="file:///etc/passwd"/> ?????? ? „é”' in words(pdf)
    assert not any(page.images for page in read(pdf).pages)


def test_proof_of_two_hundred_links_asks_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    long = "a" * 900
    sent = submit(*(f"https://example.org/{n}/{long}" for n in range(200)))
    with django_assert_max_num_queries(10):
        response = pressed(client, sent, go="proof-now", addresses="on")
    said = words(response.content)
    assert "Link 200" in said
    count = len(read(response.content).pages)
    assert f"Page 1 of {count}" in said
    assert f"Page {count} of {count}" in said
    assert len(read(response.content).pages) > 20
    # Not a letter of a long address runs off the paper.
    assert f"https://example.org/199/{long}" in said.replace(" ", "")


def test_making_it_writes_nothing(client: Client) -> None:
    sent = submit()
    with CaptureQueriesContext(connection) as asked:
        pressed(client, sent, go="proof-now", addresses="on")
    assert asked.captured_queries
    for query in asked.captured_queries:
        assert not re.match(r"\s*(INSERT|UPDATE|DELETE)", query["sql"]), query["sql"]
