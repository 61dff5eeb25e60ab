"""Messages on the desk: what waits, what was said, and what staff never see of it."""

import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.removal.models import Location, PictureAge
from intake.report.actions import (
    LinkFacts,
    ReportFacts,
    StatementFacts,
    erase_report,
    submit_report,
)
from intake.report.models import Report
from intake.report.talk.models import Message
from intake.report.talk.queries import short_of
from tests.intake.removal.factories import ADULT, person
from tests.intake.report.talk.conftest import say, submit, write
from tests.intake.report.walk import Page
from tests.signed_in import sign_in

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

TRAY = "/console/desk/messages/"
ENGLISH = {"accept-language": "en"}


@pytest.fixture
def client(caseworker: User) -> Client:
    return sign_in(caseworker)


def talk(report: Report) -> str:
    return f"{TRAY}{report.pk}/"


def opened(client: Client, address: str, data: Any = None) -> Page:
    if data is None:
        return Page(client.get(address, headers=ENGLISH))
    return Page(client.post(address, data, follow=True, headers=ENGLISH))


def sent(client: Client, report: Report, text: str = "Hello", **more: str) -> Page:
    page = opened(client, talk(report))
    values = {"key": page.fields["key"][0], "upto": page.fields["upto"][0], "text": text}
    return opened(client, talk(report) + "write/", {**values, **more})


def test_tray_says_who_waits_and_not_what_was_said(client: Client, report: Report) -> None:
    assert "Nothing waits here" in opened(client, TRAY).words
    say(report, "the words themselves")
    page = opened(client, TRAY)
    assert short_of(report.pk) in page.words
    assert "the words themselves" not in page.words
    assert not AuditEntry.objects.filter(action="open_talk").exists()
    queue = opened(client, "/console/desk/")
    assert f'href="{TRAY}"' in queue.html


@pytest.mark.parametrize("page", ["0", "-1", "x", "9", "99999999999"])
def test_tray_pages_that_are_not_there(client: Client, page: str) -> None:
    assert client.get(TRAY, {"page": page}).status_code == 200


def test_words_are_read_on_record_and_answered(client: Client, report: Report) -> None:
    say(report, "Is it <b>gone</b>?")
    page = opened(client, talk(report))
    assert "Is it <b>gone</b>?" in page.words
    assert AuditEntry.objects.get(action="open_talk").actor == "kim"
    assert "The reporter sees it" in sent(client, report, "Not yet").words
    assert "Nothing waits here" in opened(client, TRAY).words
    assert [m.text for m in report.messages.all()] == ["Is it <b>gone</b>?", "Not yet"]


def test_account_of_a_link_is_told_but_not_of_a_possible_minor(client: Client) -> None:
    def told(account: str, facts: StatementFacts) -> str:
        link = LinkFacts("https://example.org/a", facts, account=account)
        about = ReportFacts(situation="spread", language="en")
        made = submit_report(service=default_service(), links=[link], about=about)
        return opened(client, talk(made.report)).words

    assert "Account: lisa_03" in told("lisa_03", ADULT)
    assert "example.net" not in told("https://example.net/lisa", ADULT)
    assert "lisa_03" not in told("lisa_03", StatementFacts())


def test_no_address_is_shown_on_any_page(client: Client, report: Report) -> None:
    say(report, "It is also on https://example.org/secret now")
    page = opened(client, talk(report))
    assert "example.org" not in page.html
    assert "[a link, not shown here] now" in page.words


def test_question_about_a_link(client: Client, report: Report) -> None:
    first, second = report.links.all()
    Location.objects.filter(statements=first.statement).update(
        picture_age=PictureAge.POSSIBLY_MINOR
    )
    page = opened(client, talk(report))
    assert f'value="{second.pk}"' in page.html
    assert f'value="{first.pk}"' not in page.html
    sent(client, report, "Which account?", about=str(second.pk))
    assert Message.objects.get().about == second
    refused = sent(client, report, "And here?", about=str(first.pk))
    assert refused.errors
    assert refused.text == "And here?"


def test_answers_are_read_as_answers(client: Client, report: Report, caseworker: User) -> None:
    question = write(report, caseworker, "Which?", about=report.links.all()[1])
    say(report, "That one", answers=question)
    words = opened(client, talk(report)).words
    assert "question about link 2" in words
    assert "answer about link 2" in words


@pytest.mark.parametrize("text", ["", "x" * 2001])
def test_what_cannot_be_sent_is_explained_and_kept(
    client: Client, report: Report, text: str
) -> None:
    page = sent(client, report, text)
    assert page.errors
    assert page.text == text
    assert not Message.objects.exists()


