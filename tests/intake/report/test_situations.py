"""What helps now, in each situation, before anything is asked."""

import re

import pytest
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries

from content.models import AdvicePage
from helpline.services.queries import built_in
from intake.report.forms.questions import ABOUT, ABOUT_HINTS, WHY
from intake.report.models import Report
from intake.report.situations import HELP, help_in
from intake.report.states import Situation
from tests.intake.report.walk import Page, Walk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

ASKED = [value for value in Situation.values if value != Situation.SKIPPED]
# Words that put it on the visitor, in either language.
BLAMING = re.compile(
    r"\b(should have|why did you|careless|stupid of you|you let|your own fault"
    r"|had moeten|waarom heb je|dom van je|eigen schuld|je liet)\b",
    re.IGNORECASE,
)


def helping(client: Client, situation: str, language: str = "en") -> Page:
    walk = Walk(client, language)
    walk.press()
    return walk.press(situation=situation)


@pytest.mark.parametrize("situation", ASKED)
@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_situation_says_what_helps_before_links_are_asked(
    client: Client, situation: str, language: str
) -> None:
    page = helping(client, situation, language)
    assert page.step == "help"
    with translation.override(language):
        said = help_in(situation, built_in(language))
    for sentence in (said.first, *said.steps):
        assert sentence in page.words
    warning = {"nl": "maak er geen screenshot van", "en": "do not take a screenshot"}[language]
    assert warning in page.words
    assert "112" in page.words
    assert not BLAMING.search(page.words)
    assert f"/{language}/chat/" in page.html
    assert "next" in page.buttons


def test_situation_that_is_left_open_gets_help_too(client: Client) -> None:
    page = helping(client, "")
    assert page.step == "help"
    assert "it is not your fault" in page.words


@pytest.mark.parametrize("situation", ["pressure", "threatened", "paid"])
def test_who_is_blackmailed_is_told_not_to_pay_and_to_talk_first(
    client: Client, situation: str
) -> None:
    page = helping(client, situation)
    assert "nothing more" in page.words or "not send anything more" in page.words
    assert "keep the messages" in page.words
    assert "0900-8844" in page.words
    assert "0800-0113" in page.words
    buttons = page.html[page.html.index("What do you want to do?") :]
    assert buttons.index("/en/chat/") < buttons.index("Report links")


def test_under_pressure_now_is_asked_first() -> None:
    assert ASKED[0] == Situation.PRESSURE


def test_every_situation_but_the_open_ones_has_words_of_its_own() -> None:
    assert set(HELP) == set(ASKED) - {Situation.OTHER}


def test_help_leads_on_to_the_links_and_back_to_the_question(client: Client) -> None:
    walk = Walk(client)
    walk.press()
    walk.press(situation="hacked")
    assert walk.press("back").fields["situation"] == ["hacked"]
    walk.press()
    assert walk.press().step == "links"


def test_advice_of_the_editors_is_offered_in_the_language_of_the_page(client: Client) -> None:
    page = helping(client, "spread", "nl")
    for advice in AdvicePage.objects.live().filter(locale__language_code="nl"):
        assert advice.situation in page.words


def test_help_asks_few_queries(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    walk = Walk(client)
    walk.press()
    with django_assert_max_num_queries(12):
        walk.press(situation="spread")


def test_chosen_situation_is_kept_with_the_report(client: Client) -> None:
    for number, situation in enumerate(ASKED):
        Walk(client).send(situation=situation, text=f"https://example.org/{number}")
    assert set(Report.objects.values_list("situation", flat=True)) == set(ASKED)


def test_every_question_says_why_it_is_asked(client: Client) -> None:
    asked: set[str] = set()
    for who, age in (("self", "adult"), ("child", "adult"), ("child", "under_18")):
        walk = Walk(client)
        while walk.page.step != "check":
            step = walk.page.step
            names = set(walk.page.choices) | ({"text"} if step == "links" else set())
            for name in names - {"age"}:  # the age says it in words of its own
                asked.add(name)
                why = WHY.get(name) or ABOUT_HINTS.get(name)
                assert why, f"{step}: {name} has no reason"
                assert str(why) in walk.page.words, name
            if "age" in names:
                assert "special hotline" in walk.page.words
            walk.on(who=who, age=age)
            assert walk.page.step != step
    assert asked == (set(WHY) | set(ABOUT))
