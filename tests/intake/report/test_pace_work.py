"""Work in place of waiting: what a browser shows that it did, and what is no proof."""

import base64
import json
import uuid

import pytest
import time_machine
from altcha import Challenge, Payload, Solution, solve_challenge
from django.conf import LazySettings
from django.test import Client

from intake.report.models import Report
from intake.report.pace import work
from tests.intake.report.test_pace import at_check, crowd, is_sent

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

FORM = uuid.UUID(int=1)
RUBBISH: list[object] = [
    *(None, True, 0, -1, 2**64, 10**400, 1.5, float("inf"), "", "x", "\ud800", "é"),
    *([], [1], [[]], {}, {"a": {"b": []}}, {"parameters": {}}),
]


@pytest.fixture(autouse=True)
def light_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a browser does it, with fewer rounds."""
    monkeypatch.setattr(work, "COST", 2)


def solved(asked: str) -> str:
    made = Challenge.from_dict(json.loads(asked))
    solution = solve_challenge(made)
    assert solution is not None
    return Payload(made, solution).to_base64()


def test_who_worked_does_not_wait(client: Client, settings: LazySettings) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "1/hour"
    crowd(client, 1)
    walk = at_check(client, text="https://example.org/late")
    asked = walk.page.attributes["data-work"]
    assert is_sent(walk.press("send", work=solved(asked)))
    assert Report.objects.count() == 2


def test_wrong_work_waits_as_without_any(client: Client, settings: LazySettings) -> None:
    settings.HELPLINE_REPORTS_A_NETWORK = "1/hour"
    crowd(client, 1)
    walk = at_check(client, text="https://example.org/late")
    for proof in ("", "x", "e30=", solved(work.challenge(FORM))):
        page = walk.press("send", work=proof)
        assert (page.status, page.step) == (429, "check"), proof


def test_page_asks_for_no_work_when_it_is_quiet(client: Client) -> None:
    assert "data-work" not in at_check(client).page.html


def test_work_is_as_much_as_was_promised() -> None:
    made = Challenge.from_dict(json.loads(work.challenge(FORM)))
    solution = solve_challenge(made)
    assert solution is not None
    assert work.FEWEST <= solution.counter < work.MOST


def test_proof_belongs_to_one_form_and_is_used_up() -> None:
    proof = solved(work.challenge(FORM))
    assert not work.is_solved(proof, uuid.UUID(int=2))
    assert [work.is_solved(proof, FORM) for _press in range(4)] == [True, True, True, False]


def test_proof_is_good_for_twenty_minutes() -> None:
    with time_machine.travel("2026-11-23 12:00:00Z", tick=False) as clock:
        proof = solved(work.challenge(FORM))
        clock.shift(work.GOOD_FOR + 1)
        assert not work.is_solved(proof, FORM)


def test_challenge_made_easier_is_no_challenge_of_ours() -> None:
    asked = json.loads(work.challenge(FORM))
    asked["parameters"]["keyPrefix"] = "00"
    assert not work.is_solved(solved(json.dumps(asked)), FORM)


def test_invented_key_is_no_solution() -> None:
    made = Challenge.from_dict(json.loads(work.challenge(FORM)))
    proof = Payload(made, Solution(1, "00" * 32)).to_base64()
    assert not work.is_solved(proof, FORM)


def coded(value: object) -> str:
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize("rubbish", RUBBISH, ids=repr)
def test_rubbish_is_no_proof(rubbish: object) -> None:
    parameters = json.loads(work.challenge(FORM))["parameters"]
    spoilt = [{**parameters, name: rubbish} for name in parameters]
    wholes = [
        rubbish,
        {"challenge": rubbish, "solution": rubbish},
        {"challenge": {"parameters": rubbish, "signature": rubbish}, "solution": rubbish},
        *({"challenge": {"parameters": each}, "solution": rubbish} for each in spoilt),
        *(
            {
                "challenge": {"parameters": each, "signature": "00"},
                "solution": {"counter": rubbish, "derivedKey": rubbish},
            }
            for each in spoilt
        ),
    ]
    for whole in wholes:
        assert not work.is_solved(coded(whole), FORM)


@pytest.mark.parametrize("proof", ["\x00", "é", "====", "A", "a" * 5_000, "e30", "bnVsbA=="])
def test_what_is_not_even_coded_is_no_proof(proof: str) -> None:
    assert not work.is_solved(proof, FORM)
