"""A report is kept whole or not at all, is found by its code alone, and goes for good."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, connection
from django.db.models import F
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from helpline.privacy.erasure import erase_expired
from helpline.privacy.models import DataKey
from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.privacy.vault.keys import forget
from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry
from intake.removal.actions import mark_urgent
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.canonical import NotAnAddress, Reason
from intake.removal.models import (
    DeskEvent,
    Location,
    Notice,
    Statement,
    Urgency,
    WhyUrgent,
)
from intake.removal.states import Work
from intake.report import codes
from intake.report.actions import (
    MAX_LINKS,
    AlreadySent,
    LinkFacts,
    ReportFacts,
    Submitted,
    erase_report,
    read_report,
    settle_reports,
    submit_report,
    withdraw_mandates,
)
from intake.report.models import Report, ReportedLink
from intake.report.queries import find_report, progress_of_report
from tests.databases import close
from tests.intake.removal.factories import ADULT, hotline, person

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

LINKS = [
    LinkFacts("hxxps://example[.]org/b", ADULT),
    LinkFacts("www.example.com/a", ADULT),
]


def submit(links: list[LinkFacts] = LINKS, **changes: Any) -> Submitted:
    values: dict[str, Any] = {"about": ReportFacts(situation="spread"), **changes}
    return submit_report(service=default_service(), links=links, **values)


def test_submit_keeps_links_in_order_and_as_typed() -> None:
    sent = submit()
    links = list(ReportedLink.objects.filter(report=sent.report))
    assert [link.as_typed for link in links] == ["hxxps://example[.]org/b", "www.example.com/a"]
    assert [link.statement.location.url for link in links] == [
        "https://example.org/b",
        "https://www.example.com/a",
    ]


def test_submit_stores_neither_code_nor_words_in_clear() -> None:
    sent = submit(submission_key="the form")
    with connection.cursor() as cursor:
        cursor.execute("SELECT as_typed FROM report_reportedlink")
        stored = b"".join(bytes(row[0]) for row in cursor.fetchall())
        cursor.execute("SELECT code_hash, submission_hash FROM report_report")
        stored += b"".join(bytes(cell) for row in cursor.fetchall() for cell in row)
    for clear in (b"example", sent.code.encode(), b"the form"):
        assert clear not in stored


def test_submit_same_page_twice_is_one_link() -> None:
    sent = submit([*LINKS, LinkFacts("HTTPS://EXAMPLE.org:443/b", ADULT)])
    assert sent.report.links.count() == 2


def test_submit_without_facts_takes_the_careful_way() -> None:
    hotline()
    sent = submit([LinkFacts("https://example.org/b")])
    (entry,) = progress_of_report(sent.report)
    assert entry.with_hotline
    assert entry.progress.state == "with_hotline"


def test_submit_of_many_possible_minors_leaves_handing_over_to_the_worker() -> None:
    hotline()
    submit([LinkFacts(f"https://example.org/{n}") for n in range(11)])
    assert not Notice.objects.exists()
    assert send_hand_overs() == 1
    assert Notice.objects.get().entries.count() == 11


def test_submit_under_pressure_cannot_wait_at_the_desk() -> None:
    hotline()
    minor = LinkFacts("https://example.net/young")
    submit([*LINKS, minor], about=ReportFacts(situation="pressure"))
    assert {
        place.url: getattr(place, "urgency", None) is not None for place in Location.objects.all()
    } == {
        "https://example.org/b": True,
        "https://www.example.com/a": True,
        "https://example.net/young": False,  # the hotline has it, and nobody else
    }
    assert not Urgency.objects.exclude(why=WhyUrgent.EXTORTION, by=None).exists()
    # Said by somebody else as well, it is as urgent as before.
    submit(LINKS, about=ReportFacts(situation="pressure"))
    assert DeskEvent.objects.count() == 2


def test_submit_under_pressure_keeps_a_colleagues_reason() -> None:
    submit(LINKS[:1])
    mark_urgent(Location.objects.get(), WhyUrgent.SPREADING, by=person("kim"))
    submit(LINKS[:1], about=ReportFacts(situation="pressure"))
    assert Urgency.objects.get().why == WhyUrgent.SPREADING


def test_submit_again_gives_the_same_report_and_code() -> None:
    first, second = submit(submission_key="a form"), submit(submission_key="a form")
    assert (first.report, first.code) == (second.report, second.code)
    assert Statement.objects.count() == 2
    assert DataKey.objects.filter(kind="report").count() == 1


def test_submit_again_after_an_hour_gives_no_code() -> None:
    submit(submission_key="a form")
    Report.objects.update(created_at=F("created_at") - timedelta(hours=2))
    with pytest.raises(AlreadySent):
        submit(submission_key="a form")


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_submit_at_the_same_moment_makes_one_report() -> None:
    sent: list[Submitted] = []

    def press() -> None:
        try:
            sent.append(submit(submission_key="a form"))
        finally:
            close()

    presses = [threading.Thread(target=press) for _press in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert len(sent) == 4
    assert len({one.code for one in sent}) == 1
    assert Report.objects.count() == 1
    assert DataKey.objects.filter(kind="report").count() == 1
    assert sent[0].report.links.all()[0].as_typed == "hxxps://example[.]org/b"


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_submit_of_the_same_pages_by_several_people_at_once_keeps_all() -> None:
    failed: list[BaseException] = []

    def press(links: list[LinkFacts]) -> None:
        try:
            submit(links)
        except DatabaseError as error:
            failed.append(error)
        finally:
            close()

    many = [LinkFacts(f"https://example.org/{number}", ADULT) for number in range(6)]
    threads = [
        threading.Thread(target=press, args=(order,)) for order in (many, many[::-1], many[2:])
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert (Report.objects.count(), Location.objects.count()) == (3, 6)


def test_submit_that_fails_halfway_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_facts: object) -> None:
        raise DatabaseError

    monkeypatch.setattr("intake.report.actions.submitting.removal.register_statement", fail)
    with pytest.raises(DatabaseError):
        submit()
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("http://192.168.1.1/x", Reason.PRIVATE),
        ("http://0x7f.1/", Reason.PRIVATE),
        ("nothing at all", Reason.UNREADABLE),
        ("instagram://user", Reason.NOT_WEB),
    ],
)
def test_submit_refuses_what_cannot_be_reported(typed: str, reason: Reason) -> None:
    with pytest.raises(NotAnAddress) as caught:
        submit([LinkFacts(typed)])
    assert caught.value.reason == reason
    assert not Report.objects.exists()


@pytest.mark.parametrize("count", [0, MAX_LINKS + 1])
def test_submit_refuses_no_links_and_too_many(count: int) -> None:
    with pytest.raises(ValueError, match="links"):
        submit([LinkFacts(f"https://example.org/{n}") for n in range(count)])


def test_find_report_takes_the_code_however_it_is_typed() -> None:
    sent = submit()
    for typed in (sent.grouped_code, sent.code.lower(), f" {'-'.join(sent.code)} "):
        assert find_report(typed) == sent.report
    assert find_report(sent.code[:-1]) is None


def test_find_report_takes_the_same_way_for_every_code(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sent = submit()
    gone = submit([LinkFacts("https://example.org/gone", ADULT)])
    erase_report(report=gone.report)
    wrong = codes.code_for("somebody else's")
    for typed in (sent.code, wrong, gone.code, "", "x", "é" * 5000):
        with django_assert_num_queries(1):
            find_report(typed)


def test_progress_of_two_hundred_links_takes_few_queries(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sent = submit([LinkFacts(f"https://example.org/{n}", ADULT) for n in range(MAX_LINKS)])
    forget()
    with django_assert_num_queries(4):
        entries = progress_of_report(sent.report)
        assert [entry.link.as_typed for entry in entries][-1] == "https://example.org/199"


def test_progress_shows_nothing_of_another_report() -> None:
    first = submit()
    statement = first.report.links.all()[0].statement
    hotline()
    submit([LinkFacts("https://example.org/b", replace(ADULT, agreed="unsure"))])
    (entry, _other) = progress_of_report(first.report)
    assert entry.statement == statement
    assert entry.progress.steps == []


def test_withdraw_mandates_stops_what_leans_on_them() -> None:
    sent = submit()
    assert withdraw_mandates(report=sent.report) == 2
    assert withdraw_mandates(report=sent.report) == 0
    assert {entry.progress.state for entry in progress_of_report(sent.report)} == {"stopped"}


def test_erase_leaves_nothing_that_can_be_read(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent = submit()
    with django_capture_on_commit_callbacks(execute=True):
        erase_report(report=sent.report)
    assert find_report(sent.code) is None
    assert not ReportedLink.objects.exists()
    assert not Report.objects.exists()
    assert not Statement.objects.exists()
    assert not DataKey.objects.exists()


def test_erase_leaves_another_report_of_the_same_page(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    first, second = submit(), submit()
    with django_capture_on_commit_callbacks(execute=True):
        erase_report(report=first.report)
    assert [entry.link.as_typed for entry in progress_of_report(second.report)] == [
        link.typed for link in LINKS
    ]
    assert Location.objects.filter(forgotten_at=None).count() == 2


def test_report_expires_after_it_is_settled(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent = submit()
    assert settle_reports() == 0
    Location.objects.update(work=Work.DONE)
    assert settle_reports() == 1
    Location.objects.filter(pk=sent.report.links.all()[0].statement.location_id).update(
        work=Work.CHECK
    )
    assert settle_reports() == 1
    Location.objects.update(work=Work.DONE)
    settle_reports()
    assert settle_reports() == 0
    erase_expired()
    assert Report.objects.count() == 1
    Report.objects.update(settled_at=F("settled_at") - timedelta(days=91))
    with django_capture_on_commit_callbacks(execute=True):
        erase_expired()
    assert not Report.objects.exists()
    assert not DataKey.objects.filter(kind="report").exists()


def test_destroyed_key_leaves_the_words_shut() -> None:
    sent = submit()
    DataKey.objects.filter(kind="report").delete()
    forget()
    with pytest.raises(KeyDestroyedError):
        assert ReportedLink.objects.filter(report=sent.report)[0].as_typed


def test_read_report_is_on_the_record_before_it_is_open() -> None:
    sent = submit()
    links = read_report(report=sent.report, by=person())
    assert [link.as_typed for link in links] == [link.typed for link in LINKS]
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor, entry.subject_id) == (
        "open_report",
        "kim",
        str(sent.report.pk),
    )


def test_read_report_is_for_caseworkers_of_its_service() -> None:
    sent = submit()
    other = Service.objects.create(slug="other", name="Other")
    for user in (person("lee", "counsellor"), person("sam", service=other)):
        with pytest.raises(PermissionDenied):
            read_report(report=sent.report, by=user)
    assert not AuditEntry.objects.exists()
