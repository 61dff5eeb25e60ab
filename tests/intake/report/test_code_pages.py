"""The pages of a return code: ways to keep it, its end typed again, nothing that gives it away."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpline.privacy import throttle
from intake.report import codes
from intake.report.actions import erase_report
from intake.report.models import Report
from tests.intake.report.walk import Fields, Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


def ask(client: Client, code: str, go: str, **more: str) -> Page:
    fields: Fields = {"code": [code], "go": [go], **{name: [text] for name, text in more.items()}}
    return Page(posted(client, "/en/status/", fields))


def test_lost_means_lost_is_said_before_it_is_sent(client: Client) -> None:
    walk = Walk(client)
    walk.to("check")
    assert "Lost is lost" in walk.page.words


def test_each_way_to_keep_the_code_stands_behind_a_warning(client: Client) -> None:
    page = Walk(client).send()
    ways = re.findall(r"<summary.*?</details>", page.html, re.DOTALL)
    said = {"Print the code": "shared", "QR code": "cloud", "Copy the code": "other devices"}
    for way, warning in said.items():
        [body] = [part for part in ways if way in part.split("</summary>")[0]]
        assert warning in body.split("</summary>")[1]


def test_copying_by_script_only_is_also_told_by_hand(client: Client) -> None:
    page = Walk(client).send()
    assert "Hold your finger on the code" in page.words
    assert re.search(r"<button[^>]* data-copy [^>]*hidden>", page.html)


def test_only_way_on_from_the_code_asks_for_its_end(client: Client) -> None:
    page = Walk(client).send()
    assert page.buttons == ["keep", "code"]  # and the same page in Dutch
    main = page.html[page.html.index("<main") : page.html.index("</main>")]
    assert '/en/status/"' in main
    assert 'href="/en/status/"' not in main


def test_end_of_the_code_is_asked_without_showing_it(client: Client) -> None:
    code = code_on(Walk(client).send())
    page = ask(client, code, "keep")
    assert "last four of your code" in page.words
    assert code.split()[-1] not in page.words
    assert not page.errors


@pytest.mark.parametrize("as_typed", ["{}", " {} ", "{}-", "whole"])
def test_right_end_is_forgiving(client: Client, as_typed: str) -> None:
    code = code_on(Walk(client).send())
    typed = code if as_typed == "whole" else as_typed.format(code.split()[-1].lower())
    assert "you have your code" in ask(client, code, "keep-check", last=typed).words


@pytest.mark.parametrize("typed", ["", "0", "first", "é" * 150, "0 0 0 0"])
def test_wrong_end_says_so_and_leads_back_to_the_code(client: Client, typed: str) -> None:
    code = code_on(Walk(client).send())
    page = ask(client, code, "keep-check", last=code.split()[0] if typed == "first" else typed)
    assert page.errors
    assert "not the last four" in page.words
    assert code_on(ask(client, code, "code")) == code


def test_typing_the_end_can_be_skipped(client: Client) -> None:
    code = code_on(Walk(client).send())
    page = ask(client, code, "keep-skip")
    assert "Keep your code safe" in page.words
    assert "Link 1" in ask(client, page.fields["code"][0], "show").words


def test_pages_stand_in_the_other_language_too(client: Client) -> None:
    code = code_on(Walk(client).send())
    for go, words in (("code", "Bewaar"), ("keep", "laatste vier"), ("keep-skip", "Bewaar")):
        page = Page(posted(client, "/nl/status/", {"code": [code], "go": [go]}))
        assert words in page.words, go


@pytest.mark.parametrize("go", ["code", "keep", "keep-check", "keep-skip"])
def test_code_that_leads_nowhere_gets_none_of_the_pages(client: Client, go: str) -> None:
    wrong = codes.grouped(codes.code_for("somebody else's"))
    page = ask(client, wrong, go)
    assert "There is no report with this code" in page.words
    assert 'class="code"' not in page.html


def test_valid_wrong_and_expired_codes_ask_the_same_of_the_database(client: Client) -> None:
    code = code_on(Walk(client).send())
    gone = code_on(Walk(client).send(text="https://example.org/gone"))
    erase_report(report=Report.objects.get(code_hash=codes.hash_of(codes.normalised(gone))))
    asked = []
    # Nothing is known of the frame's own questions until the first page asked them.
    ask(client, code, "keep")
    for typed in (code, gone, codes.grouped(codes.code_for("x")), "x", "", "é" * 900):
        with CaptureQueriesContext(connection) as queries:
            ask(client, typed, "keep")
        reports = [q["sql"] for q in queries if "report_report" in q["sql"]]
        assert len(reports) == 1
        asked.append(re.sub(r"(x?'[^']*'|'\\x[^']*'(::bytea)?)", "…", reports[0], flags=re.I))
    assert len(set(asked)) == 1, set(asked)
