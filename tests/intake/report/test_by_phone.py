"""A report by phone: filled in by a counsellor, opened by the caller alone with a word."""

import re
import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import F
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpline.privacy import throttle
from helpline.privacy.erasure import erase_expired
from helpline.services.models import Service
from helpline.services.queries import default_service
from helpline.staff.models import AuditEntry, User
from intake.removal.canonical import NotAnAddress
from intake.report import codes, phone_words
from intake.report.actions import (
    AlreadySent,
    FilledIn,
    LinkFacts,
    ReportFacts,
    erase_report,
    fill_in_report,
    open_with_word,
)
from intake.report.models import PhoneWord, Report
from intake.report.queries import find_report, progress_of_report
from tests.databases import close
from tests.helpline.staff.conftest import client_of
from tests.intake.removal.factories import ADULT, person
from tests.intake.report.walk import Fields, Page, Walk, code_on, posted

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


CODE = re.compile(r"\b([0-9A-HJKMNP-TV-Z]{4} ){3}[0-9A-HJKMNP-TV-Z]{4}\b")


@pytest.fixture(autouse=True)
def no_attempts_yet() -> None:
    throttle._limiter.cache_clear()


@pytest.fixture
def counsellor() -> User:
    return person("noor", "counsellor")


def fill_in(by: User, form: str = "a form", **changes: Any) -> FilledIn:
    values: dict[str, Any] = {
        "service": default_service(),
        "links": [LinkFacts("https://example.org/a", ADULT)],
        "about": ReportFacts(situation="spread"),
        "submission_key": form,
        **changes,
    }
    return fill_in_report(by=by, **values)


def opened(word: str, key: uuid.UUID | None = None) -> str | None:
    """The code that a word gives, typed in a form of its own."""
    found = open_with_word(typed=word, key=key or uuid.uuid4(), language="en")
    return found.code if found else None


