"""The way back with a code, without JavaScript: nothing is told to who has none, nothing goes at one press."""

import re

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from helpline.privacy import throttle
from intake.removal.models import Location, Statement
from intake.removal.states import Work
from intake.report import codes
from intake.report.models import Report
from tests.intake.report.walk import Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


def test_unknown_and_expired_codes_get_the_same_answer(client: Client) -> None:
    gone = code_on(Walk(client).send())
    Report.objects.all().delete()
    answers = set()
    for code in (gone, codes.grouped(codes.code_for("x")), "x", ""):
        page = posted(client, "/en/status/", {"code": [code]}).content.decode()
        # The other form on the page has a number of its own each time.
        page = re.sub(r'name="key" value="[^"]*"', "", page)
        answers.add(page.replace(f' value="{code}"', ""))
    assert len(answers) == 1
    assert "There is no report with this code" in answers.pop()


def test_code_is_kept_when_it_is_wrong(client: Client) -> None:
    page = Page(posted(client, "/en/status/", {"code": ["abcd <efgh"]}))
    assert page.fields["code"] == ["abcd <efgh"]


def test_code_in_the_address_does_nothing(client: Client) -> None:
    code = code_on(Walk(client).send())
    page = Page(client.get("/en/status/", {"code": code}))
    assert "Link 1" not in page.words
    assert page.fields["code"] == [""]


def test_attempts_are_slowed_down_and_then_go_on(client: Client) -> None:
    code = code_on(Walk(client).send())
    for _attempt in range(60):
        posted(client, "/en/status/", {"code": ["wrong"]})
    page = Page(posted(client, "/en/status/", {"code": [code]}))
    assert (page.status, page.fields["code"]) == (429, [code])
    assert "Wait a minute" in page.words


def test_status_page_covers_links_until_they_are_pressed(client: Client) -> None:
    code = code_on(Walk(client).send())
    page = Page(posted(client, "/en/status/", {"code": [code]}))
    details = page.html.split("<details")
    assert sum("example.org/a" in part for part in details) == 1
    assert "example.org/a" in next(part for part in details[1:] if "Show the link" in part)
    assert 'href="https://example.org' not in page.html


def test_withdraw_and_erase_ask_first(client: Client) -> None:
    code = code_on(Walk(client).send())
    for go, said in [("withdraw", "cannot be called back"), ("erase", "erased at once")]:
        assert said in Page(posted(client, "/en/status/", {"code": [code], "go": [go]})).words
    assert Statement.objects.get().mandate_withdrawn_at is None
    page = Page(posted(client, "/en/status/", {"code": [code], "go": ["withdraw-now"]}))
    assert "We stopped asking for you" in page.words
    assert "withdraw" not in page.buttons


def test_who_waited_can_go_ahead_later(client: Client) -> None:
    code = code_on(Walk(client).send(wish="police_first", declared="", mandate=""))
    assert Location.objects.get().work == Work.DONE
    page = Page(posted(client, "/en/status/", {"code": [code]}))
    assert "go-ahead" in page.buttons
    asked = {"code": [code], "go": ["go-ahead-now"]}
    page = Page(posted(client, "/en/status/", asked))
    assert page.errors
    assert Location.objects.get().work == Work.DONE
    posted(client, "/en/status/", {**asked, "declared": ["2026-11"], "mandate": ["2026-11"]})
    statement = Statement.objects.get()
    assert (statement.is_declared, statement.gives_mandate) == (True, True)
    assert Location.objects.get().work == Work.ASK


def test_status_page_of_two_hundred_links_asks_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    links = "\n".join(f"https://example.org/{n}" for n in range(200))
    code = code_on(Walk(client).send(text=links))
    with django_assert_max_num_queries(10):
        page = Page(posted(client, "/en/status/", {"code": [code]}))
    assert "Link 200" in page.words
