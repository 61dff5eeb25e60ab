"""Reminders by the clock: polite, numbered, within bounds, and never twice."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.recipients.states import Channel
from intake.removal import actions
from intake.removal.actions.chasing import REMINDERS_A_SWEEP, WITHIN, chase
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.actions.mail import take_mail
from intake.removal.check.models import Watch
from intake.removal.check.states import WatchStatus
from intake.removal.models import (
    FoundBy,
    GroundRoute,
    LegalGround,
    Location,
    LookRules,
    Notice,
    RemovalRequest,
    Seen,
    Statement,
)
from intake.removal.queries import progress_of
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import register
from tests.intake.removal.inbox.letters import letter
from tests.intake.removal.test_finding import english
from tests.intake.removal.test_sending import request_of
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


def be_silent(notice: Notice) -> None:
    assert mark_silent(timezone.now() + timedelta(days=60)) == 1
    assert request_of(notice).status == RequestStatus.NO_REPLY


def test_reminder_waits_for_a_person_and_says_what_it_is(
    sent: Notice, smtp: MailServer, caseworker: User
) -> None:
    be_silent(sent)
    assert chase() == 1
    reminder = Notice.objects.exclude(pk=sent.pk).get()
    assert reminder.status == NoticeStatus.DRAFT
    request = request_of(reminder)
    assert (request.status, request.round) == (RequestStatus.READY, 2)
    assert Location.objects.get().work == Work.SEND
    envelope = actions.envelope_of(reminder)
    assert envelope.subject.startswith("Reminder: ")
    for words in (sent.reference, "request number 2", "have not seen an answer"):
        assert words in envelope.text
    assert len(smtp.received) == 1
    actions.send_notice(reminder, by=caseworker)
    actions.send_due_notices()
    assert len(smtp.received) == 2
    statement = Location.objects.get().statements.get()
    keys = [step.key for step in progress_of(statement, statement.created_at).steps]
    assert keys == ["asked", "no_reply", "asked"]


def test_reminders_end_where_the_pair_says(sent: Notice, caseworker: User) -> None:
    be_silent(sent)
    assert [chase(), chase()] == [1, 0]
    reminder = Notice.objects.get(status=NoticeStatus.DRAFT)
    actions.send_notice(reminder, by=caseworker)
    actions.send_due_notices()
    be_silent(reminder)
    assert chase() == 0
    assert request_of(sent).status == RequestStatus.NO_REPLY


def test_reminder_goes_by_itself_where_the_pair_lets_it(
    sent: Notice, smtp: MailServer, pair: GroundRoute
) -> None:
    GroundRoute.objects.filter(pk=pair.pk).update(chasers=2, chasers_alone=1)
    be_silent(sent)
    for _again in range(3):
        chase()
        actions.send_due_notices()
    assert len(smtp.received) == 2
    assert request_of(sent).status == RequestStatus.SENT
    be_silent(sent)
    assert chase() == 1  # the second one waits for a person
    actions.send_due_notices()
    assert len(smtp.received) == 2
    assert Notice.objects.filter(status=NoticeStatus.DRAFT).count() == 1


def test_no_reminder_without_a_rule(sent: Notice, pair: GroundRoute) -> None:
    GroundRoute.objects.update(chasers=0)
    be_silent(sent)
    assert chase() == 0


@pytest.mark.parametrize(
    "why",
    [
        *("long ago", "withdrawn", "seen gone", "found gone"),
        *("recipient off", "hostile", "wrote", "held", "asked"),
    ],
)
def test_no_reminder_when_something_speaks_against_it(
    sent: Notice, why: str, caseworker: User
) -> None:
    be_silent(sent)
    now = timezone.now()
    statement = Statement.objects.get()
    if why == "long ago":
        now += WITHIN + timedelta(hours=1)
    elif why == "withdrawn":
        actions.withdraw_mandate(statement)
    elif why == "seen gone":
        actions.say_seen(statement, Seen.GONE)
    elif why == "found gone":
        # It was seen to be gone at the very moment in which the notice left.
        begun = {"since": now, "switched_on_at": now, "counts_from": now}
        Watch.objects.create(location_id=statement.location_id, status=WatchStatus.GONE, **begun)
    elif why == "recipient off":
        Recipient.objects.update(active=False)
    elif why == "hostile":
        Recipient.objects.update(hostile=True)
    elif why == "held":
        FoundBy.objects.create(request=request_of(sent), checked_at=now, held_at=now)
    elif why == "asked":
        actions.ask_again(request_of(sent), by=caseworker)
    else:
        take_mail(letter(sent.reply_to, "We look at it."))
    assert chase(now) == 0
    assert Notice.objects.count() == 1


def test_what_cannot_be_reminded_of_is_not_in_the_way(sent: Notice) -> None:
    """As many as a sweep takes, silent for longer, and none of them sent by a notice."""
    be_silent(sent)
    request = request_of(sent)
    others = Recipient.objects.bulk_create(
        Recipient(name=f"Host {n}", kind="host", active=True, verified_at=request.changed_at)
        for n in range(REMINDERS_A_SWEEP)
    )
    earlier = request.changed_at - timedelta(hours=1)
    kept = {"ground": request.ground, "route": request.route, "due_at": request.due_at}
    RemovalRequest.objects.bulk_create(
        RemovalRequest(
            location_id=request.location_id,
            recipient=other,
            status=RequestStatus.NO_REPLY,
            created_at=earlier,
            changed_at=earlier,
            **kept,
        )
        for other in others
    )
    assert chase() == 1


def test_reminder_in_dutch(sent: Notice) -> None:
    Recipient.objects.update(language="nl")
    be_silent(sent)
    chase()
    reminder = Notice.objects.get(status=NoticeStatus.DRAFT)
    assert reminder.subject.startswith("Herinnering: ")
    assert "Dit is ons verzoek nummer 2" in reminder.text


def test_reminder_after_a_promise_says_that_the_day_has_passed(
    sent: Notice, smtp: MailServer
) -> None:
    until = timezone.localdate() + timedelta(days=2)
    promise = actions.Claim(1, actions.AnswerKind.WILL_DO, until=until)
    assert actions.record_answers(sent, [promise]) == 1
    be_silent(sent)
    assert chase() == 1
    text = actions.envelope_of(Notice.objects.get(status=NoticeStatus.DRAFT)).text
    assert "you would do it by a day that has passed" in text
    assert "have not seen an answer" not in text
    assert str(until.year) in text
    assert sent.reference in text


@pytest.mark.parametrize("why", ["second pair of eyes", "by hand"])
def test_reminder_that_takes_a_person_never_goes_by_itself(
    sent: Notice, smtp: MailServer, why: str
) -> None:
    GroundRoute.objects.update(chasers_alone=9)
    if why == "by hand":
        Recipient.objects.update(channel=Channel.FORM, form_url="https://platform.test/form")
    else:
        LookRules.objects.create(service_id=sent.service_id, new_template=True)
    be_silent(sent)
    assert chase() == 1
    actions.send_due_notices()
    assert Notice.objects.exclude(pk=sent.pk).get().status == NoticeStatus.DRAFT
    assert len(smtp.received) == 1


def test_reminder_that_may_wait_leaves_when_their_office_is_open(
    sent: Notice, smtp: MailServer
) -> None:
    GroundRoute.objects.update(chasers_alone=1)
    LegalGround.objects.update(urgent=False)
    office: dict[str, Any] = {
        "time_zone": "Europe/Amsterdam",
        "country": "NL",
        "office_days": "12345",
        "opens_at": "09:00",
        "closes_at": "17:00",
    }
    Recipient.objects.update(**office)
    be_silent(sent)
    amsterdam = ZoneInfo("Europe/Amsterdam")
    friday_evening = datetime(2036, 11, 28, 18, 0, tzinfo=amsterdam)
    monday_morning = datetime(2036, 12, 1, 9, 0, tzinfo=amsterdam)
    type(request_of(sent)).objects.update(
        changed_at=friday_evening, due_at=friday_evening + timedelta(days=3)
    )
    with time_machine.travel(friday_evening, tick=False):
        assert chase() == 1
        assert Notice.objects.exclude(pk=sent.pk).get().waits_until == monday_morning
        assert actions.send_due_notices() == 0
    with time_machine.travel(monday_morning, tick=False):
        assert actions.send_due_notices() == 1
    assert len(smtp.received) == 2


def test_desk_leads_to_the_reminder_that_waits(sent: Notice, caseworker: User) -> None:
    be_silent(sent)
    chase()
    client = english(caseworker)
    page = client.get(f"/console/desk/{request_of(sent).location_id}/").content.decode()
    assert str(Notice.objects.get(status=NoticeStatus.DRAFT).pk) in page
    assert "Read the notice that waits" in page
    assert "Make the notice" not in page


def test_a_possible_minors_page_gets_no_reminder(sent: Notice, smtp: MailServer) -> None:
    factories.hotline()
    be_silent(sent)
    register(age_in_picture="under_18")
    assert chase() == 0
    send_hand_overs()
    actions.send_due_notices()
    mark_silent(timezone.now() + timedelta(days=60))
    GroundRoute.objects.update(chasers=9, chasers_alone=9)
    assert chase() == 0
    assert len(smtp.received) == 2  # the notice, and the hand-over
