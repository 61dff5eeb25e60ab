"""Who is in the images and how old they were is asked for each link, and once for all."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from intake.removal.models import Statement
from intake.report.answers import Answers
from intake.report.fields import field_of, mark_of
from intake.report.links import find_links
from tests.intake.report.walk import Walk

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

TWO = "https://example.org/a https://example.org/b"


def field(url: str, name: str) -> str:
    (link,) = find_links(url)
    return field_of(mark_of(link), name)


def ages() -> dict[str, str]:
    return {s.location.url[-1]: s.age_in_picture for s in Statement.objects.all()}


def test_one_link_is_asked_about_once(client: Client) -> None:
    walk = Walk(client)
    walk.to("age")
    assert "<select" not in walk.page.html


def test_age_is_asked_of_each_link_on_one_page(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    walk.press(age="adult", **{field("https://example.org/b", "age"): "under_18"})
    assert walk.page.step == "careful"
    assert "In some of the images" in walk.page.words
    walk.send()
    assert ages() == {"a": "adult", "b": "under_18"}


def test_answer_for_all_links_is_a_shortcut(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    walk.press(age="adult")
    assert walk.page.step == "recognisable"
    walk.send()
    assert ages() == {"a": "adult", "b": "adult"}


def test_one_adult_link_among_open_ones_is_asked_about(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    walk.press(**{field("https://example.org/a", "age"): "adult"})
    assert walk.page.step == "careful"
    walk.press()
    assert walk.page.step == "recognisable"
    walk.to("check")
    walk.press("send")
    assert ages() == {"a": "adult", "b": "skipped"}


def test_link_of_its_own_stays_what_was_said_when_all_others_change(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    walk.press(age="under_18", **{field("https://example.org/b", "age"): "unknown"})
    walk.to("check")
    assert "I do not know" in walk.page.words
    walk.press("to:age")
    walk.press(age="adult")
    walk.to("check")
    walk.press("send")
    assert ages() == {"a": "adult", "b": "unknown"}


def test_link_can_be_the_same_as_the_others_again(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    own = field("https://example.org/b", "age")
    walk.press(age="adult", **{own: "under_18"})
    walk.press("back")
    assert walk.page.fields[own] == ["under_18"]
    walk.press(**{own: ""})
    assert walk.page.step == "recognisable"


def test_who_is_in_it_can_differ_too(client: Client) -> None:
    walk = Walk(client)
    walk.to("who", text=TWO)
    walk.press(who="self", **{field("https://example.org/b", "who"): "found"})
    walk.send()
    said = {s.location.url[-1]: (s.reported_by, s.mandate_version) for s in Statement.objects.all()}
    assert said == {"a": ("self", "2026-11"), "b": ("found", "")}


def test_finder_of_all_but_one_is_asked_for_that_one(client: Client) -> None:
    walk = Walk(client)
    walk.to("who", text=TWO)
    walk.press(who="found", **{field("https://example.org/b", "who"): "self"})
    walk.to("mandate")
    assert "mandate" in walk.page.choices


def test_answers_go_on_without_the_link_they_were_about(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", text=TWO)
    walk.press(age="adult", **{field("https://example.org/b", "age"): "under_18"})
    walk.press("to:links")
    walk.press(text="https://example.org/a")
    walk.to("check")
    walk.press("send")
    assert ages() == {"a": "adult"}


def test_two_hundred_links_each_have_an_age_of_their_own(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    links = [f"https://example.org/{number}" for number in range(200)]
    walk = Walk(client)
    walk.to("age", text="\n".join(links))
    assert walk.page.html.count("<select") == 200
    own = {field(url, "age"): ("adult", "under_18")[at % 2] for at, url in enumerate(links)}
    with django_assert_max_num_queries(5):
        walk.press(**own)
    walk.to("check")
    with django_assert_max_num_queries(8):
        walk.press("to:check")
    walk.press("send")
    said = Statement.objects.values_list("age_in_picture", flat=True)
    assert (list(said).count("adult"), list(said).count("under_18")) == (100, 100)


def test_values_that_are_no_choice_count_as_left_open() -> None:
    answers = Answers()
    (link,) = find_links("https://example.org/a")
    answers.set_different(mark_of(link), {"age": "<script>", "nonsense": "x"})
    assert not answers.is_different(link)