class Call(Walk):
    """A counsellor's way through the pages of a report."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.path = "/console/phone/"
        self.page = Page(client.get(self.path))


def word_on(page: Page) -> str:
    found = re.search(r"\d{4} \d{3} \d{3}", page.words)
    assert found is not None, page.words
    return found[0]


# Filled in.


def test_report_by_phone_is_a_report_without_a_code(counsellor: User) -> None:
    filled_in = fill_in(counsellor)
    report = Report.objects.get()
    assert (report.by_phone, report.code_hash, report.situation) == (True, None, "spread")
    assert re.fullmatch(r"\d{4} \d{3} \d{3}", filled_in.spoken)
    assert [entry.link.as_typed for entry in progress_of_report(report)] == [
        "https://example.org/a"
    ]


def test_filling_in_is_on_the_record(counsellor: User) -> None:
    report = fill_in(counsellor).report
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject_id) == (
        "noor",
        "fill_in_report",
        str(report.pk),
    )


def test_who_may_not_speak_with_callers_fills_in_nothing() -> None:
    other = Service.objects.create(slug="other", name="Other")
    for by in (person("ed", "editor"), person("sam", "counsellor", service=other)):
        with pytest.raises(PermissionDenied):
            fill_in(by)
    assert not Report.objects.exists()


def test_word_is_kept_as_keyed_hashes_only(counsellor: User) -> None:
    word = phone_words.normalised(fill_in(counsellor).spoken)
    row = PhoneWord.objects.get()
    stored = bytes(row.place_hash) + bytes(row.word_hash)
    assert word.encode() not in stored
    assert bytes(row.word_hash) == phone_words.word_hash(word)


def test_double_click_makes_one_report_with_one_word(counsellor: User) -> None:
    first, second = fill_in(counsellor), fill_in(counsellor)
    assert (first.report, first.spoken) == (second.report, second.spoken)
    assert (Report.objects.count(), AuditEntry.objects.count()) == (1, 1)


def test_word_is_not_shown_again_after_an_hour(counsellor: User) -> None:
    fill_in(counsellor)
    Report.objects.update(created_at=F("created_at") - timedelta(hours=2))
    with pytest.raises(AlreadySent):
        fill_in(counsellor)


def test_word_whose_place_is_taken_gets_another(counsellor: User) -> None:
    first = fill_in(counsellor)
    wanted = phone_words.word_for(f"caller {counsellor.pk} second form", 0)
    PhoneWord.objects.filter(report=first.report).update(place_hash=phone_words.place_hash(wanted))
    second = fill_in(counsellor, "second form")
    assert phone_words.normalised(second.spoken) != wanted
    assert opened(second.spoken) is not None


def test_nothing_is_kept_of_what_cannot_be_reported(counsellor: User) -> None:
    with pytest.raises(NotAnAddress):
        fill_in(counsellor, links=[LinkFacts("nothing at all")])
    for model in (Report, PhoneWord, AuditEntry):
        assert not model._default_manager.exists()


# Opened.


def test_word_gives_the_caller_a_code(counsellor: User) -> None:
    filled_in = fill_in(counsellor)
    code = opened(filled_in.spoken)
    assert code is not None
    assert codes.is_complete(code)
    assert find_report(code) == filled_in.report


def test_report_speaks_the_language_of_the_page_it_is_opened_on(
    client: Client, counsellor: User
) -> None:
    filled_in = fill_in(counsellor, about=ReportFacts(language="nl"))
    given = {"go": ["word"], "word": [filled_in.spoken], "key": [str(uuid.uuid4())]}
    assert posted(client, "/en/status/", given).status_code == 200
    assert Report.objects.get().language == "en"


def test_word_is_burnt_on_use(counsellor: User) -> None:
    filled_in = fill_in(counsellor)
    code = opened(filled_in.spoken)
    assert opened(filled_in.spoken) is None
    assert code is not None
    assert find_report(code) == filled_in.report


def test_same_form_again_gives_the_same_code_for_an_hour(counsellor: User) -> None:
    word, key = fill_in(counsellor).spoken, uuid.uuid4()
    code = opened(word, key)
    for _reload in range(8):
        assert opened(word, key) == code
    PhoneWord.objects.update(opened_at=F("opened_at") - timedelta(hours=2))
    assert opened(word, key) is None


@pytest.mark.parametrize("typed", ["{}", "{}\n", "  {} ", "tel: {}", "wide"])
def test_word_is_typed_as_people_type(counsellor: User, typed: str) -> None:
    word = fill_in(counsellor).spoken
    if typed == "wide":  # as a Japanese keyboard types digits
        typed = "-".join(chr(0xFF10 + int(digit)) for digit in word if digit.isdigit())
    assert opened(typed.format(word)) is not None


def test_word_ends_after_a_day(counsellor: User) -> None:
    filled_in = fill_in(counsellor)
    assert filled_in.word.ends_at - filled_in.report.created_at == timedelta(hours=24)
    PhoneWord.objects.update(ends_at=F("ends_at") - timedelta(hours=24))
    assert opened(filled_in.spoken) is None
    assert Report.objects.get().code_hash is None


def wrong(word: str) -> str:
    """Another word in the same place."""
    digits = phone_words.normalised(word)
    return digits[:-1] + str((int(digits[-1]) + 1) % 10)


@pytest.mark.parametrize(("tries", "opens"), [(4, True), (5, False), (9, False)])
def test_word_ends_after_few_tries(counsellor: User, tries: int, opens: bool) -> None:
    word = fill_in(counsellor).spoken
    for _try in range(tries):
        assert opened(wrong(word)) is None
    assert (opened(word) is not None) == opens


def test_tries_at_another_word_cost_this_one_nothing(counsellor: User) -> None:
    word = phone_words.normalised(fill_in(counsellor).spoken)
    elsewhere = f"{(int(word[:4]) + 1) % 10_000:04}{word[4:]}"
    for _try in range(9):
        assert opened(elsewhere) is None
    assert opened(word) is not None


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_two_who_open_at_once_are_one(counsellor: User) -> None:
    word = fill_in(counsellor).spoken
    found: list[str | None] = []

    def press() -> None:
        try:
            found.append(opened(word))
        finally:
            close()

    threads = [threading.Thread(target=press) for _press in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    [code] = [each for each in found if each is not None]
    assert find_report(code) is not None


def without_values(sql: str) -> str:
    return re.sub(r"'[^']*'(::\w+)?|\b\d+\b|s\d+_x\d+", "…", sql)


def test_words_that_open_nothing_ask_the_same_of_the_database(counsellor: User) -> None:
    fresh, late, spent, used = (fill_in(counsellor, f"form {n}").spoken for n in range(4))
    late_hash = phone_words.word_hash(phone_words.normalised(late))
    PhoneWord.objects.filter(word_hash=late_hash).update(ends_at=F("ends_at") - timedelta(days=2))
    for _try in range(6):
        opened(wrong(spent))
    assert opened(used) is not None
    asked = []
    for typed in (wrong(fresh), late, spent, used, "0000 000 000", "", "x", "9" * 5000):
        with CaptureQueriesContext(connection) as queries:
            assert opened(typed) is None
        asked.append([without_values(query["sql"]) for query in queries])
    assert all(each == asked[0] for each in asked), asked
    assert len([sql for sql in asked[0] if "report_phoneword" in sql]) == 2


def test_erased_report_takes_its_word_along(counsellor: User) -> None:
    filled_in = fill_in(counsellor)
    erase_report(report=filled_in.report)
    assert not PhoneWord.objects.exists()
    assert opened(filled_in.spoken) is None


def test_word_goes_a_day_after_it_ended_and_the_report_stays(counsellor: User) -> None:
    fill_in(counsellor)
    erase_expired()
    assert PhoneWord.objects.count() == 1
    PhoneWord.objects.update(ends_at=F("ends_at") - timedelta(days=2, minutes=1))
    erase_expired()
    assert (PhoneWord.objects.count(), Report.objects.count()) == (0, 1)


# The pages.


def test_call_ends_with_a_word_that_opens_the_status_page(client: Client, counsellor: User) -> None:
    page = Call(client_of(counsellor)).send()
    assert Report.objects.get().by_phone
    shown = ask(client, word_on(page))
    assert "Only you see this code" in shown.words
    code = code_on(shown)
    kept = Page(posted(client, "/en/status/", {"code": [code], "go": ["show"]}))
    assert "https://example.org/a" in kept.words


def ask(client: Client, word: str, key: uuid.UUID | None = None) -> Page:
    fields: Fields = {"word": [word], "go": ["word"], "key": [str(key or uuid.uuid4())]}
    return Page(posted(client, "/en/status/", fields))


def test_no_page_of_a_call_shows_a_code(counsellor: User) -> None:
    call = Call(client_of(counsellor))
    for step in ("start", "situation", "links", "who", "agreed", "agree", "check"):
        call.to(step)
        assert not CODE.search(call.page.html)
    assert not CODE.search(call.press("send").html)


def test_form_of_a_call_gives_a_visitor_no_code_of_it(client: Client, counsellor: User) -> None:
    call = Call(client_of(counsellor))
    check = call.to("check")
    call.press("send")
    visitor = Walk(client)
    visitor.page = check
    code = code_on(visitor.press("send"))
    by_code = find_report(code)
    assert by_code is not None
    assert not by_code.by_phone


def test_reload_of_the_word_shows_it_again(counsellor: User) -> None:
    call = Call(client_of(counsellor))
    check = call.to("check")
    first = word_on(call.press("send"))
    call.page = check
    assert word_on(call.press("send")) == first
    Report.objects.update(created_at=F("created_at") - timedelta(days=1))
    call.page = check
    assert "cannot be shown a second time" in call.press("send").words


def test_pages_of_a_call_stand_in_the_console_and_carry_its_token(counsellor: User) -> None:
    call = Call(client_of(counsellor))
    for step in ("start", "links", "age", "check"):
        call.to(step)
        assert "console-header" in call.page.html
        assert 'action="/console/phone/"' in call.page.html
        assert call.page.fields["csrfmiddlewaretoken"]
    assert "number to read to the caller" in call.page.words


def test_caller_without_a_link_is_not_sent_to_the_chat(counsellor: User) -> None:
    call = Call(client_of(counsellor))
    call.to("links")
    call.press("no-link")
    assert "You have no link" in call.page.words
    assert "/chat/" not in call.page.html.partition("<main")[2]


def test_call_from_another_site_is_refused(counsellor: User) -> None:
    client = client_of(counsellor)
    client.handler.enforce_csrf_checks = True
    assert posted(client, "/console/phone/", {"go": ["next"]}).status_code == 403


def test_possible_minor_by_phone_takes_the_careful_way(counsellor: User) -> None:
    call = Call(client_of(counsellor))
    call.to("careful", age="under_18")
    call.press()
    assert word_on(call.press("send"))


def test_words_that_open_nothing_get_the_same_answer(client: Client, counsellor: User) -> None:
    word = fill_in(counsellor).spoken
    key = uuid.uuid4()
    answers = set()
    for typed in (wrong(word), "0000 000 000", "", "x", "<b>"):
        page = ask(client, typed, key)
        assert page.errors
        answers.add(re.sub(r'name="word"( value="[^"]*")?', "", page.html))
    assert len(answers) == 1
    assert "This number opens nothing" in answers.pop()


def test_many_words_are_slowed_down(client: Client, counsellor: User) -> None:
    word = fill_in(counsellor).spoken
    for _attempt in range(10):
        ask(client, "0000 000 000")
    page = ask(client, word)
    assert page.status == 429
    assert page.fields["word"] == [word]
    assert "Wait a minute" in page.words


def test_reload_of_the_callers_page_shows_the_code_again(client: Client, counsellor: User) -> None:
    word, key = fill_in(counsellor).spoken, uuid.uuid4()
    code = code_on(ask(client, word, key))
    assert code_on(ask(client, word, key)) == code
    assert "opens nothing" in ask(client, word).words


def test_word_in_the_address_does_nothing(client: Client, counsellor: User) -> None:
    word = fill_in(counsellor).spoken
    client.get("/en/status/", {"word": word, "go": "word"})
    assert PhoneWord.objects.get().tries == 0
