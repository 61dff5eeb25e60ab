"""A page that may show somebody under 18: the hotline has it, and nobody else is ever asked.

That nothing else reaches it, whatever is added to the house, is shown by test_untouched.
"""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from helpline.privacy.vault.errors import KeyDestroyedError
from helpline.staff.models import AuditEntry, User
from intake.recipients.models import LookUp, Proposal, Recipient
from intake.removal import actions
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.drafting import write_notice
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.errors import Refusal, RefusedError
from intake.removal.linter import Missing
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    Origin,
    RemovalRequest,
    WhyCopy,
    WhyUrgent,
)
from intake.removal.queries import pair_for_hand_over, progress_of
from intake.removal.queries.desk import location_view
from intake.removal.queries.steps import HANDED_AFTER
from intake.removal.states import NoticeStatus, RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.intake.removal.test_sending import make_uncertain
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def handed(platform: Recipient) -> Location:
    """Reported by somebody who does not know the age."""
    factories.hotline()
    statement = register(age_in_picture="unknown")
    send_hand_overs()
    return Location.objects.get(pk=statement.location_id)


def walk(location: Location, platform: Recipient, by: User) -> dict[str, Callable[[], object]]:
    """Every action of the desk, tried on the location."""
    request = RemovalRequest.objects.get(location=location)
    notice = Notice.objects.get()
    pair = GroundRoute.objects.get(ground__key="intimate_image", route__key="dsa_16")
    proposal = Proposal()
    origin = Origin(location=location)
    return {
        "claim_location": lambda: actions.claim_location(location, by=by),
        "climb_now": lambda: actions.climb_now(location, by=by),
        "release_location": lambda: actions.release_location(location, by=by),
        "open_address": lambda: actions.open_address(location, by=by),
        "copy_address": lambda: actions.copy_address(location, WhyCopy.POLICE, by=by),
        "suggest": lambda: actions.suggest(location, by=by),
        "look_up": lambda: actions.look_up(location, by=by),
        "confirm_proposal": lambda: actions.confirm_proposal(location, proposal, by=by),
        "enter_origin": lambda: actions.enter_origin(location, "origin.test", by=by),
        "ask_front": lambda: actions.ask_front(location, by=by),
        "look_up_origin": lambda: actions.look_up_origin(origin, by=by),
        "remove_origin": lambda: actions.remove_origin(origin, by=by),
        "ask_all_the_same": lambda: actions.ask_all_the_same(request, by=by),
        "propose": lambda: actions.propose(location, platform, by=by),
        "choose": lambda: actions.choose(request, pair, by=by),
        "ask_again": lambda: actions.ask_again(request, by=by),
        "stop": lambda: actions.stop(request, by=by),
        "draft_notice": lambda: actions.draft_notice([request], by=by),
        "send_notice": lambda: actions.send_notice(notice, by=by),
        "cancel_notice": lambda: actions.cancel_notice(notice, by=by),
        "ask_second_look": lambda: actions.ask_second_look(notice, by=by),
        "agree": lambda: actions.agree(notice, by=by),
        "send_back": lambda: actions.send_back(notice, words="No.", by=by),
        "mark_urgent": lambda: actions.mark_urgent(location, WhyUrgent.SPREADING, by=by),
        "unmark_urgent": lambda: actions.unmark_urgent(location, by=by),
        "record_check": lambda: actions.record_check(location, gone=True, by=by),
        "read_sightings": lambda: actions.read_sightings(location, by=by),
        "handwork_of": lambda: actions.handwork_of(notice, by=by),
        "say_handed_in": lambda: actions.say_handed_in(notice, actions.HandedIn.TAKEN, by=by),
    }


def test_every_action_refuses(handed: Location, platform: Recipient, caseworker: User) -> None:
    tried = walk(handed, platform, caseworker)
    before = list(RemovalRequest.objects.values_list("pk", "status", "recipient"))
    for name, action in tried.items():
        with pytest.raises(RefusedError) as refused:
            action()
        assert refused.value.refusal == Refusal.POSSIBLY_MINOR, name
    assert list(RemovalRequest.objects.values_list("pk", "status", "recipient")) == before
    assert not LookUp.objects.exists()
    assert not AuditEntry.objects.filter(action="open_address").exists()


def test_hand_over_goes_to_the_hotline_alone(handed: Location, smtp: MailServer) -> None:
    actions.send_due_notices()
    (mail,) = smtp.received
    assert mail.recipients == ["in@hotline.test"]
    notice = Notice.objects.get()
    assert notice.is_hand_over
    assert notice.status == NoticeStatus.ACCEPTED
    assert "Hand-over" in notice.subject
    for days in range(30):
        mark_silent(timezone.now() + timedelta(days=days))
        send_hand_overs()
        actions.send_due_notices(timezone.now() + timedelta(days=days))
    assert len(smtp.received) == 1


def test_reported_as_minor_later_stops_all_else(
    queued: Notice, smtp: MailServer, caseworker: User
) -> None:
    factories.hotline()
    register(URL, age_in_picture="under_18")
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["in@hotline.test"]]
    stopped = RemovalRequest.objects.get(is_hand_over=False)
    assert stopped.status == RequestStatus.WITHDRAWN
    assert Notice.objects.get(pk=queued.pk).status == NoticeStatus.CANCELLED


