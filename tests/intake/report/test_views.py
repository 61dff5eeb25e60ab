"""The pages of a report without JavaScript: nothing typed is lost, nothing happens twice."""

import re
from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.models import F
from django.test import Client

from helpline.privacy import throttle
from intake.removal.models import Location, Statement
from intake.report import codes
from intake.report.models import Report, ReportedLink
from tests.intake.removal.factories import hotline
from tests.intake.report.walk import Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_whole_walk_ends_with_a_code_that_opens_the_status_page(
    client: Client, language: str
) -> None:
    page = Walk(client, language).send()
    code = code_on(page)
    assert codes.is_complete(codes.normalised(code))
    assert Report.objects.get().language == language
    statement = Statement.objects.get()
    assert (statement.age_in_picture, statement.agreed, statement.wish) == ("adult", "no", "remove")
    assert (statement.is_declared, statement.gives_mandate) == (True, True)
    shown = Page(posted(client, f"/{language}/status/", {"code": [code.lower()], "go": ["show"]}))
    assert "https://example.org/a" in shown.words


def test_start_says_what_helps_now(client: Client) -> None:
    words = Walk(client).page.words
    for said in ("112", "not your fault", "Do not save them", "We cannot see where you are"):
        assert said in words


def test_pages_set_no_cookie_and_are_kept_by_nobody(client: Client) -> None:
    walk = Walk(client)
    for _step in range(4):
        walk.press(text="https://example.org/a")
    response = client.get("/en/report/")
    assert not client.cookies
    assert response["Cache-Control"] == "no-store"


def test_titles_tell_nothing(client: Client) -> None:
    walk = Walk(client)
    for step in ("links", "age", "agree", "check"):
        walk.to(step)
        title = re.search(r"<title>(.*?)</title>", walk.page.html, re.DOTALL)
        assert title is not None
        assert title[1].strip() == "Demo helpline"


def test_text_comes_back_exactly_on_every_way(client: Client) -> None:
    text = "\r\n  https://example.org/a <b>'\"&amp;\r\n\tmeer\u00a0tekst  "
    walk = Walk(client)
    walk.to("links")
    walk.press(text=text)
    walk.press("back")
    assert walk.page.text == text
    walk.press()
    walk.press("to:links")
    assert walk.page.text == text


def test_back_keeps_what_was_chosen(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", who="child")
    walk.press("back")
    assert walk.page.fields["who"] == ["child"]
    walk.press("back")
    walk.press("back")
    assert walk.page.step == "found"


def test_back_keeps_what_was_just_chosen_too(client: Client) -> None:
    walk = Walk(client)
    walk.to("age")
    walk.press("back", age="unknown")
    walk.press()
    assert walk.page.fields["age"] == ["unknown"]


def test_language_switch_keeps_the_page_and_the_answers(client: Client) -> None:
    walk = Walk(client)
    walk.to("age")
    walk.path = "/nl/report/"
    walk.press("stay", age="adult")
    assert (walk.page.step, walk.page.fields["age"]) == ("age", ["adult"])
    assert 'lang="nl"' in walk.page.html


def test_links_are_shown_as_text_and_can_be_taken_out_and_put_back(client: Client) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press(text="hxxp://example[.]org/a en www.example.com/b en http://10.0.0.1/c")
    assert "http://example.org/a" in walk.page.words
    assert "only works inside a home" in walk.page.words
    assert 'href="http://example.org/a"' not in walk.page.html
    (out,) = [go for go in walk.page.buttons if go.startswith("out:")][:1]
    walk.press(out)
    assert "Taken out" in walk.page.words
    back = next(go for go in walk.page.buttons if go.startswith("in:"))
    walk.press(back)
    assert "Taken out" not in walk.page.words
    walk.press(out)
    walk.send()
    assert ReportedLink.objects.get().as_typed == "www.example.com/b"


def test_no_link_left_cannot_go_on(client: Client) -> None:
    walk = Walk(client)
    walk.to("found")
    walk.press(next(go for go in walk.page.buttons if go.startswith("out:")))
    walk.press()
    assert (walk.page.step, walk.page.errors) == ("found", True)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Paste at least one link"),
        ("   \n", "Paste at least one link"),
        ("ik weet het niet", "We see no link in this"),
        ("\x00\x01\x02\x1b", "We see no link in this"),
        ("http://localhost/a", "only works inside a home"),
        ("instagram://user", "opens an app"),
        ("https://servernaam/", "name of the site is missing"),
        ("x" * 200_001, "too much text"),
        ("\n".join(f"https://example.org/{n}" for n in range(201)), "We found 201 links"),
    ],
)
def test_input_that_cannot_be_used_is_explained_and_kept(
    client: Client, text: str, said: str
) -> None:
    walk = Walk(client)
    walk.to("links")
    walk.press(text=text)
    assert (walk.page.step, walk.page.errors) == ("links", True)
    assert said in walk.page.words
    assert walk.page.text == text.replace("\n", "\r\n")


