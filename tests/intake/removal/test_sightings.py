"""What a reporter says later is their word: a person reads it, and nothing follows by itself."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim, read_sightings, say_seen
from intake.removal.actions.sightings import MOST_A_DAY
from intake.removal.actions.statements import (
    LEFT_AT_MOST,
    leave_statement,
    release_unheld_statements,
)
from intake.removal.errors import RefusedError
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    RemovalRequest,
    Seen,
    Sighting,
    Statement,
    Wish,
)
from intake.removal.queries import Progress, progress_of
from intake.removal.queries.desk import location_view
from intake.removal.queries.steps import HANDED_AFTER
from intake.removal.states import Because, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import MINOR, register
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


def statement() -> Statement:
    return Statement.objects.select_related("location").latest("created_at")


def place() -> Location:
    return Location.objects.get(pk=statement().location_id)


def told() -> Progress:
    return progress_of(statement(), statement().created_at)


def test_still_there_waits_for_a_caseworker_and_contradicts_nothing(
    sent: Notice, caseworker: User
) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    assert say_seen(statement(), Seen.STILL_THERE)
    assert place().work == Work.LOOK
    assert RemovalRequest.objects.get().status == RequestStatus.SAID_REMOVED
    assert told().state == "told_there"
    read_sightings(place(), by=caseworker)
    assert place().work == Work.CHECK
    assert Sighting.objects.get().read_by == caseworker
    assert [step.key for step in told().steps] == [
        *("asked", "they_say_gone", "said_still_there", "read")
    ]
    assert told().state == "they_say_gone"


def test_gone_is_no_check(sent: Notice, caseworker: User) -> None:
    assert say_seen(statement(), Seen.GONE)
    assert RemovalRequest.objects.get().status == RequestStatus.SENT
    assert (place().work, told().state) == (Work.LOOK, "told_gone")
    actions.record_check(place(), gone=True, by=caseworker)
    assert (place().work, told().state) == (Work.DONE, "gone")
    assert Sighting.objects.get().read_at is not None


def test_gone_before_anybody_was_asked_ends_the_work_once_it_is_read(
    location: Location, caseworker: User
) -> None:
    say_seen(statement(), Seen.GONE)
    assert place().work == Work.LOOK
    read_sightings(place(), by=caseworker)
    assert place().work == Work.DONE
    say_seen(statement(), Seen.BACK)
    read_sightings(place(), by=caseworker)
    assert place().work == Work.ASK


def test_gone_of_one_does_not_end_it_for_another(location: Location, caseworker: User) -> None:
    register()
    say_seen(statement(), Seen.GONE)
    read_sightings(place(), by=caseworker)
    assert place().work == Work.ASK


def test_back_reopens_with_history(sent: Notice, caseworker: User) -> None:
    actions.record_check(place(), gone=True, by=caseworker)
    assert told().sayings == [Seen.BACK]
    assert say_seen(statement(), Seen.BACK)
    request = RemovalRequest.objects.get()
    assert request.status == RequestStatus.STILL_THERE
    assert request.events.latest("at").because == Because.REPORTER_SAYS
    assert place().reopened_at is not None
    assert [step.key for step in told().steps] == ["asked", "gone", "said_back"]
    assert told().state == "told_there"
    read_sightings(place(), by=caseworker)
    assert place().work == Work.DECIDE
    actions.ask_again(request, by=caseworker)
    assert RemovalRequest.objects.get().round == 2


def test_same_word_twice_is_one(location: Location) -> None:
    assert say_seen(statement(), Seen.STILL_THERE)
    assert not say_seen(statement(), Seen.STILL_THERE)
    assert Sighting.objects.count() == 1
    Sighting.objects.update(at=F("at") - timedelta(days=2))
    assert say_seen(statement(), Seen.STILL_THERE)


def test_words_have_a_bound(location: Location) -> None:
    for number in range(MOST_A_DAY + 4):
        say_seen(statement(), [Seen.GONE, Seen.BACK][number % 2])
    assert Sighting.objects.count() == MOST_A_DAY


def test_who_stopped_us_or_waits_says_nothing(location: Location) -> None:
    actions.change_wish(statement(), Wish.WAIT)
    assert (told().sayings, told().state) == ([], "waiting")
    assert not say_seen(statement(), Seen.STILL_THERE)
    actions.withdraw_mandate(statement())
    assert (told().sayings, told().state) == ([], "stopped")
    assert not say_seen(statement(), Seen.STILL_THERE)
    assert place().work == Work.DONE


def test_of_a_possible_minor_it_reaches_the_hotline_and_nothing_else(
    smtp: MailServer, caseworker: User
) -> None:
    factories.hotline()
    register(facts=MINOR)
    actions.send_due_notices()
    assert say_seen(statement(), Seen.STILL_THERE)
    assert place().work == Work.HAND_OVER
    assert len(smtp.received) == 1
    actions.record_answers(Notice.objects.get(), [Claim(1, AnswerKind.REMOVED)])
    later = statement().created_at + HANDED_AFTER
    assert progress_of(statement(), statement().created_at, later).sayings == [Seen.BACK]
    assert say_seen(statement(), Seen.BACK)
    actions.send_due_notices()
    assert len(smtp.received) == 2
    assert RemovalRequest.objects.get().is_hand_over
    assert place().work == Work.HAND_OVER
    with pytest.raises(RefusedError):
        read_sightings(place(), by=caseworker)
    assert not location_view(place()).has_unread


def test_refused_by_the_hotline_is_not_asked_again_by_a_word(smtp: MailServer) -> None:
    factories.hotline()
    register(facts=MINOR)
    actions.send_due_notices()
    actions.record_answers(Notice.objects.get(), [Claim(1, AnswerKind.REFUSED)])
    say_seen(statement(), Seen.STILL_THERE)
    actions.send_due_notices()
    assert len(smtp.received) == 1


def test_read_is_for_the_desk(location: Location) -> None:
    say_seen(statement(), Seen.GONE)
    with pytest.raises(PermissionDenied):
        read_sightings(place(), by=factories.person("lee", "counsellor"))


def test_law_and_clock_stand_beside_who_was_asked(sent: Notice, pair: GroundRoute) -> None:
    (asked,) = told().steps
    assert "names no number of days" in asked.more
    GroundRoute.objects.filter(pk=pair.pk).update(clock_hours=48, clock_source="the Act, section 3")
    (asked,) = told().steps
    assert "48 hours" in asked.more
    assert asked.until is not None
    assert f"{asked.until:%B}" in told().next


def test_clock_goes_when_they_answer(sent: Notice) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.NEED_MORE)])
    assert [step.more for step in told().steps] == ["", ""]


def test_asking_again_after_stopping_needs_a_new_declaration(
    sent: Notice, caseworker: User, platform: Recipient
) -> None:
    actions.withdraw_mandate(statement())
    assert RemovalRequest.objects.get().status == RequestStatus.WITHDRAWN
    actions.change_wish(statement(), Wish.REMOVE, declaration_version="2026-2")
    again = statement()
    assert (again.is_live, again.declaration_version, again.mandate_version) == (True, "2026-2", "")
    assert place().work == Work.ASK
    due_at = place().due_at
    assert due_at is not None
    assert due_at > timezone.now()


def test_left_statement_stays_while_something_is_done(sent: Notice, caseworker: User) -> None:
    leave_statement(statement())
    Statement.objects.update(created_at=F("created_at") - timedelta(hours=2))
    assert release_unheld_statements() == 0
    actions.record_check(place(), gone=True, by=caseworker)
    assert release_unheld_statements() == 1
    assert Location.objects.get().forgotten_at is not None


def test_left_statement_goes_after_half_a_year(location: Location) -> None:
    leave_statement(statement())
    assert release_unheld_statements(timezone.now() + LEFT_AT_MOST - timedelta(hours=1)) == 0
    assert release_unheld_statements(timezone.now() + LEFT_AT_MOST + timedelta(hours=1)) == 1


def test_sightings_do_not_hold_a_statement(location: Location) -> None:
    say_seen(statement(), Seen.STILL_THERE)
    Statement.objects.update(created_at=F("created_at") - timedelta(hours=2))
    assert release_unheld_statements() == 1
    assert not Sighting.objects.exists()
