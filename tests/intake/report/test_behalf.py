"""Who reports for somebody else: what is asked, and what a notice may then lean on."""

import pytest
from django.test import Client

from intake.removal.linter import Missing, lint_statements
from intake.removal.models import GroundRoute, Statement
from tests.intake.removal.factories import register
from tests.intake.report.walk import Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def leaning_on_a_right() -> GroundRoute:
    """A pair of ground and route that only the person in the images can lean on."""
    pair = GroundRoute.objects.filter(needs_mandate=True).first()
    assert pair is not None
    return pair


@pytest.mark.parametrize("who", ["child", "other", "teacher", "lawyer"])
def test_who_agrees_with_the_person_may_let_us_lean_on_their_rights(
    client: Client, who: str
) -> None:
    walk = Walk(client)
    walk.to("behalf", who=who)
    assert set(walk.page.choices) == {"authority"}
    walk.press(authority="yes")
    walk.to("mandate")
    assert walk.page.choices["mandate"] == ["2026-11-other", "no"]
    assert "That person agrees" in walk.page.words
    walk.press(mandate="2026-11-other")
    walk.press("send")
    statement = Statement.objects.get()
    assert (statement.reported_by, statement.authority) == (who, "yes")
    assert statement.gives_mandate
    assert Missing.MANDATE not in lint_statements([statement], leaning_on_a_right())


@pytest.mark.parametrize("authority", ["no", "unsure", ""])
@pytest.mark.parametrize("who", ["child", "other", "teacher", "lawyer"])
def test_without_the_persons_agreement_no_mandate_is_asked_or_kept(
    client: Client, who: str, authority: str
) -> None:
    walk = Walk(client)
    walk.to("behalf", who=who)
    walk.press(authority=authority) if authority else walk.press()
    walk.to("agree")
    walk.press(declared="2026-11")
    assert walk.page.step == "check"
    walk.press("send", mandate="2026-11-other")
    statement = Statement.objects.get()
    assert not statement.gives_mandate
    assert lint_statements([statement], leaning_on_a_right()) == [Missing.MANDATE]


def test_finder_is_asked_neither(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", who="found")
    walk.press(age="adult")
    assert walk.page.step == "recognisable"


def test_who_is_in_the_images_is_asked_neither(client: Client) -> None:
    walk = Walk(client)
    walk.to("age")
    assert walk.press(age="adult").step == "recognisable"


@pytest.mark.parametrize(("who", "asked"), [("child", "your child"), ("other", "the person")])
def test_helper_of_somebody_under_18_is_asked_whether_they_know(
    client: Client, who: str, asked: str
) -> None:
    walk = Walk(client)
    walk.to("behalf", who=who, age="under_18")
    assert set(walk.page.choices) == {"knows"}
    assert f"Does {asked}" in walk.page.words
    walk.press(knows="no")
    assert "does not know yet" in walk.page.words
    walk.press()
    walk.press("send")
    assert Statement.objects.get().person_knows == "no"


def test_lawyer_of_somebody_under_18_is_not_asked(client: Client) -> None:
    walk = Walk(client)
    walk.to("age", who="lawyer")
    assert walk.press(age="under_18").step == "careful"


def test_change_of_who_asks_for_the_permission_again(client: Client) -> None:
    walk = Walk(client)
    walk.to("check")
    walk.press("to:who")
    walk.press(who="child")
    assert walk.page.step == "behalf"
    walk.press(authority="yes")
    assert walk.page.step == "mandate"
    assert walk.page.fields.get("mandate") is None
    walk.press(mandate="2026-11-other")
    assert walk.page.step == "check"
    walk.press("send")
    assert Statement.objects.get().mandate_version == "2026-11-other"


def test_who_may_not_allow_us_cannot_do_it_later_either(client: Client) -> None:
    code = code_on(
        Walk(client).send(who="other", authority="no", wish="wait", declared="", mandate="")
    )
    fields = {
        "code": [code],
        "go": ["go-ahead-now"],
        "declared": ["2026-11"],
        "mandate": ["2026-11"],
    }
    posted(client, "/en/status/", fields)
    statement = Statement.objects.get()
    assert (statement.wish, statement.mandate_version) == ("remove", "")


@pytest.mark.parametrize(
    ("who", "authority", "asked"),
    [
        ("self", "", ["2026-11", "no"]),
        ("child", "yes", ["2026-11-other", "no"]),
        ("child", "no", None),
        ("found", "", None),
    ],
)
def test_who_waited_is_asked_for_the_mandate_that_fits(
    client: Client, who: str, authority: str, asked: list[str] | None
) -> None:
    given = {"who": who, "authority": authority, "wish": "wait", "declared": "", "mandate": ""}
    code = code_on(Walk(client).send(**given))
    page = Page(posted(client, "/en/status/", {"code": [code], "go": ["go-ahead"]}))
    assert page.choices.get("mandate") == asked
    now = {"code": [code], "go": ["go-ahead-now"], "declared": ["2026-11"]}
    posted(client, "/en/status/", {**now, **({"mandate": [asked[0]]} if asked else {})})
    statement = Statement.objects.get()
    assert statement.wish == "remove"
    assert statement.mandate_version == (asked[0] if asked else "")
    assert statement.gives_mandate == bool(asked)


def test_mandate_given_before_authority_was_asked_still_holds() -> None:
    assert register(reported_by="child").gives_mandate
    assert not register(reported_by="child", authority="no").gives_mandate
