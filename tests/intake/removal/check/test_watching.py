"""From switched on to gone, and back: with the real checker, web and name servers on loopback."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from pytest_django import Settings

from helpline.staff.models import AuditEntry, User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim, say_seen
from intake.removal.actions.statements import leave_statement, release_unheld_statements
from intake.removal.check import asking
from intake.removal.check.actions.looking import look_at_due
from intake.removal.check.actions.switching import switch_off, switch_on
from intake.removal.check.errors import UnaskableError
from intake.removal.check.models import Check, Watch
from intake.removal.check.states import Unaskable, Verdict, WatchReason, WatchStatus
from intake.removal.errors import Refusal, RefusedError
from intake.removal.models import Answer, Location, Notice, RemovalRequest, Seen, Statement, Wish
from intake.removal.queries import progress_of
from intake.removal.states import RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import URL, register
from tests.standins.smtp import MailServer
from tests.standins.web import Page, Web

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]


@pytest.fixture
def plain(web: Web, monkeypatch: pytest.MonkeyPatch) -> Web:
    """The page, without TLS: what is shown here is not about certificates."""
    look = asking.look
    monkeypatch.setattr(asking, "look", lambda url: look(url.replace("https:", "http:")))
    web.pages["example.org/photos/7"] = Page()
    return web


@pytest.fixture
def sent(queued: Notice, smtp: MailServer) -> Notice:
    actions.send_due_notices()
    return Notice.objects.get(pk=queued.pk)


@pytest.fixture
def watch(plain: Web, sent: Notice, location: Location, caseworker: User) -> Watch:
    return switch_on(location, by=caseworker)


def there(web: Web) -> None:
    web.pages["example.org/photos/7"] = Page()


def gone(web: Web) -> None:
    web.pages["example.org/photos/7"] = Page(404)


def run(until: timedelta, begin: datetime | None = None) -> datetime:
    """The checker at every moment at which something is due, for so long. Gives the last moment."""
    now = begin or timezone.now()
    end = now + until
    while True:
        look_at_due(now)
        following = Watch.objects.get().next_at
        if following is None or following > end:
            return end
        now = max(following, now + timedelta(minutes=1))


def request() -> RemovalRequest:
    return RemovalRequest.objects.get()


def place() -> Location:
    return Location.objects.get()


def state() -> str:
    statement = Statement.objects.select_related("location").latest("pk")
    return progress_of(statement, statement.created_at).state


DAY = timedelta(days=1)


def test_three_misses_make_it_gone(watch: Watch, plain: Web) -> None:
    now = run(DAY)
    assert request().status == RequestStatus.SENT
    assert set(Check.objects.values_list("verdict", flat=True)) == {Verdict.ONLINE}
    gone(plain)
    run(2 * DAY, now)
    assert request().status == RequestStatus.REMOVED
    assert place().work == Work.DONE
    event = request().events.latest("at")
    assert (event.became, event.by) == (RequestStatus.REMOVED, None)
    assert Watch.objects.get().status == WatchStatus.GONE
    assert Watch.objects.get().because == WatchReason.AGREED
    assert state() == "gone"


def test_errors_never_close(watch: Watch, plain: Web) -> None:
    plain.pages["example.org/photos/7"] = Page(503)
    run(30 * DAY)
    assert request().status != RequestStatus.REMOVED
    assert set(Check.objects.values_list("verdict", flat=True)) == {Verdict.CANNOT_TELL}
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.PERSON, WatchReason.BLIND)
    asked = plain.connections
    run(30 * DAY, timezone.now() + 30 * DAY)
    assert plain.connections == asked


def test_claim_is_looked_into_at_once(watch: Watch, sent: Notice, plain: Web) -> None:
    look_at_due()
    assert Check.objects.count() == 1
    look_at_due(timezone.now() + timedelta(minutes=1))
    assert Check.objects.count() == 1
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    look_at_due(timezone.now() + timedelta(minutes=2))
    assert Check.objects.count() == 2
    # One look settles nothing: it is their claim until three agree.
    assert request().status == RequestStatus.SAID_REMOVED


def test_claim_that_is_not_so_is_contradicted(watch: Watch, sent: Notice, plain: Web) -> None:
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    run(DAY)
    assert request().status == RequestStatus.STILL_THERE
    assert place().work == Work.DECIDE
    answer = Answer.objects.get()
    assert answer.checked_at is not None
    assert answer.checked_by is None
    assert state() == "still_there"
    assert Watch.objects.get().status == WatchStatus.LOOKING


def test_return_is_seen_and_reopens_with_history(watch: Watch, plain: Web) -> None:
    gone(plain)
    now = run(DAY)
    assert place().work == Work.DONE
    now = run(10 * DAY, now)
    there(plain)
    run(25 * DAY, now)
    assert request().status == RequestStatus.STILL_THERE
    assert place().work == Work.DECIDE
    assert place().reopened_at is not None
    assert Watch.objects.get().status == WatchStatus.LOOKING
    assert [event.became for event in request().events.order_by("at", "pk")][-2:] == [
        *("removed", "still_there")
    ]


def test_return_is_looked_for_on_four_days_and_then_no_more(watch: Watch, plain: Web) -> None:
    gone(plain)
    now = run(DAY / 2)
    since = Watch.objects.get().since
    run(400 * DAY, now)
    days = [(check.at - since).days for check in Check.objects.filter(at__gt=since)]
    assert days == [1, 7, 30, 90]
    held = Watch.objects.get()
    assert (held.status, held.because, held.next_at) == (WatchStatus.ENDED, WatchReason.OVER, None)


def test_reported_again_is_looked_at_again(watch: Watch, plain: Web) -> None:
    gone(plain)
    run(DAY)
    assert Watch.objects.get().status == WatchStatus.GONE
    assert say_seen(Statement.objects.get(), Seen.BACK)
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.LOOKING, WatchReason.BACK)
    assert held.next_at is not None


def test_caseworkers_word_overrules_and_is_on_record(
    watch: Watch, plain: Web, caseworker: User
) -> None:
    now = run(DAY)
    actions.record_check(place(), gone=True, by=caseworker)
    held = Watch.objects.get()
    assert (held.status, held.because, held.word_gone) == (WatchStatus.GONE, WatchReason.WORD, True)
    assert request().events.latest("at").by == caseworker
    # The page goes on to answer. That is no return: nobody saw it gone in between.
    run(30 * DAY, now)
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.PERSON, WatchReason.OVERRULED)
    assert request().status == RequestStatus.REMOVED


def test_word_that_it_is_there_goes_before_misses(
    watch: Watch, sent: Notice, plain: Web, caseworker: User
) -> None:
    gone(plain)
    actions.record_answers(sent, [Claim(1, AnswerKind.REMOVED)])
    look_at_due()
    actions.record_check(place(), gone=False, by=caseworker)
    run(10 * DAY)
    assert request().status == RequestStatus.STILL_THERE
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.PERSON, WatchReason.OVERRULED)


def test_reporter_who_still_sees_it_has_a_person_look(watch: Watch, plain: Web) -> None:
    gone(plain)
    look_at_due()
    say_seen(Statement.objects.get(), Seen.STILL_THERE)
    run(2 * DAY)
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.PERSON, WatchReason.CONTRADICTED)
    assert request().status == RequestStatus.SENT
    assert place().work == Work.LOOK


def test_possible_minor_is_never_asked(watch: Watch, plain: Web, caseworker: User) -> None:
    register(URL, age_in_picture="under_18")
    run(DAY)
    assert plain.connections == 0
    assert not Check.objects.exists()
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.ENDED, WatchReason.POSSIBLY_MINOR)
    tried: list[Callable[[], object]] = [
        lambda: switch_on(place(), by=caseworker),
        lambda: switch_off(place(), by=caseworker),
    ]
    for action in tried:
        with pytest.raises(RefusedError) as refused:
            action()
        assert refused.value.refusal == Refusal.POSSIBLY_MINOR
    assert not AuditEntry.objects.filter(action="unwatch_page").exists()


def test_minor_who_is_told_of_during_a_look_has_it_count_for_nothing(
    watch: Watch, plain: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = asking.look

    def meanwhile(url: str) -> asking.Look:
        register(URL, age_in_picture="under_18")
        return look(url)

    monkeypatch.setattr(asking, "look", meanwhile)
    look_at_due()
    assert not Check.objects.exists()


@pytest.mark.parametrize("how", ["wait", "withdrawn", "off", "forgotten"])
def test_nobody_asks_and_nobody_looks(watch: Watch, plain: Web, caseworker: User, how: str) -> None:
    statement = Statement.objects.get()
    if how == "wait":
        actions.change_wish(statement, Wish.WAIT)
    elif how == "withdrawn":
        actions.withdraw_mandate(statement)
    elif how == "off":
        switch_off(place(), by=caseworker)
    else:
        actions.release_statement(statement)
    look_at_due()
    look_at_due(timezone.now() + DAY)
    assert plain.connections == 0
    if how == "forgotten":
        assert Watch.objects.get().because == WatchReason.NOBODY_ASKS


def test_worker_that_dies_leaves_a_look_to_be_made_again(
    watch: Watch, plain: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(_url: str) -> asking.Look:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(asking, "look", killed)
        with pytest.raises(Killed):
            look_at_due()
    assert look_at_due() == 0  # it may still be at work
    assert look_at_due(timezone.now() + timedelta(minutes=5)) == 1
    assert Check.objects.count() == 1


def test_one_server_is_asked_one_page_at_a_time(
    watch: Watch, plain: Web, caseworker: User, location: Location
) -> None:
    other = Location.objects.get(pk=register("https://example.org/photos/8").location_id)
    RemovalRequest.objects.create(
        location=other,
        recipient=request().recipient,
        ground=request().ground,
        route=request().route,
        status=RequestStatus.SENT,
        created_at=timezone.now(),
        changed_at=timezone.now(),
    )
    switch_on(other, by=caseworker)
    now = timezone.now()
    assert look_at_due(now) == 1
    assert look_at_due(now + timedelta(seconds=5)) == 0
    assert look_at_due(now + timedelta(seconds=30)) == 1


def test_switching_on_is_on_record_and_twice_is_once(watch: Watch, caseworker: User) -> None:
    assert switch_on(place(), by=caseworker) == watch
    entries = AuditEntry.objects.filter(action="watch_page")
    assert {entry.actor for entry in entries} == {"kim"}
    assert watch.switched_on_by == caseworker
    switch_off(place(), by=caseworker)
    with pytest.raises(RefusedError):
        switch_off(place(), by=caseworker)
    again = switch_on(place(), by=caseworker)
    assert (again.pk, again.status) == (watch.pk, WatchStatus.LOOKING)


def test_switching_on_is_for_caseworkers_after_somebody_was_asked(
    location: Location, caseworker: User, settings: Settings
) -> None:
    with pytest.raises(PermissionDenied):
        switch_on(location, by=factories.person("noor", "counsellor"))
    with pytest.raises(RefusedError) as refused:
        switch_on(location, by=caseworker)  # nobody was asked yet
    assert refused.value.refusal == Refusal.NOT_NOW


def test_site_where_it_is_off_looks_at_nothing(
    sent: Notice, location: Location, caseworker: User, settings: Settings
) -> None:
    settings.HELPLINE_CHECKS = False
    with pytest.raises(RefusedError):
        switch_on(location, by=caseworker)


def test_link_for_one_person_is_refused(
    sent: Notice, location: Location, caseworker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    location.url = "https://example.org/photos/7?token=abc"
    location.save(update_fields=["url"])
    with pytest.raises(UnaskableError) as refused:
        switch_on(location, by=caseworker)
    assert refused.value.unaskable == Unaskable.ONE_TIME


def test_site_that_turns_out_to_lie_goes_to_a_person(
    watch: Watch, plain: Web, caseworker: User
) -> None:
    Recipient.objects.update(answers_200_when_gone=True)
    look_at_due()
    assert plain.connections == 0
    held = Watch.objects.get()
    assert (held.status, held.because) == (WatchStatus.PERSON, WatchReason.BLIND)
    switch_off(place(), by=caseworker)
    with pytest.raises(UnaskableError) as refused:
        switch_on(place(), by=caseworker)
    assert refused.value.unaskable == Unaskable.LIES


def test_who_erased_a_report_keeps_the_address_while_its_return_is_looked_for(
    watch: Watch, plain: Web
) -> None:
    leave_statement(Statement.objects.get())
    gone(plain)
    now = run(DAY)
    assert place().work == Work.DONE
    assert release_unheld_statements(now + DAY) == 0
    now = run(100 * DAY, now)
    assert release_unheld_statements(now + DAY) == 1
    assert place().forgotten_at is not None
