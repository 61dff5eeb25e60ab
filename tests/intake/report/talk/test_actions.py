"""What is said is kept once, sealed, in order; it waits for a word and goes with its report."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from helpline.privacy.erasure import erase_expired
from helpline.privacy.vault.errors import KeyDestroyedError, VaultError
from helpline.privacy.vault.keys import destroy_key, forget
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from intake.removal.models import Location, PictureAge
from intake.report.actions import erase_report, settle_reports
from intake.report.models import Report
from intake.report.talk import actions
from intake.report.talk.errors import Refusal, RefusedError
from intake.report.talk.models import Message
from intake.report.talk.queries import count_waiting, open_questions, talk_of, tray
from tests.databases import close
from tests.intake.removal.factories import person
from tests.intake.report.talk.conftest import say, submit, write

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


def test_words_of_both_come_back_in_order(report: Report, caseworker: User) -> None:
    say(report, "one")
    write(report, caseworker, "two")
    say(report, "three")
    assert [m.text for m in actions.show_talk(report=report)] == ["one", "two", "three"]


def test_words_are_sealed_with_the_key_of_the_report(report: Report) -> None:
    say(report, "nobody may read this")
    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM talk_message")
        (stored,) = cursor.fetchone()
    assert b"nobody may" not in bytes(stored)


def test_words_cannot_be_moved_to_another_report(report: Report) -> None:
    first, second = say(report, "mine"), say(submit("https://example.org/x").report, "theirs")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE talk_message SET report_id = (SELECT report_id FROM talk_message WHERE id = %s)"
            " WHERE id = %s",
            [first.pk, second.pk],
        )
    with pytest.raises(VaultError):
        str(Message.objects.get(pk=second.pk).text)


def test_same_form_and_words_are_said_once(report: Report, caseworker: User) -> None:
    number = uuid.uuid4()
    for _press in range(2):
        actions.say(report=report, text="once", client_id=number)
    assert report.messages.count() == 1
    number = uuid.uuid4()
    upto = report.messages.get().pk
    for _press in range(2):
        actions.write(report=report, text="once", client_id=number, upto=upto, by=caseworker)
    assert report.messages.count() == 2
    assert AuditEntry.objects.filter(action="write_to_reporter").count() == 1


@pytest.mark.django_db(databases=["default", "keys"], transaction=True)
def test_same_form_at_the_same_moment_is_said_once() -> None:
    report = submit().report
    number = uuid.uuid4()
    failed: list[BaseException] = []

    def press() -> None:
        try:
            actions.say(report=report, text="once", client_id=number)
        except BaseException as error:  # noqa: BLE001 -- shown by the assertion below
            failed.append(error)
        finally:
            close()

    presses = [threading.Thread(target=press) for _press in range(4)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert failed == []
    assert report.messages.count() == 1


def test_more_than_anybody_says_waits_for_an_answer(report: Report, caseworker: User) -> None:
    for number in range(actions.MOST_THAT_WAIT):
        say(report, str(number))
    with pytest.raises(RefusedError) as refused:
        say(report, "one more")
    assert refused.value.refusal == Refusal.TOO_MANY
    write(report, caseworker)
    say(report, "one more")


def test_an_answer_of_ours_ends_the_wait(report: Report, caseworker: User) -> None:
    say(report)
    say(report)
    assert count_waiting(caseworker) == 1
    (row,) = tray(caseworker).rows
    assert (row.count, row.language, row.report_id) == (2, "en", report.pk)
    write(report, caseworker)
    assert count_waiting(caseworker) == 0


def test_read_without_an_answer_ends_the_wait_of_what_was_read(
    report: Report, caseworker: User
) -> None:
    read = say(report)
    later = say(report)
    assert actions.heed(report=report, upto=read.pk, by=caseworker) == 1
    assert [m.pk for m in talk_of(report) if m.waits] == [later.pk]
    assert AuditEntry.objects.filter(action="heed_reporter").count() == 1
    assert actions.heed(report=report, upto=read.pk, by=caseworker) == 0
    assert AuditEntry.objects.filter(action="heed_reporter").count() == 1


def test_longest_wait_comes_first(report: Report, caseworker: User) -> None:
    other = submit("https://example.org/x").report
    say(other)
    say(report)
    say(other)
    assert [row.report_id for row in tray(caseworker).rows] == [other.pk, report.pk]


def test_two_colleagues_do_not_answer_at_once(report: Report, caseworker: User) -> None:
    seen = say(report)
    write(report, person("sam"), "Sam was faster")
    with pytest.raises(RefusedError) as refused:
        write(report, caseworker, upto=seen.pk)
    assert refused.value.refusal == Refusal.SAID_MEANWHILE
    assert report.messages.count() == 2


def test_reporter_who_goes_on_is_read_first(report: Report, caseworker: User) -> None:
    seen = say(report)
    say(report, "No, wait")
    with pytest.raises(RefusedError):
        write(report, caseworker, upto=seen.pk)
    assert all(message.waits for message in talk_of(report))


def test_question_about_a_link_is_open_until_it_is_answered(
    report: Report, caseworker: User
) -> None:
    link = report.links.all()[1]
    question = write(report, caseworker, "On which page of it?", about=link)
    write(report, caseworker, "And thank you")
    assert open_questions(talk_of(report)) == [question]
    answer = say(report, "The first", answers=question)
    assert open_questions(talk_of(report)) == []
    assert (answer.about_id, answer.answers_id) == (link.pk, question.pk)


def test_nothing_is_asked_about_a_possible_minor(report: Report, caseworker: User) -> None:
    Location.objects.update(picture_age=PictureAge.POSSIBLY_MINOR)
    link = report.links.select_related("statement__location")[0]
    with pytest.raises(RefusedError) as refused:
        write(report, caseworker, about=link)
    assert refused.value.refusal == Refusal.POSSIBLY_MINOR
    write(report, caseworker, "You did well.")


def test_reading_is_on_record_before_it_is_read(
    report: Report, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(report)
    actions.open_talk(report=report, by=caseworker)
    entry = AuditEntry.objects.get(action="open_talk")
    assert (entry.actor, entry.subject_id) == ("kim", str(report.pk))

    def broken(**entry: object) -> None:
        raise RuntimeError

    say(report)
    monkeypatch.setattr("intake.report.talk.actions.record", broken)
    with pytest.raises(RuntimeError):
        actions.open_talk(report=report, by=caseworker)
    assert report.messages.filter(seen_at=None).count() == 1


def test_each_side_sees_when_the_other_has_read(report: Report, caseworker: User) -> None:
    theirs, ours = say(report), write(report, caseworker)
    actions.open_talk(report=report, by=caseworker)
    theirs.refresh_from_db()
    ours.refresh_from_db()
    assert theirs.seen_at is not None
    assert ours.seen_at is None
    actions.show_talk(report=report)
    ours.refresh_from_db()
    assert ours.seen_at is not None


@pytest.mark.parametrize("role", ["counsellor", "editor", "administrator"])
def test_only_caseworkers_and_supervisors_read_and_write(report: Report, role: str) -> None:
    outsider = person("out", role)
    for act in (
        lambda: actions.open_talk(report=report, by=outsider),
        lambda: write(report, outsider),
        lambda: actions.heed(report=report, upto=0, by=outsider),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_another_service_sees_nothing(report: Report) -> None:
    other = person("else", service=Service.objects.create(slug="other", name="Other"))
    say(report)
    with pytest.raises(PermissionDenied):
        actions.open_talk(report=report, by=other)
    assert tray(other).rows == []
    assert count_waiting(other) == 0


def test_words_go_with_their_report(report: Report, caseworker: User) -> None:
    kept = say(report)
    write(report, caseworker, about=report.links.all()[0])
    erase_report(report=report)
    assert not Message.objects.exists()
    with pytest.raises(RefusedError) as refused:
        say(report)
    assert refused.value.refusal == Refusal.ERASED
    assert kept.pk


def test_words_without_their_key_stay_shut(report: Report) -> None:
    say(report)
    destroy_key(report.pk)
    forget()
    (message,) = Message.objects.all()
    with pytest.raises(KeyDestroyedError):
        str(message.text)


def test_report_with_a_word_that_waits_is_not_settled(report: Report, caseworker: User) -> None:
    long_ago = timezone.now() - timedelta(days=200)
    Location.objects.update(work="done")
    settle_reports()
    Report.objects.update(settled_at=long_ago)
    say(report)
    assert erase_expired() == 0
    settle_reports()
    assert Report.objects.get().settled_at is None
    write(report, caseworker)
    settle_reports()
    assert Report.objects.get().settled_at is not None
    Report.objects.update(settled_at=long_ago)
    erase_expired()
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"sender": "nobody"},
        {"sender": "reporter", "with_account": True},
        {"sender": "caseworker", "heeded_at": timezone.now()},
    ],
)
def test_the_database_itself_refuses_what_cannot_be(
    report: Report, caseworker: User, wrong: dict[str, object]
) -> None:
    values = dict(wrong)
    message = Message(
        report=report,
        client_id=uuid.uuid4(),
        at=timezone.now(),
        by=caseworker if values.pop("with_account", False) else None,
        **values,
    )
    message.text = "x"
    with pytest.raises(IntegrityError), transaction.atomic():
        message.save(force_insert=True)
