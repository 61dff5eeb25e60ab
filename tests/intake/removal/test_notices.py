"""What is in a notice, what can never be, and what must be before it may leave."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions, composing, knowledge
from intake.removal.composing import Ingredients, UnknownIngredientError, compose
from intake.removal.errors import IncompleteError
from intake.removal.linter import Missing, lint_recipient, lint_text
from intake.removal.models import (
    AgeInPicture,
    GroundRoute,
    Location,
    Notice,
    Who,
    YesNo,
)
from intake.removal.states import RequestStatus
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_drafts import draft

pytestmark = [pytest.mark.django_db(databases=["default", "keys"])]

TEMPLATES = sorted(path.name.rsplit(".", 2)[0] for path in composing.FOLDER.glob("*.nl.txt"))
INGREDIENTS = Ingredients(
    reference="AAAA-BBBB-CCCC",
    law="Some law",
    organisation="Helpline for tests",
    contact="notices@helpline.test",
    answer_url="https://helpline.test/answer/x/",
    round=1,
)


# Promise 6: who the victim is cannot get in.


def test_ingredients_are_the_allowlist() -> None:
    """A new field here is a decision about what recipients learn; this test makes it one."""
    assert [field.name for field in fields(Ingredients)] == [
        "reference",
        "law",
        "organisation",
        "contact",
        "answer_url",
        "round",
        "tried_before",
        "reminder",
        "earlier",
        "asked_on",
    ]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    age=st.just(AgeInPicture.ADULT),
    reported_by=st.sampled_from(Who.values),
    recognisable=st.sampled_from(YesNo.values),
    private=st.sampled_from(YesNo.values),
    lives=st.sampled_from(YesNo.values),
    seen=st.dates(),
    mandate=st.sampled_from(["", "2026-1", "Sanne de Vries"]),
    version=st.text(st.characters(exclude_categories=["C"]), min_size=1, max_size=20),
)
def test_notice_is_the_same_whatever_the_reporter_said(
    caseworker: User,
    platform: Recipient,
    age: str,
    reported_by: str,
    recognisable: str,
    private: str,
    lives: str,
    seen: Any,
    mandate: str,
    version: str,
) -> None:
    """Two reporters who say entirely different things give notices alike to the byte."""
    plain = draft([URL + "/plain"], platform, caseworker)
    other = draft(
        [URL + "/other"],
        platform,
        caseworker,
        age_in_picture=age,
        reported_by=reported_by,
        recognisable=recognisable,
        private_or_secret=private,
        lives_in_nl=lives,
        seen_on=seen,
        seen_precision="day" if seen else "unknown",
        mandate_version=mandate,
        declaration_version=version,
    )

    def bare(notice: Notice) -> list[str]:
        envelope = actions.envelope_of(notice)
        token = envelope.text.split("/answer/")[1].split("/")[0]
        words = [envelope.subject, envelope.text, str(envelope.xarf)]
        for gone in (notice.reference, token, URL + "/plain", URL + "/other"):
            words = [word.replace(gone, "") for word in words]
        return words

    assert bare(plain)[:2] == bare(other)[:2]
    Location.objects.all().delete()
    Notice.objects.all().delete()


@given(
    name=st.sampled_from(
        ["victim", "name", "reporter", "words", "age_in_picture", "phone", "urls_"]
    )
)
def test_template_that_asks_for_more_is_refused(name: str, tmp_path_factory: Any) -> None:
    folder: Path = tmp_path_factory.mktemp("notices")
    (folder / "bad.nl.txt").write_text(f"subject: x\n\n[opening]\nOver ${name}\n")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composing, "FOLDER", folder)
        composing._read.cache_clear()
        with pytest.raises(UnknownIngredientError):
            compose("bad", "nl", INGREDIENTS, addresses=1)
    composing._read.cache_clear()


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_templates_hold_what_their_pairs_demand(template: str, language: str) -> None:
    pairs = [
        pair
        for pair in GroundRoute.objects.select_related("ground", "route")
        if pair.template == template and pair.verified
    ]
    for round_number in (1, 2):
        ingredients = replace(INGREDIENTS, round=round_number)
        composed = compose(template, language, ingredients, addresses=3)
        assert composed.subject
        assert composed.subject.isprintable()
        assert INGREDIENTS.reference in composed.subject
        assert ("again" in composed.parts) is (round_number > 1)
        for pair in pairs:
            assert lint_text(composed, pair, ingredients, addresses=3) == []


# What must be in it.


@pytest.mark.parametrize(
    ("part", "missing"),
    [
        ("explanation", Missing.EXPLANATION),
        ("urls", Missing.URLS),
        ("notifier", Missing.NOTIFIER),
        ("good_faith", Missing.GOOD_FAITH),
        ("answer", Missing.ANSWER),
    ],
)
def test_linter_names_the_missing_element(part: str, missing: Missing, pair: GroundRoute) -> None:
    whole = compose("dsa_16", "en", INGREDIENTS, addresses=2)
    for broken in ({}, {part: "  "}):
        parts = {key: text for key, text in whole.parts.items() if key != part} | broken
        assert lint_text(replace(whole, parts=parts), pair, INGREDIENTS, addresses=2) == [missing]


def test_linter_counts_every_address(pair: GroundRoute) -> None:
    composed = compose("dsa_16", "en", INGREDIENTS, addresses=2)
    assert lint_text(composed, pair, INGREDIENTS, addresses=3) == [Missing.URLS]


def test_linter_wants_the_organisation_and_its_mail(pair: GroundRoute) -> None:
    for gap in ({"organisation": ""}, {"contact": ""}):
        ingredients = replace(INGREDIENTS, **gap)  # type: ignore[arg-type]  # either is text
        composed = compose("dsa_16", "en", ingredients, addresses=1)
        assert lint_text(composed, pair, ingredients, addresses=1) == [Missing.NOTIFIER]


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"kind": "registrar"}, Missing.ROUTE),
        ({"kind": "hotline"}, Missing.ROUTE),
        ({"active": False}, Missing.RECIPIENT_OFF),
        ({"hostile": True}, Missing.HOSTILE),
        ({"address": ""}, Missing.ADDRESS),
        ({"channel": "form", "address": ""}, Missing.FORM),
        ({"channel": "form", "form_url": "http://platform.test/report"}, Missing.FORM),
    ],
)
def test_linter_names_what_is_wrong_with_a_recipient(
    changes: dict[str, Any], missing: Missing, pair: GroundRoute
) -> None:
    assert lint_recipient(factories.recipient(**changes), pair) == [missing]


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"declaration_version": ""}, Missing.DECLARATION),
        ({"agreed": "yes"}, Missing.NOT_AGREED),
        ({"agreed": "skipped"}, Missing.NOT_AGREED),
        ({"wish": "wait"}, Missing.LIVE),
        ({"wish": "police_first"}, Missing.LIVE),
    ],
)
def test_choose_names_what_the_statements_lack(
    facts: dict[str, Any],
    missing: Missing,
    caseworker: User,
    platform: Recipient,
    pair: GroundRoute,
) -> None:
    location = register(**facts).location
    request = actions.propose(location, platform, by=caseworker)
    with pytest.raises(IncompleteError) as refused:
        actions.choose(request, pair, by=caseworker)
    assert refused.value.missing == [missing]
    register()  # somebody else declares all of it: one whole statement is enough
    actions.choose(request, pair, by=caseworker)


def test_choose_where_the_persons_right_is_used_needs_the_mandate(
    caseworker: User, platform: Recipient
) -> None:
    pair = GroundRoute.objects.get(route__key="erasure")
    location = register(mandate_version="").location
    register(reported_by="found")  # who only found it cannot give one
    request = actions.propose(location, platform, by=caseworker)
    with pytest.raises(IncompleteError) as refused:
        actions.choose(request, pair, by=caseworker)
    assert refused.value.missing == [Missing.MANDATE]
    register()
    actions.choose(request, pair, by=caseworker)
    assert request.status == RequestStatus.READY
    assert (
        "act for them" in actions.envelope_of(actions.draft_notice([request], by=caseworker)).text
    )


@pytest.mark.parametrize(
    ("facts", "missing"),
    [
        ({"recognisable": "no"}, Missing.RECOGNISABLE),
        ({"private_or_secret": "skipped"}, Missing.PRIVATE),
        ({"agreed": "yes"}, Missing.NOT_AGREED),
    ],
)
def test_ruling_is_leaned_on_only_where_it_fits(
    facts: dict[str, Any], missing: Missing, caseworker: User, platform: Recipient
) -> None:
    pair = GroundRoute.objects.get(ground__key="no_provable_consent", route__key="dsa_16")
    fits: dict[str, Any] = {"recognisable": "yes", "private_or_secret": "yes", "agreed": "no"}
    location = register(**{**fits, **facts}).location
    request = actions.propose(location, platform, by=caseworker)
    with pytest.raises(IncompleteError) as refused:
        actions.choose(request, pair, by=caseworker)
    assert refused.value.missing == [missing]
    register(**fits)
    actions.choose(request, pair, by=caseworker)
    text = actions.envelope_of(actions.draft_notice([request], by=caseworker)).text
    assert "ECLI:NL:GHAMS:2024:1572" in text


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_shipped_pair_has_words_with_all_it_demands(language: str) -> None:
    ingredients = replace(INGREDIENTS, tried_before="Before you we asked: nobody.")
    for pair in GroundRoute.objects.select_related("ground", "route"):
        composed = compose(pair.template, language, ingredients, addresses=2)
        assert lint_text(composed, pair, ingredients, addresses=2) == []
        wants = "tried_before" in pair.required
        composed = compose(pair.template, language, INGREDIENTS, addresses=2)
        missing = lint_text(composed, pair, INGREDIENTS, addresses=2)
        assert missing == ([Missing.TRIED_BEFORE] if wants else [])


def test_unverified_pairs_are_off(location: Location, caseworker: User) -> None:
    platform = factories.recipient()
    request = actions.propose(location, platform, by=caseworker)
    for pair in GroundRoute.objects.filter(verified=False):
        with pytest.raises(IncompleteError) as refused:
            actions.choose(request, pair, by=caseworker)
        assert Missing.VERIFIED in refused.value.missing


def test_shipped_knowledge_names_a_source_for_all_that_is_verified() -> None:
    for rows in knowledge.shipped().values():
        for row in rows:
            assert not row["verified"] or row["source"].startswith("https://")