def test_what_was_said_meanwhile_is_read_first(client: Client, report: Report) -> None:
    page = opened(client, talk(report))
    say(report, "Wait, it is back")
    typed = {"key": page.fields["key"][0], "upto": page.fields["upto"][0], "text": "All is well"}
    refused = opened(client, talk(report) + "write/", typed)
    assert "Something was said meanwhile" in refused.words
    assert "Wait, it is back" in refused.words
    assert refused.text == "All is well"
    typed = {name: refused.fields[name][0] for name in ("key", "upto", "text")}
    assert not opened(client, talk(report) + "write/", typed).errors
    assert Message.objects.count() == 2


def test_double_press_sends_once(client: Client, report: Report) -> None:
    page = opened(client, talk(report))
    typed = {"key": page.fields["key"][0], "upto": page.fields["upto"][0], "text": "Once"}
    for _press in range(2):
        assert not opened(client, talk(report) + "write/", typed).errors
    assert Message.objects.count() == 1


def test_read_without_an_answer(client: Client, report: Report) -> None:
    say(report, "Thank you")
    page = opened(client, talk(report))
    said = opened(client, talk(report) + "no-answer/", {"upto": page.fields["upto"][0]})
    assert "does not wait any more" in said.words
    assert "Nothing waits here" in said.words
    opened(client, talk(report) + "no-answer/", {"upto": "rubbish"})


@pytest.mark.parametrize("rubbish", [{}, {"upto": "x", "text": "x"}, {"about": "0", "text": "x"}])
def test_forms_nobody_made_are_answered(
    client: Client, report: Report, rubbish: dict[str, str]
) -> None:
    assert client.post(talk(report) + "write/", rubbish).status_code in (200, 302)
    assert not Message.objects.filter(about__isnull=False).exists()


def test_report_erased_meanwhile_is_not_there(client: Client, report: Report) -> None:
    page = opened(client, talk(report))
    erase_report(report=report)
    typed = {"key": page.fields["key"][0], "upto": "0", "text": "Hello"}
    for address in (talk(report), talk(report) + "write/", talk(report) + "no-answer/"):
        answer = client.get(address) if address == talk(report) else client.post(address, typed)
        assert answer.status_code == 404


def test_another_service_finds_nothing(report: Report) -> None:
    other = sign_in(person("else", service=Service.objects.create(slug="other", name="Other")))
    say(report, "words")
    assert other.get(talk(report)).status_code == 404
    assert other.post(talk(report) + "write/", {"text": "x"}).status_code == 404
    assert short_of(report.pk) not in opened(other, TRAY).words
    assert Message.objects.count() == 1
    assert not AuditEntry.objects.filter(action="open_talk").exists()


def test_location_leads_to_each_of_its_reporters_apart(client: Client, report: Report) -> None:
    other = submit("https://example.org/a").report
    say(other, "words of the other")
    say(report, "words of the one")
    place = Location.objects.filter(statements__reported_link__report=other).get()
    page = opened(client, f"/console/desk/{place.pk}/")
    for each in (report, other):
        assert f'href="{talk(each)}"' in page.html
    assert page.words.count("1 new") == 2
    assert "words of" not in page.words
    assert "words of the other" not in opened(client, talk(report)).words


def test_location_and_queue_ask_one_query_more_however_many_reports(
    client: Client, report: Report, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    place = Location.objects.filter(statements__reported_link__report=report).first()
    assert place is not None

    def count(address: str) -> int:
        with django_assert_max_num_queries(30) as taken:
            opened(client, address)
        return len(taken.captured_queries)

    pages = [f"/console/desk/{place.pk}/", "/console/desk/", TRAY]
    few = [count(page) for page in pages]
    for _more in range(6):
        say(submit("https://example.org/a", "https://example.org/b").report)
    assert [count(page) for page in pages] == few


def test_long_talk_asks_as_few_queries_as_a_short_one(
    client: Client,
    report: Report,
    caseworker: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(30) as taken:
            opened(client, talk(report))
        return len(taken.captured_queries)

    say(report)
    opened(client, talk(report))
    few = count()
    for _more in range(6):
        say(report)
        write(report, caseworker, about=report.links.all()[0])
    opened(client, talk(report))
    assert count() <= few


def test_no_such_report(client: Client) -> None:
    assert client.get(f"{TRAY}{uuid.uuid4()}/").status_code == 404
