"""When notices leave and until when somebody has time: by the recipient's calendar, and by ours."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.models import GroundRoute, LegalGround, Location, Notice, RemovalRequest
from intake.removal.states import NoticeStatus, RequestStatus
from tests.intake.removal import factories
from tests.signed_in import sign_in
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FRIDAY_EVENING = datetime(2026, 11, 27, 18, 0, tzinfo=AMSTERDAM)
MONDAY_MORNING = datetime(2026, 11, 30, 9, 0, tzinfo=AMSTERDAM)


@pytest.fixture
def platform() -> Recipient:
    """Works from nine to five on weekdays, in Amsterdam."""
    return factories.recipient(
        suffix="example.org",
        time_zone="Europe/Amsterdam",
        country="NL",
        office_days="12345",
        opens_at=time(9),
        closes_at=time(17),
    )


def confirmed(ground: str, location: Location, platform: Recipient, by: User) -> Notice:
    """A notice that a caseworker just sent."""
    pair = GroundRoute.objects.get(ground__key=ground, route__key="dsa_16")
    location.statements.update(recognisable="yes", private_or_secret="yes")
    request = actions.propose(location, platform, by=by)
    actions.choose(request, pair, by=by)
    notice = actions.draft_notice([request], by=by)
    actions.send_notice(notice, by=by)
    return Notice.objects.get(pk=notice.pk)


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_urgent_notice_leaves_at_once_on_a_friday_evening(
    location: Location, platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    notice = confirmed("intimate_image", location, platform, caseworker)
    assert notice.waits_until is None
    assert actions.send_due_notices() == 1
    assert len(smtp.received) == 1
    # Its clock does not stand still over the weekend.
    assert RemovalRequest.objects.get().due_at == FRIDAY_EVENING + timedelta(hours=72)


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_notice_that_may_wait_leaves_when_their_office_opens(
    location: Location, platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    notice = confirmed("portrait", location, platform, caseworker)
    assert notice.waits_until == MONDAY_MORNING
    assert actions.send_due_notices() == 0
    assert smtp.received == []
    with time_machine.travel(MONDAY_MORNING, tick=False):
        assert actions.send_due_notices() == 1
        assert Notice.objects.get().status == NoticeStatus.ACCEPTED
        # 72 hours of ours, all of them on working days.
        assert RemovalRequest.objects.get().due_at == MONDAY_MORNING + timedelta(hours=72)


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_recipient_of_whom_no_hours_are_known_is_written_to_at_once(
    location: Location, platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    Recipient.objects.update(office_days="", opens_at=None, closes_at=None)
    platform.refresh_from_db()
    confirmed("portrait", location, platform, caseworker)
    assert actions.send_due_notices() == 1


@time_machine.travel(datetime(2026, 11, 26, 10, 0, tzinfo=AMSTERDAM), tick=False)
def test_their_clock_stands_still_over_the_weekend_unless_a_law_set_it(
    location: Location, platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    confirmed("portrait", location, platform, caseworker)
    actions.send_due_notices()
    request = RemovalRequest.objects.get()
    assert request.due_at == datetime(2026, 12, 1, 10, 0, tzinfo=AMSTERDAM)
    RemovalRequest.objects.update(status=RequestStatus.UNCERTAIN)
    Notice.objects.update(status=NoticeStatus.UNCERTAIN)
    GroundRoute.objects.filter(ground__key="portrait").update(clock_source="A law")
    actions.resolve_uncertain(Notice.objects.get(), was_sent=True, by=caseworker)
    assert RemovalRequest.objects.get().due_at == timezone.now() + timedelta(hours=72)


@time_machine.travel(MONDAY_MORNING, tick=False)
def test_their_own_word_counts_when_it_is_shorter(
    location: Location, platform: Recipient, caseworker: User, smtp: MailServer
) -> None:
    Recipient.objects.update(deadline_hours=24)
    platform.refresh_from_db()
    confirmed("intimate_image", location, platform, caseworker)
    actions.send_due_notices()
    assert RemovalRequest.objects.get().due_at == MONDAY_MORNING + timedelta(hours=24)


@pytest.mark.parametrize(
    ("ground", "due"),
    [
        ("intimate_image", FRIDAY_EVENING + timedelta(hours=24)),
        ("portrait", FRIDAY_EVENING + timedelta(hours=72)),
    ],
)
@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_our_own_clock_stands_still_on_days_off_of_what_may_wait(
    location: Location, platform: Recipient, caseworker: User, ground: str, due: datetime
) -> None:
    location.statements.update(recognisable="yes")
    pair = GroundRoute.objects.get(ground__key=ground, route__key="dsa_16")
    request = actions.propose(location, platform, by=caseworker)
    assert request.due_at == FRIDAY_EVENING + timedelta(hours=24)  # nobody knows yet
    actions.choose(request, pair, by=caseworker)
    assert request.due_at == due.astimezone(UTC)


@time_machine.travel(datetime(2026, 12, 24, 18, 0, tzinfo=AMSTERDAM), tick=False)
def test_hand_over_leaves_on_christmas_eve(smtp: MailServer) -> None:
    factories.hotline(
        time_zone="Europe/Amsterdam",
        country="NL",
        office_days="12345",
        opens_at=time(9),
        closes_at=time(17),
    )
    LegalGround.objects.update(urgent=False)  # whatever an administrator made of it
    factories.register(age_in_picture="unknown")
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["in@hotline.test"]]


def test_images_of_a_person_are_urgent_and_the_rest_may_wait() -> None:
    urgent = set(LegalGround.objects.filter(urgent=True).values_list("key", flat=True))
    assert urgent == {"intimate_image", "possible_minor", "no_provable_consent"}


@time_machine.travel(FRIDAY_EVENING, tick=False)
def test_page_of_a_notice_says_when_it_leaves(
    location: Location, platform: Recipient, caseworker: User
) -> None:
    notice = confirmed("portrait", location, platform, caseworker)
    page = sign_in(caseworker).get(f"/console/desk/notices/{notice.pk}/").content.decode()
    assert "09:00" in page
    assert "30 november" in page.lower()