def test_errors_are_in_the_visitors_language(client: Client) -> None:
    walk = Walk(client, "nl")
    walk.to("links")
    walk.press(text="")
    assert "Plak minstens één link" in walk.page.words


def test_broken_utf8_is_read_as_far_as_it_goes(client: Client) -> None:
    response = client.post(
        "/en/report/",
        b"step=links&go=next&text=https%3A%2F%2Fexample.org%2Fa%20%FF%FE\xff",
        content_type="application/x-www-form-urlencoded",
    )
    assert "Some characters did not arrive well" in Page(response).words


def test_two_hundred_links_are_kept(client: Client) -> None:
    links = "\n".join(f"https://example.org/{n}" for n in range(200))
    Walk(client).send(text=links)
    assert ReportedLink.objects.count() == 200


def test_possible_minor_goes_the_short_careful_way(client: Client) -> None:
    hotline()
    for age in ("under_18", "unknown", ""):
        walk = Walk(client)
        walk.to("careful", age=age, text=f"https://example.org/{age}")
        assert "We tell nobody else" in walk.page.words
        assert "not take a screenshot" in walk.page.words
        walk.press()
        assert walk.page.step == "check"
        code = code_on(walk.press("send"))
        shown = Page(posted(client, "/en/status/", {"code": [code]}))
        assert "The hotline helps" in shown.words
    assert {location.picture_age for location in Location.objects.all()} == {"possibly_minor"}


@pytest.mark.parametrize(
    "answers",
    [{}, {"age": "under_18"}, {"age": ""}, {"who": "found"}, {"who": "child"}],
    ids=["adult", "minor", "open", "finder", "parent"],
)
def test_end_never_moves_away(client: Client, answers: dict[str, str]) -> None:
    walk = Walk(client)
    said = []
    while walk.page.step != "check":
        walk.on(**answers)
        found = re.search(r"Step (\d+) of (\d+)", walk.page.words)
        assert found is not None
        said.append((int(found[1]), int(found[2])))
    assert [number for number, _total in said] == list(range(1, len(said) + 1))
    totals = [total for _number, total in said]
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] == len(said)


def test_one_link_can_be_different(client: Client) -> None:
    walk = Walk(client)
    walk.to("check", text="https://example.org/a https://example.org/b")
    differ = [go for go in walk.page.buttons if go.startswith("differ:")]
    walk.press(differ[1])
    assert walk.page.step == "differ"
    assert "https://example.org/b" in walk.page.words
    walk.press(**{"own-age": "under_18", "own-who": "self"})
    assert walk.page.step == "careful"
    walk.press()
    assert walk.page.step == "check"
    walk.press("send")
    ages = {s.location.url: s.age_in_picture for s in Statement.objects.all()}
    assert ages == {"https://example.org/a": "adult", "https://example.org/b": "under_18"}


def test_difference_can_be_taken_back(client: Client) -> None:
    walk = Walk(client)
    walk.to("check", text="https://example.org/a https://example.org/b")
    differ = next(go for go in walk.page.buttons if go.startswith("differ:"))
    walk.press(differ)
    walk.press(**{"own-age": "under_18"})
    walk.press()
    walk.press(differ)
    walk.press("same")
    assert walk.page.step == "check"
    walk.press("send")
    assert {s.age_in_picture for s in Statement.objects.all()} == {"adult"}


def test_change_on_the_check_page_comes_back_to_it(client: Client) -> None:
    walk = Walk(client)
    walk.to("check")
    walk.press("to:situation")
    walk.press(situation="filmed")
    assert walk.page.step == "check"
    assert "filmed or photographed in secret" in walk.page.words


