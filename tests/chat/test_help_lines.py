"""Every number that somebody is shown is a setting of the site: no text of ours knows one."""

import re
from collections.abc import Callable
from importlib import import_module

import polib
import pytest
from django.apps import apps
from django.db import DatabaseError
from django.test import Client
from django.utils import translation

from chat import actions
from chat.visit import COOKIE
from helpline.services import queries
from helpline.services.help_lines import HelpLines
from helpline.services.models import HelpNumber, Purpose
from helpline.staff.models import User
from tests.chat.conftest import Starter, again
from tests.intake.report.walk import Walk
from tests.signed_in import sign_in
from tests.translations import ROOT, catalogues, tracked_files

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

DUTCH = re.compile(r"\b(112|113|0[89]00-?\d{4})\b|Veilig Thuis|Kindertelefoon|Zelfmoordpreventie")
ELSEWHERE = [
    ("Emergency", "999", Purpose.EMERGENCY),
    ("Listening Ear", "0000-7777", Purpose.SUICIDE),
    ("Safe Home", "0000-8888", Purpose.VIOLENCE),
    ("the guard", "101", Purpose.POLICE),
]


@pytest.fixture
def elsewhere() -> None:
    """The help lines of a site in another country, entered in one language only."""
    for position, (name, number, purpose) in enumerate(ELSEWHERE):
        HelpNumber.objects.create(
            language="nl",
            position=position,
            name=name,
            number=number,
            hours="",
            audience=f"for {purpose}",
            purpose=purpose,
            everywhere=purpose != Purpose.POLICE,
        )


@pytest.fixture
def one_line() -> None:
    """A site whose only line is for nothing in particular."""
    HelpNumber.objects.create(
        language="nl", name="Ear", number="5555", hours="always", audience="anybody"
    )


Shown = Callable[[str], dict[str, str]]


@pytest.fixture
def shown(start: Starter, counsellor: User, supervisor: User) -> Shown:
    """Every page on which we say whom to call, in a language."""

    def pages(language: str) -> dict[str, str]:
        visitor, desk = Client(), sign_in(counsellor)
        begun = start(language=language)
        visitor.cookies[COOKIE] = begun.token
        actions.claim(conversation=begun.conversation, by=counsellor)
        actions.raise_danger(conversation=again(begun.conversation), by=counsellor)
        walk = Walk(Client(), language)
        walk.press()
        walk.press(situation="threatened")
        with translation.override(language):
            got = {
                "before": Client().get(f"/{language}/chat/"),
                "room": visitor.get(f"/{language}/chat/"),
                "frame": visitor.get(f"/{language}/chat/transcript/"),
                "report": Client().get(f"/{language}/report/"),
                "offline": Client().get("/offline/"),
                "console": desk.get("/console/chat/", headers={"accept-language": language}),
            }
        actions.end(conversation=again(begun.conversation), by=counsellor)
        # The value of a choice is a code, which nobody sees.
        texts = {n: re.sub(r' value="[^"]*"', "", a.content.decode()) for n, a in got.items()}
        return {**texts, "threatened": walk.page.words}

    return pages


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_site_elsewhere_shows_its_own_numbers_and_no_other(
    language: str, elsewhere: None, shown: Shown
) -> None:
    for name, page in shown(language).items():
        assert not DUTCH.findall(page), name
        assert "999" in page, name
        for phrase in ("alarmnummer", "the emergency number"):
            assert phrase not in page or name == "console", name


def test_a_script_names_each_line_where_it_is_needed(elsewhere: None, shown: Shown) -> None:
    console = shown("en")["console"]
    for said in (
        "Ask them to call 999. Cannot? Then you call 999 with what they told you.",
        "Not near: Listening Ear (0000-7777).",
        "Safe Home (0000-8888)",
        "Who can help: the guard (101); in danger now 999.",
    ):
        assert said in console


def test_a_line_for_one_purpose_alone_stands_on_no_other_page(
    elsewhere: None, client: Client
) -> None:
    assert "the guard" not in client.get("/offline/").content.decode()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_without_a_number_for_it_a_sentence_stays_a_good_one(
    language: str, one_line: None, shown: Shown
) -> None:
    pages = shown(language)
    called = {"nl": "het alarmnummer", "en": "the emergency number"}[language]
    for name, page in pages.items():
        assert not DUTCH.findall(page), name
        assert name == "offline" or called in page, name
        assert 'href="tel:"' not in page, name
        assert name == "frame" or "5555" in page, name  # the page around it says it


def test_dutch_numbers_are_the_ones_a_site_begins_with(shown: Shown) -> None:
    pages = shown("nl")
    for name, page in pages.items():
        assert "112" in page, name
    assert "113 Zelfmoordpreventie (0800-0113, dag en nacht)" in pages["console"]
    assert "anders de politie (0900-8844, dag en nacht)" in pages["threatened"]


def test_without_the_database_the_numbers_are_those_of_the_site(
    elsewhere: None, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert queries.help_lines("nl").emergency == "999"  # asked by an earlier page

    def gone(**kwargs: object) -> None:
        raise DatabaseError

    monkeypatch.setattr(HelpNumber.objects, "filter", gone)
    assert "999" in client.get("/nl/bestaat-niet/").content.decode()
    assert queries.known_help_lines("nl").emergency == "999"
    queries.forget_help_lines()
    assert queries.known_help_lines("nl").emergency == "112"


def test_lines_of_another_language_go_before_those_of_another_country(elsewhere: None) -> None:
    assert queries.help_lines("en").emergency == "999"
    HelpNumber.objects.create(
        language="en", name="A", number="1", hours="", audience="", purpose=Purpose.EMERGENCY
    )
    assert queries.help_lines("en").emergency == "1"
    assert queries.help_lines("nl").emergency == "999"


def test_a_language_without_words_for_a_purpose_has_them_all() -> None:
    for language in ("nl", "en"):
        with translation.override(language):
            none = HelpLines([])
            assert none.emergency_number == ""
            assert all([none.emergency, none.suicide, none.violence, none.police])


def test_lines_that_a_site_has_get_their_purpose() -> None:
    for position, (language, number) in enumerate(
        [("nl", "112"), ("nl", "0800-2000"), ("nl", "0800 0113"), ("en", "112"), ("en", "555")]
    ):
        HelpNumber.objects.create(
            language=language, position=position, name=number, number=number, hours="", audience=""
        )
    import_module("helpline.services.migrations.0005_purposes").give_purposes(apps, None)
    held = HelpNumber.objects.values_list("language", "number", "purpose", "everywhere")
    assert list(held.order_by("language", "position", "pk")) == [
        ("en", "112", "emergency", True),
        ("en", "555", "", True),
        ("nl", "112", "emergency", True),
        ("nl", "0800-2000", "violence", True),
        ("nl", "0800 0113", "suicide", True),
        ("nl", "0900-8844", "police", False),
    ]


def test_no_text_of_ours_knows_a_number() -> None:
    said = {
        f"{name}: {text[:60]}"
        for name in catalogues()
        for entry in polib.pofile(str(ROOT / name))
        for text in (entry.msgid, entry.msgstr)
        if DUTCH.search(text)
    }
    templates = {
        str(name)
        for name in tracked_files("*/templates/*.html", "*/static/chat/*.js")
        if DUTCH.search((ROOT / name).read_text())
    }
    assert (said, templates) == (set(), set())