def test_no_notice_of_another_kind_reaches_the_hotline_pair(
    handed: Location, platform: Recipient
) -> None:
    pair = pair_for_hand_over()
    assert pair.route.kinds == ["hotline"]


def test_hand_over_waits_for_a_hotline_and_then_goes(smtp: MailServer, caseworker: User) -> None:
    register(age_in_picture="unknown")
    assert actions.send_due_notices() == 0
    assert Location.objects.get().work == Work.HAND_OVER
    factories.hotline()
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["in@hotline.test"]]


def test_hand_overs_go_together(smtp: MailServer) -> None:
    factories.hotline()
    for number in range(5):
        register(f"{URL}/{number}", age_in_picture="unknown")
    actions.send_due_notices()
    (mail,) = smtp.received
    assert b"addresses.csv" in mail.content
    assert set(RemovalRequest.objects.values_list("status", flat=True)) == {"sent"}


def test_hand_overs_with_reports_for_machines_go_one_by_one(smtp: MailServer) -> None:
    factories.hotline(xarf=True)
    for number in range(3):
        register(f"{URL}/{number}", age_in_picture="unknown")
    actions.send_due_notices()
    assert len(smtp.received) == 3


def test_one_broken_hand_over_does_not_hold_up_the_rest(
    smtp: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    factories.hotline()
    places = [register(f"{URL}/{n}", age_in_picture="unknown").location_id for n in range(3)]

    def broken(requests: list[RemovalRequest], pair: GroundRoute) -> Notice:
        if any(request.location_id == places[1] for request in requests):
            raise KeyDestroyedError  # as after a disaster in the key store
        return write_notice(requests, pair)

    monkeypatch.setattr("intake.removal.actions.hand_over.write_notice", broken)
    actions.send_due_notices()
    statuses = dict(RemovalRequest.objects.values_list("location_id", "status"))
    assert statuses == {places[0]: "sent", places[1]: "ready", places[2]: "sent"}


def test_desk_says_why_a_hand_over_does_not_go(caseworker: User) -> None:
    factories.hotline(channel="cloudflare", address="")
    location = register(age_in_picture="unknown").location
    assert actions.send_due_notices() == 0
    (asked,) = location_view(Location.objects.get(pk=location.pk)).asked
    assert asked.missing == [Missing.CHANNEL]


def test_hand_over_goes_to_the_hotline_of_the_day(smtp: MailServer) -> None:
    old = factories.hotline()
    register(age_in_picture="unknown")
    Recipient.objects.filter(pk=old.pk).update(active=False)
    actions.send_due_notices()
    assert smtp.received == []
    factories.hotline(address="new@hotline.test")
    actions.send_due_notices()
    assert [mail.recipients for mail in smtp.received] == [["new@hotline.test"]]


def test_hand_over_that_was_not_sent_goes_when_a_person_says_so(
    handed: Location, smtp: MailServer, caseworker: User
) -> None:
    make_uncertain(Notice.objects.get())
    actions.send_due_notices()
    assert smtp.received == []
    actions.resolve_uncertain(Notice.objects.get(), was_sent=False, by=caseworker)
    actions.send_due_notices()
    assert len(smtp.received) == 1
    assert RemovalRequest.objects.get().round == 2


def test_hand_over_again_after_a_refused_mail(
    handed: Location, smtp: MailServer, caseworker: User
) -> None:
    smtp.on_recipient = "550 no"
    actions.send_due_notices()
    assert Location.objects.get().work == Work.DECIDE
    smtp.on_recipient = ""
    actions.hand_over_again(Location.objects.get(), by=caseworker)
    actions.send_due_notices()
    assert len(smtp.received) == 1
    with pytest.raises(RefusedError):
        actions.hand_over_again(Location.objects.get(), by=caseworker)


def test_reference_and_outcome_are_on_the_status_page(handed: Location, smtp: MailServer) -> None:
    statement = handed.statements.get()
    since = statement.created_at
    assert progress_of(statement, since).state == "with_hotline"
    assert progress_of(statement, since).hotline_reference == ""
    actions.send_due_notices()
    assert progress_of(statement, since).steps == []  # the same for who reports it next
    later = since + HANDED_AFTER
    progress = progress_of(statement, since, later)
    assert progress.hotline_reference == Notice.objects.get().reference
    assert [step.key for step in progress.steps] == ["handed_over"]
    notice = Notice.objects.get()
    actions.record_answers(notice, [actions.Claim(1, actions.AnswerKind.REMOVED)])
    progress = progress_of(statement, since, later)
    assert [step.key for step in progress.steps] == ["handed_over", "hotline_says_gone"]
    assert Location.objects.get().work == Work.DONE


def test_reported_again_after_the_hotline_was_done_is_another_round(
    handed: Location, smtp: MailServer
) -> None:
    actions.send_due_notices()
    actions.record_answers(Notice.objects.get(), [actions.Claim(1, actions.AnswerKind.REMOVED)])
    register(age_in_picture="unknown")
    actions.send_due_notices()
    assert len(smtp.received) == 2
    assert RemovalRequest.objects.get().round == 2


def test_withdrawn_mandate_does_not_stop_a_hand_over(handed: Location, smtp: MailServer) -> None:
    actions.withdraw_mandate(handed.statements.get())
    actions.send_due_notices()
    assert len(smtp.received) == 1
