"""Machine-readable reports: valid, and never saying what nobody assessed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import xarf
from jsonschema import (  # type: ignore[import-untyped]  # -- no types on the index we lock from
    Draft202012Validator,
    FormatChecker,
)
from pytest_django import Settings
from referencing import Registry, Resource

from intake.recipients.models import Recipient
from intake.recipients.states import Kind
from intake.recipients.xarf import Subject, XarfFacts, build
from tests.corpora import corpus, count

REPLY_TO = "answer-7f3k@helpline.test"


def facts(**changes: Any) -> XarfFacts:
    values: dict[str, Any] = {
        "subject": Subject.ADULT,
        "url": "https://www.example.org/pictures/1?a=%C3%A9",
        "host": "www.example.org",
        "declared_at": datetime(2026, 11, 22, 12, tzinfo=UTC),
        "recognisable": True,
        "without_consent": True,
    }
    return XarfFacts(**{**values, **changes})


def recipient(kind: Kind = Kind.HOST, *, wants: bool = True) -> Recipient:
    return Recipient(name="r", kind=kind, address="abuse@hosting.test", xarf=wants)


@pytest.fixture(autouse=True)
def organisation(settings: Settings) -> None:
    settings.HELPLINE_ORGANISATION = "Demo helpline"
    settings.HELPLINE_NOTICE_ADDRESS = "notices@helpline.test"


def validator() -> Draft202012Validator:
    root = corpus("xarf-v4") / "schemas"
    resources = []
    for path in root.rglob("*.json"):
        schema = json.loads(path.read_text())
        resources.append((schema["$id"], Resource.from_contents(schema)))
    registry: Registry[Any] = Registry().with_resources(resources)
    master = json.loads((root / "xarf-v4-master.json").read_text())
    return Draft202012Validator(master, registry=registry, format_checker=FormatChecker())


def test_build_adult_is_exposed_data_with_a_tag() -> None:
    report = build(facts(), recipient=recipient(), reply_to=REPLY_TO)
    assert report is not None
    assert report["category"] == "content"
    assert report["type"] == "exposed_data"
    assert report["data_types"] == ["personal_information"]
    assert report["tags"] == ["ncii:intimate-image"]
    assert report["url"] == "https://www.example.org/pictures/1?a=%C3%A9"
    assert report["reporter"] == report["sender"]
    assert report["reporter"]["contact"] == REPLY_TO
    assert "evidence" not in report
    assert "csam" not in json.dumps(report)
    assert "csem" not in json.dumps(report)


@pytest.mark.parametrize("change", [{"recognisable": False}, {"without_consent": False}])
def test_build_adult_without_the_declaration_is_none(change: dict[str, bool]) -> None:
    assert build(facts(**change), recipient=recipient(), reply_to=REPLY_TO) is None


def test_build_is_none_unless_the_recipient_wants_it() -> None:
    assert build(facts(), recipient=recipient(wants=False), reply_to=REPLY_TO) is None


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HOTLINE])
def test_build_possible_minor_goes_to_nobody_but_the_hotline(kind: Kind) -> None:
    minor = facts(subject=Subject.POSSIBLE_MINOR)
    assert build(minor, recipient=recipient(kind), reply_to=REPLY_TO) is None


@pytest.mark.parametrize(
    ("extortion", "exploitation"), [(False, "distribution"), (True, "sextortion")]
)
def test_build_possible_minor_claims_no_grade(extortion: bool, exploitation: str) -> None:
    minor = facts(subject=Subject.POSSIBLE_MINOR, extortion=extortion)
    report = build(minor, recipient=recipient(Kind.HOTLINE), reply_to=REPLY_TO)
    assert report is not None
    assert (report["type"], report["exploitation_type"]) == ("csem", exploitation)
    assert report["detection_method"] == "user_report"
    assert "classification" not in report
    assert "evidence" not in report


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"host": "203.0.113.7", "url": "http://203.0.113.7/"},
        {"host": "xn--mnchen-3ya.example", "url": "https://xn--mnchen-3ya.example/"},
        {"host": "a_b.example.org", "url": "https://a_b.example.org/#x"},
        {"subject": Subject.POSSIBLE_MINOR},
    ],
)
def test_build_validates_by_the_published_schema(change: dict[str, Any]) -> None:
    check = validator()
    kind = Kind.HOTLINE if change.get("subject") else Kind.HOST
    report = build(facts(**change), recipient=recipient(kind), reply_to=REPLY_TO)
    assert report is not None
    assert list(check.iter_errors(report)) == []
    # What goes out over mail is JSON and stays valid.
    assert list(check.iter_errors(json.loads(json.dumps(report)))) == []


@pytest.mark.corpora
def test_corpus_of_samples_reads_alike_in_library_and_schema() -> None:
    check = validator()
    samples = sorted((corpus("xarf-v4") / "samples").glob("*.json"))
    valid = 0
    for path in samples:
        sample = json.loads(path.read_text())
        by_schema = not list(check.iter_errors(sample))
        by_library = not xarf.schema_validator.validate(sample)
        assert by_schema == by_library, path.name
        valid += by_schema
    count("xarf samples", len(samples))
    count("xarf samples valid", valid)
    assert valid
    broken = json.loads(Path(samples[0]).read_text())
    del broken["url"]
    assert list(check.iter_errors(broken))


def test_schema_has_no_type_for_adults_still() -> None:
    """The day this fails, XARF has gained a type, and build() can say what it means."""
    report = build(facts(), recipient=recipient(), reply_to=REPLY_TO)
    assert report is not None
    for name in ("ncii", "non_consensual_intimate_image", "intimate_image"):
        assert list(validator().iter_errors({**report, "type": name}))