def test_change_of_age_asks_what_was_not_asked_yet(client: Client) -> None:
    walk = Walk(client)
    walk.to("check", age="under_18")
    walk.press("to:age")
    walk.press(age="adult")
    assert walk.page.step == "recognisable"
    walk.to("check")


def test_removal_needs_the_declaration_and_waiting_does_not(client: Client) -> None:
    walk = Walk(client)
    walk.to("agree")
    walk.press(declared=[])
    assert (walk.page.step, walk.page.errors) == ("agree", True)
    walk.press("back")
    walk.press(wish="wait")
    walk.press(declared=[])
    assert walk.page.step == "mandate"
    walk.press(mandate=[])
    assert walk.page.step == "check"
    walk.press("send")
    statement = Statement.objects.get()
    assert (statement.wish, statement.is_declared, statement.mandate_version) == ("wait", False, "")


def test_sending_straight_away_asks_for_what_is_missing(client: Client) -> None:
    walk = Walk(client)
    walk.press("send", text="https://example.org/a", age="adult")
    assert (walk.page.step, walk.page.errors) == ("agree", True)
    assert not Report.objects.exists()


def test_finder_of_images_is_not_asked_for_a_mandate(client: Client) -> None:
    walk = Walk(client)
    walk.to("agree", who="found")
    walk.press(declared="2026-11")
    assert walk.page.step == "check"
    walk.press("send")
    assert Statement.objects.get().mandate_version == ""


def test_double_submit_makes_one_report_and_shows_its_code_again(client: Client) -> None:
    walk = Walk(client)
    check = walk.to("check")
    first = code_on(walk.press("send"))
    walk.page = check
    assert code_on(walk.press("send")) == first
    assert Report.objects.count() == 1


def test_form_changed_after_sending_is_a_report_of_its_own(client: Client) -> None:
    walk = Walk(client)
    check = walk.to("check")
    first = code_on(walk.press("send"))
    walk.page = check
    assert code_on(walk.press("send", text="https://example.org/other")) != first
    assert Report.objects.count() == 2


def test_reload_of_the_last_page_much_later_shows_no_code(client: Client) -> None:
    walk = Walk(client)
    check = walk.to("check")
    walk.press("send")
    Report.objects.update(created_at=F("created_at") - timedelta(days=1))
    walk.page = check
    page = walk.press("send")
    assert "already sent" in page.words
    assert Report.objects.count() == 1


def test_trouble_while_sending_keeps_everything(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(**_facts: object) -> None:
        raise DatabaseError

    walk = Walk(client)
    walk.to("check")
    with monkeypatch.context() as patched:
        patched.setattr("intake.report.views.way_in.submit_report", fail)
        page = walk.press("send")
    assert (page.status, page.step) == (503, "check")
    assert "Nothing was sent" in page.words
    code_on(walk.press("send"))


@pytest.mark.parametrize(
    "fields",
    [
        {"step": ["nonsense"], "go": ["nonsense:x"]},
        {"step": ["differ"], "go": ["next"], "mark": ["x"]},
        {"step": ["check"], "go": ["to:nowhere"]},
        {"step": ["age"], "age": ["<script>"], "who": ["' OR 1=1"]},
        {"key": ["not a uuid"], "seen": ["x", "y"], "out": ["z"]},
        {"different-x-age": ["adult"], "different-a-b-c": ["x"]},
        {},
    ],
)
def test_forms_nobody_made_are_answered(client: Client, fields: dict[str, list[str]]) -> None:
    assert posted(client, "/en/report/", fields).status_code == 200


@pytest.mark.parametrize("path", ["/en/report/", "/en/status/"])
def test_files_are_refused_in_words(client: Client, path: str) -> None:
    response = client.post(path, {"text": "x"})  # Django's client posts multipart
    assert response.status_code == 415
    assert "never take images" in Page(response).words


def test_more_than_a_form_can_hold_is_refused_in_words(client: Client) -> None:
    response = posted(client, "/en/report/", {"text": ["x" * 3_000_000]})
    assert response.status_code == 413
    assert "Go back in your browser" in Page(response).words


def test_another_site_cannot_post(client: Client) -> None:
    for path in ("/en/report/", "/en/status/"):
        response = client.post(
            path, "go=next", content_type=URLENCODED, headers={"sec-fetch-site": "cross-site"}
        )
        assert response.status_code == 403


URLENCODED = "application/x-www-form-urlencoded"
