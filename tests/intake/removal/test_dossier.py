"""The dossier of a recipient: all that it was asked, and nobody in it."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.paper import FILE_NAME
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions.answers import Claim
from intake.removal.actions.clocks import mark_silent
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import (
    AnswerKind,
    GroundRoute,
    Location,
    Notice,
    NoticeRequest,
    RefusalGround,
    RemovalRequest,
    Statement,
)
from intake.removal.queries.places import url_index_of
from intake.removal.queries.record import FEWEST, record_of
from intake.removal.states import RequestStatus
from intake.report.actions import LinkFacts, ReportFacts, submit_report
from intake.report.models import Report
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

PAGE = "/console/desk/dossier/"
SECRET = "zeldzaamwoord"


@pytest.fixture
def supervisor() -> User:
    return factories.person("sam", "supervisor")


def words(pdf: bytes) -> str:
    pages = PdfReader(BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def page(number: int) -> str:
    return f"https://example.org/{SECRET}/{number}"


def report(*numbers: int) -> Report:
    """Pages by one person."""
    return submit_report(
        service=default_service(),
        links=[LinkFacts(page(number), factories.ADULT) for number in numbers],
        about=ReportFacts(),
    ).report


def ask(number: int, recipient: Recipient, pair: GroundRoute, by: User) -> Notice:
    """About a page; by somebody of their own, unless it was reported before."""
    index = url_index_of(page(number))
    if not Location.objects.filter(url_index=index).exists():
        report(number)
    place = Location.objects.get(url_index=index)
    request = actions.propose(place, recipient, by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
    actions.send_due_notices()
    notice.refresh_from_db()
    return notice


def hours_ago(notice: Notice, hours: float) -> None:
    Notice.objects.filter(pk=notice.pk).update(sent_at=timezone.now() - timedelta(hours=hours))


def answer(notice: Notice, kind: AnswerKind, ground: str = "") -> None:
    actions.record_answers(notice, [Claim(1, kind, SECRET, ground=ground)])


def gone(notice: Notice, by: User) -> None:
    place = Location.objects.get(requests__entries__notice=notice)
    actions.record_check(place, gone=True, by=by)


@pytest.fixture
def five(
    platform: Recipient, pair: GroundRoute, caseworker: User, smtp: MailServer
) -> list[Notice]:
    """Gone after five days; refused; silent; said to be gone, and there; waiting."""
    notices = [ask(number, platform, pair, caseworker) for number in range(FEWEST)]
    hours_ago(notices[0], 120)
    answer(notices[0], AnswerKind.REMOVED)
    gone(notices[0], caseworker)
    hours_ago(notices[1], 10)
    answer(notices[1], AnswerKind.REFUSED, ground=RefusalGround.LAWFUL)
    RemovalRequest.objects.filter(entries__notice=notices[2]).update(
        due_at=timezone.now() - timedelta(hours=1)
    )
    mark_silent()
    answer(notices[3], AnswerKind.REMOVED)
    place = Location.objects.get(requests__entries__notice=notices[3])
    actions.record_check(place, gone=False, by=caseworker)
    return notices


def test_dossier_says_how_they_dealt_with_every_request(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    said = words(actions.make_dossier(platform, by=supervisor))
    for part in (
        "Dossier on requests for removal",
        "How Example photos (Platform) dealt with what Helpline for tests asked.",
        "Asked 5 requests",
        "Answered 3 of 5; half of these within 10 hours",
        "Gone 1 of 5; half of these within 5 days",
        "Refused 1 of 5",
        "Not answered in time 1 of 5",
        "Message refused or sent back 0 of 5",
        "Said to be done, and it was not 1 of 5",
        "they refuse",
        "no answer yet",
        "they say that it is gone, and it is not",
        "Page 1 of",
    ):
        assert part in said


def test_dossier_is_in_dutch_too(five: list[Notice], platform: Recipient, supervisor: User) -> None:
    with translation.override("nl"):
        said = words(actions.make_dossier(platform, by=supervisor))
    assert "Dossier over verzoeken om verwijdering" in said
    assert "zij weigeren" in said
    assert "they" not in said


def test_nothing_in_it_leads_to_a_page_or_a_person(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    pdf = actions.make_dossier(platform, by=supervisor)
    said = words(pdf)
    secrets = [SECRET, "example.org", "sam", "kim"]
    for notice in five:
        place = Location.objects.get(requests__entries__notice=notice)
        secrets += [notice.reference, str(place.pk), place.short, notice.message_id or "-"]
        secrets.append(timezone.localtime(notice.created_at).strftime("%d-%m-%Y"))
    for secret in secrets:
        assert secret not in said
        assert secret.encode() not in pdf
    days = re.findall(r"\b\d{1,2} [A-Z][a-z]+ \d{4}", said)
    assert len(days) == 1  # the day on which it was made


def test_requests_stand_in_an_order_that_does_not_tell_when(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    dealt = record_of(platform, supervisor, None).dealt
    keys = [(one.month, one.ground, one.outcome) for one in dealt]
    assert keys == sorted(keys)
    assert {one.month.day for one in dealt} == {1}


def test_possible_minors_are_left_out_and_not_counted(
    five: list[Notice],
    platform: Recipient,
    pair: GroundRoute,
    caseworker: User,
    supervisor: User,
) -> None:
    sixth = ask(6, platform, pair, caseworker)
    assert "Asked 6 requests" in words(actions.make_dossier(platform, by=supervisor))
    register(f"https://example.org/{SECRET}/6", factories.MINOR)
    assert Location.objects.get(requests__entries__notice=sixth).is_possibly_minor
    assert "Asked 5 requests" in words(actions.make_dossier(platform, by=supervisor))


def test_many_requests_of_few_people_make_no_dossier(
    platform: Recipient, pair: GroundRoute, caseworker: User, supervisor: User, smtp: MailServer
) -> None:
    """Five people, of whom one reported all pages: the others add a word about the first."""
    numbers = range(2 * FEWEST)
    report(*numbers)
    for number in numbers:
        ask(number, platform, pair, caseworker)
    for _person in range(FEWEST - 1):
        report(0)
    with pytest.raises(RefusedError) as refused:
        actions.make_dossier(platform, by=supervisor)
    assert refused.value.refusal == Refusal.TOO_FEW
    for number in range(100, 100 + FEWEST - 1):
        ask(number, platform, pair, caseworker)
    assert "Asked 14 requests" in words(actions.make_dossier(platform, by=supervisor))


def test_who_erased_their_report_counts_for_one(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    gone = list(Report.objects.order_by("pk")[:2])
    for statement in Statement.objects.filter(reported_link__report=gone[0]):
        actions.leave_statement(statement)
    gone[0].delete()
    actions.make_dossier(platform, by=supervisor)
    for statement in Statement.objects.filter(reported_link__report=gone[1]):
        actions.leave_statement(statement)
    gone[1].delete()
    with pytest.raises(RefusedError):
        actions.make_dossier(platform, by=supervisor)


def test_page_that_came_in_by_a_file_counts_for_itself(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    Report.objects.all().delete()
    Statement.objects.update(by_file=True, left_at=timezone.now())
    actions.make_dossier(platform, by=supervisor)


def test_few_requests_make_no_dossier(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    register(f"https://example.org/{SECRET}/0", factories.MINOR)
    before = AuditEntry.objects.count()
    with pytest.raises(RefusedError) as refused:
        actions.make_dossier(platform, by=supervisor)
    assert refused.value.refusal == Refusal.TOO_FEW
    assert AuditEntry.objects.count() == before


def test_a_hotline_has_no_dossier(client: Client, supervisor: User) -> None:
    hotline = factories.hotline()
    for number in range(FEWEST + 1):
        register(f"https://example.org/{number}", factories.MINOR)
    with pytest.raises(RefusedError):
        actions.make_dossier(hotline, by=supervisor)


def test_a_period_leaves_out_what_was_asked_before(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    since = timezone.now() - timedelta(days=1)
    with pytest.raises(RefusedError):
        actions.make_dossier(platform, since=since, by=supervisor)
    assert len(record_of(platform, supervisor, since).dealt) == FEWEST - 1


def test_only_what_ones_own_services_asked_is_in_it(
    five: list[Notice], platform: Recipient
) -> None:
    other = Service.objects.create(slug="other", name="Other")
    stranger = factories.person("lin", "supervisor", other)
    with pytest.raises(RefusedError):
        actions.make_dossier(platform, by=stranger)


def test_a_caseworker_makes_none(
    five: list[Notice], platform: Recipient, caseworker: User, supervisor: User
) -> None:
    with pytest.raises(PermissionDenied):
        actions.make_dossier(platform, by=caseworker)
    assert sign_in(caseworker).get(PAGE).status_code == 403


def test_stopped_before_its_time_is_not_silence(
    five: list[Notice], platform: Recipient, caseworker: User, supervisor: User
) -> None:
    request = RemovalRequest.objects.get(entries__notice=five[4])
    actions.stop(request, by=caseworker)
    assert request.status == RequestStatus.WITHDRAWN
    outcomes = [one.outcome for one in record_of(platform, supervisor, None).dealt]
    assert (outcomes.count("silent"), outcomes.count("ended")) == (1, 1)


def test_making_it_is_on_record(five: list[Notice], platform: Recipient, supervisor: User) -> None:
    actions.make_dossier(platform, by=supervisor)
    entry = AuditEntry.objects.get(action="make_dossier")
    assert (entry.actor, entry.subject_kind) == ("sam", "recipient")
    assert entry.subject_id == str(platform.pk)


def test_record_takes_few_queries(
    five: list[Notice],
    platform: Recipient,
    supervisor: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert NoticeRequest.objects.count() == FEWEST
    with django_assert_num_queries(5):
        record_of(platform, supervisor, None)


def test_page_says_what_is_in_it_and_gives_the_document(
    five: list[Notice], platform: Recipient, supervisor: User
) -> None:
    client = sign_in(supervisor)
    english = {"accept-language": "en"}
    shown = client.get(PAGE, {"recipient": platform.pk}, headers=english).content.decode()
    assert "Nobody is in it" in shown
    assert f'value="{platform.pk}" selected' in shown
    sent = {"recipient": platform.pk, "months": "", "language": "nl"}
    made = client.post(PAGE, sent, headers=english)
    assert made["Content-Type"] == "application/pdf"
    assert made["Content-Disposition"] == f'attachment; filename="{FILE_NAME}"'
    assert made["Cache-Control"] == "no-store"
    assert "Dossier over verzoeken" in words(made.content)
    lately = client.post(PAGE, {**sent, "months": "3", "language": "en"}, headers=english)
    assert "Every request" in words(lately.content)


@pytest.mark.parametrize("rubbish", ["", "x", "-1", "9" * 300, "\x00", "٣"])
def test_rubbish_makes_nothing(supervisor: User, platform: Recipient, rubbish: str) -> None:
    client = sign_in(supervisor)
    assert client.get(PAGE, {"recipient": rubbish}).status_code == 200
    for name in ("recipient", "months", "language"):
        sent = {"recipient": platform.pk, "months": "3", "language": "nl", name: rubbish}
        answered = client.post(PAGE, sent)
        assert answered.status_code == 200
        assert answered["Content-Type"].startswith("text/html")


def test_queue_leads_a_supervisor_there_and_nobody_else(supervisor: User, caseworker: User) -> None:
    assert PAGE in sign_in(supervisor).get("/console/desk/").content.decode()
    assert PAGE not in sign_in(caseworker).get("/console/desk/").content.decode()
