"""The return code: hard to guess, easy to type."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.report import codes

pytestmark = [
    pytest.mark.embedded,
    pytest.mark.django_db(databases=["default", "keys"]),  # the key file comes with them
]


def test_code_has_sixteen_characters_of_crockfords_alphabet() -> None:
    code = codes.code_for("a form")
    assert codes.is_complete(code)
    assert codes.grouped(code) == f"{code[:4]} {code[4:8]} {code[8:12]} {code[12:]}"


def test_code_of_one_form_is_always_the_same_and_of_another_is_not() -> None:
    assert codes.code_for("a form") == codes.code_for("a form")
    drawn = {codes.code_for(f"form {number}") for number in range(2000)}
    assert len(drawn) == 2000
    assert {char for code in drawn for char in code} == set(codes.ALPHABET)


@pytest.mark.parametrize(
    "typed",
    [
        "10AV 10AV 10AV 10AV",
        "10av10av10av10av",
        "  10AV-10AV-10AV-10AV\n",
        "IOAV LOAU ioav loau",
        "１０ＡＶ 10AV 10AV 10AV",
        "10AV\u00a010AV – 10AV.10AV",
    ],
)
def test_normalised_forgives_how_a_code_is_typed(typed: str) -> None:
    assert codes.normalised(typed) == "10AV10AV10AV10AV"


@given(st.text(max_size=300))
def test_normalised_takes_any_text_and_is_stable(typed: str) -> None:
    once = codes.normalised(typed)
    assert codes.normalised(once) == once
    codes.hash_of(once)


def test_hash_of_code_is_not_the_hash_of_its_form() -> None:
    code = codes.code_for("a form")
    hashes = {codes.hash_of(code), codes.submission_hash(code), codes.submission_hash("a form")}
    assert len(hashes) == 3
