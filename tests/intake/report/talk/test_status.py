"""The talk on the status page, without JavaScript: nothing typed is lost, nothing is said twice."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from helpline.privacy import throttle
from helpline.staff.models import User
from intake.removal.actions import write_note
from intake.removal.models import Location
from intake.report.actions import Submitted, erase_report
from intake.report.models import Report
from intake.report.talk import actions
from intake.report.talk.models import Message
from tests.intake.report.talk.conftest import say, submit, write
from tests.intake.report.walk import Page, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def press(client: Client, sent: Submitted, go: str = "show", **fields: str) -> Page:
    given = {name.replace("__", "-"): [value] for name, value in fields.items()}
    return Page(posted(client, "/en/status/", {"code": [sent.code], "go": [go], **given}))


def send(client: Client, sent: Submitted, text: str, page: Page | None = None) -> Page:
    page = page or press(client, sent)
    return press(client, sent, "write", say__key=page.fields["say-key"][0], say__text=text)


def test_message_is_said_and_shown(client: Client, sent: Submitted) -> None:
    page = send(client, sent, "Is it gone?\nI am worried")
    assert "We have your message" in page.words
    assert "Is it gone? I am worried" in page.words
    assert Message.objects.get().text == "Is it gone?\nI am worried"
    assert page.fields["say-text"] == [""]


def test_reload_says_nothing_twice(client: Client, sent: Submitted) -> None:
    page = press(client, sent)
    for _press in range(2):
        assert "We have your message" in send(client, sent, "once", page).words
    assert Message.objects.count() == 1
    send(client, sent, "and something else from the same page", page)
    assert Message.objects.count() == 2


@pytest.mark.parametrize("text", ["", "  \n "])
def test_empty_message_is_explained(client: Client, sent: Submitted, text: str) -> None:
    page = send(client, sent, text)
    assert page.errors
    assert "Write something first" in page.words
    assert not Message.objects.exists()


def test_message_that_is_too_long_is_kept_in_the_box(client: Client, sent: Submitted) -> None:
    text = "x" * 2001
    page = send(client, sent, text)
    assert page.errors
    assert "2001 characters" in page.words
    assert page.fields["say-text"] == [text]
    assert " maxlength=" not in page.html  # a browser would cut it off without a word
    send(client, sent, "x\n" * 999 + "xx")
    assert Message.objects.count() == 1


def test_who_says_a_lot_at_once_is_slowed_down(client: Client, sent: Submitted) -> None:
    for number in range(6):
        send(client, sent, str(number))
    page = send(client, sent, "still here")
    assert "in a minute" in page.words
    assert page.fields["say-text"] == ["still here"]
    assert Message.objects.count() == 6


def test_too_many_that_wait_lead_to_the_chat(client: Client, sent: Submitted) -> None:
    for number in range(actions.MOST_THAT_WAIT):
        say(sent.report, str(number))
    page = send(client, sent, "still here")
    assert "talk to us in the chat" in page.words
    assert page.fields["say-text"] == ["still here"]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"say-key": "no number"},
        {"say-text": "\x00\ud7ff"},
        {"say-key": "'; --", "say-text": "<script>alert(1)</script>"},
        {"go": "answer:99999999999999999999", "say-text": "x"},
        {"go": "answer:x", "say-text": "x"},
    ],
)
def test_forms_nobody_made_are_answered(
    client: Client, sent: Submitted, fields: dict[str, str]
) -> None:
    given = {"code": [sent.code], "go": ["write"], **{k: [v] for k, v in fields.items()}}
    page = Page(posted(client, "/en/status/", given))
    assert page.status == 200
    assert "<script>alert" not in page.html


def test_link_in_a_message_is_kept_and_asked_for_as_a_link(client: Client, sent: Submitted) -> None:
    page = send(client, sent, "It is on https://example.org/new now")
    assert "Add links” and give it there" in page.words
    assert "https://example.org/new" in page.words
    assert 'href="https://example.org' not in page.html


def test_words_of_a_colleague_are_new_once_and_name_nobody(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    write(sent.report, caseworker, "We asked them yesterday.")
    page = press(client, sent)
    assert "There is a new message for you" in page.words
    assert "We asked them yesterday." in page.words
    assert caseworker.username not in page.words
    page = press(client, sent)
    assert "There is a new message for you" not in page.words
    assert "We asked them yesterday." in page.words


def test_question_about_a_link_is_answered(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    link = sent.report.links.all()[1]
    question = write(sent.report, caseworker, "Which account is it?", about=link)
    page = press(client, sent)
    assert "We have a question about link 2" in page.words
    name = f"answer-{question.pk}"
    assert f"answer:{question.pk}" in page.buttons

    def answer(text: str) -> Page:
        key = page.fields[f"{name}-key"][0]
        go = {"go": [f"answer:{question.pk}"], f"{name}-key": [key], f"{name}-text": [text]}
        return Page(posted(client, "/en/status/", {"code": [sent.code], **go}))

    wrong = answer("")
    assert wrong.errors
    assert f'href="#id_{name}-text"' in wrong.html
    done = answer("The first one")
    assert "We have your message" in done.words
    assert f"answer:{question.pk}" not in done.buttons
    assert "about link 2" in done.words
    assert Message.objects.get(answers=question).text == "The first one"
    # From another window, where the question still stands.
    answer("And the second one")
    assert Message.objects.filter(answers=question).count() == 2


def test_question_of_another_report_is_no_question_here(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    other = submit("https://example.org/other").report
    question = write(other, caseworker, "Secret?", about=other.links.all()[0])
    page = Page(
        posted(
            client,
            "/en/status/",
            {"code": [sent.code], "go": [f"answer:{question.pk}"], "say-text": ["hello"]},
        )
    )
    assert "Secret?" not in page.words
    assert not Message.objects.filter(answers=question).exists()


def test_two_reporters_of_one_page_never_meet(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    other = submit("https://example.org/a")
    say(sent.report, "words of the one")
    write(sent.report, caseworker, "words to the one", about=sent.report.links.all()[0])
    before = press(client, other)
    assert "words" not in before.words
    assert "There is a new message" not in before.words
    say(other.report, "words of the other")
    assert "words of the other" not in press(client, sent).words


def test_notes_of_colleagues_are_not_even_read_for_a_reporter(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    for place in Location.objects.all():
        write_note(place, text="between colleagues", client_id=uuid.uuid4(), by=caseworker)
    with CaptureQueriesContext(connection) as asked:
        page = press(client, sent)
    assert "between colleagues" not in page.words
    assert not [query for query in asked.captured_queries if "locationnote" in query["sql"]]


def test_words_survive_the_page_that_asks_to_wait(
    client: Client, sent: Submitted, caseworker: User
) -> None:
    question = write(sent.report, caseworker, about=sent.report.links.all()[0])
    page = press(client, sent)
    for _attempt in range(60):
        posted(client, "/en/status/", {"code": ["wrong"]})
    fields = {"say-key": page.fields["say-key"], "say-text": ["typed\n<b>before</b>"]}
    fields |= {f"answer-{question.pk}-text": ["half an answer"]}
    given = {"code": [sent.code], "go": ["write"], **fields}
    wait = Page(posted(client, "/en/status/", given))
    assert wait.status == 429
    assert "<b>before" not in wait.html
    throttle._limiter.cache_clear()
    page = Page(posted(client, "/en/status/", {**wait.fields, "go": ["show"]}))
    assert page.fields["say-text"] == ["typed\r\n<b>before</b>"]
    assert page.fields["say-key"] == fields["say-key"]
    assert page.fields[f"answer-{question.pk}-text"] == ["half an answer"]
    assert not Message.objects.filter(sender="reporter").exists()


def test_words_need_the_code(client: Client, sent: Submitted) -> None:
    page = Page(
        posted(
            client,
            "/en/status/",
            {"code": ["0000 0000 0000 0000"], "go": ["write"], "say-text": ["hello"]},
        )
    )
    assert "There is no report with this code" in page.words
    assert not Message.objects.exists()


def test_report_erased_in_another_window_ends_the_talk(client: Client, sent: Submitted) -> None:
    page = press(client, sent)
    erase_report(report=sent.report)
    assert "There is no report with this code" in send(client, sent, "hello", page).words


def test_long_talk_asks_as_few_queries_as_a_short_one(
    client: Client,
    sent: Submitted,
    caseworker: User,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(14) as taken:
            press(client, sent)
        return len(taken.captured_queries)

    def talk(report: Report) -> None:
        say(report)
        write(report, caseworker, about=report.links.all()[0])

    talk(sent.report)
    few = count()
    for _more in range(8):
        talk(sent.report)
    assert count() <= few


def test_titles_and_dutch(client: Client, sent: Submitted) -> None:
    fields = {"code": [sent.code], "go": ["write"], "say-text": [""]}
    page = Page(posted(client, "/nl/status/", fields))
    assert "<title>Fout: Demo helpline</title>" in page.html.replace("\n", "")
    assert "Schrijf eerst iets" in page.words
