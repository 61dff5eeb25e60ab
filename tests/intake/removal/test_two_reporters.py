"""Two people report one page. Whatever stage it is in, neither learns that there is another."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import AnswerKind, Claim, say_seen
from intake.removal.actions.clocks import mark_silent
from intake.removal.actions.hand_over import send_hand_overs
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    RemovalRequest,
    Seen,
    Statement,
    Wish,
)
from intake.removal.queries import Progress, progress_of
from intake.removal.queries.progress import CAREFUL_AFTER
from intake.removal.queries.steps import HANDED_AFTER
from intake.removal.states import RequestStatus, Work
from tests.intake.removal import factories
from tests.intake.removal.factories import ADULT, MINOR, register
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

SOON = timedelta(minutes=1)
LATER = HANDED_AFTER + SOON
NEXT_DAY = CAREFUL_AFTER + SOON
TIMES = (timedelta(), SOON, LATER, NEXT_DAY)
UNKNOWN_URL = "https://example.org/photos/nobody-else"


class Desk:
    """One location on its way, with all that moves it."""

    def __init__(self, by: User, platform: Recipient, pair: GroundRoute) -> None:
        self.by, self.platform, self.pair = by, platform, pair

    @property
    def location(self) -> Location:
        return Statement.objects.order_by("created_at")[0].location

    @property
    def request(self) -> RemovalRequest:
        return RemovalRequest.objects.get(location=self.location)

    @property
    def notice(self) -> Notice:
        return Notice.objects.filter(entries__request=self.request).latest("created_at")

    def proposed(self) -> None:
        actions.propose(self.location, self.platform, by=self.by)

    def ready(self) -> None:
        self.proposed()
        actions.choose(self.request, self.pair, by=self.by)

    def queued(self) -> None:
        self.ready()
        actions.send_notice(actions.draft_notice([self.request], by=self.by), by=self.by)

    def sent(self) -> None:
        self.queued()
        actions.send_due_notices()
        assert self.request.status == RequestStatus.SENT

    def silent(self) -> None:
        self.sent()
        assert self.request.due_at
        mark_silent(self.request.due_at)

    def answered(self, kind: AnswerKind) -> None:
        self.sent()
        actions.record_answers(self.notice, [Claim(1, kind)])

    def says_gone(self) -> None:
        self.answered(AnswerKind.REMOVED)

    def refused(self) -> None:
        self.answered(AnswerKind.REFUSED)

    def gone(self) -> None:
        self.says_gone()
        actions.record_check(self.location, gone=True, by=self.by)

    def still_there(self) -> None:
        self.says_gone()
        actions.record_check(self.location, gone=False, by=self.by)

    def stopped(self) -> None:
        self.sent()
        actions.stop(self.request, by=self.by)


STAGES: dict[str, Callable[[Desk], None]] = {
    "nobody asked": lambda _desk: None,
    "proposed": Desk.proposed,
    "ready": Desk.ready,
    "queued": Desk.queued,
    "sent": Desk.sent,
    "silent": Desk.silent,
    "says gone": Desk.says_gone,
    "refused": Desk.refused,
    "gone": Desk.gone,
    "still there": Desk.still_there,
    "stopped": Desk.stopped,
}


@pytest.fixture
def desk(caseworker: User, platform: Recipient, pair: GroundRoute, smtp: MailServer) -> Desk:
    return Desk(caseworker, platform, pair)


def page(statement: Statement, after: timedelta = timedelta()) -> Progress:
    """What a reporter sees some time after their report."""
    statement = Statement.objects.select_related("location").get(pk=statement.pk)
    since = statement.created_at - timedelta(days=9)  # they look back as far as they like
    return progress_of(statement, since, now=statement.created_at + after)


def seen(progress: Progress, statement: Statement) -> tuple[object, ...]:
    """All that the page tells, apart from the moment of the report and a random number."""
    steps = [(s.key, s.text, s.more, s.at - statement.created_at) for s in progress.steps]
    said = (progress.state, progress.now, progress.next, progress.with_hotline)
    return (*said, steps, bool(progress.hotline_reference), progress.sayings)


@pytest.mark.parametrize("stage", STAGES)
def test_who_comes_later_sees_what_a_first_reporter_would(desk: Desk, stage: str) -> None:
    register()
    STAGES[stage](desk)
    later, alone = register(), register(UNKNOWN_URL)
    for after in TIMES:
        assert seen(page(later, after), later) == seen(page(alone, after), alone)


@pytest.mark.parametrize("stage", STAGES)
def test_who_comes_later_and_waits_sees_what_a_first_reporter_would(desk: Desk, stage: str) -> None:
    register()
    STAGES[stage](desk)
    later, alone = register(wish="wait"), register(UNKNOWN_URL, wish="wait")
    for after in TIMES:
        assert seen(page(later, after), later) == seen(page(alone, after), alone)


@pytest.mark.parametrize("stage", STAGES)
def test_who_comes_later_with_a_minor_sees_what_a_first_reporter_would(
    desk: Desk, stage: str
) -> None:
    factories.hotline()
    register()
    STAGES[stage](desk)
    later, alone = register(facts=MINOR), register(UNKNOWN_URL, facts=MINOR)
    send_hand_overs()
    actions.send_due_notices()
    for after in TIMES:
        assert seen(page(later, after), later) == seen(page(alone, after), alone)
    assert [step.key for step in page(later, LATER).steps] == ["handed_over"]


HOTLINE_STAGES: dict[str, AnswerKind | None] = {
    "sent": None,
    "says gone": AnswerKind.REMOVED,
    "refused": AnswerKind.REFUSED,
    "needs more": AnswerKind.NEED_MORE,
}


@pytest.mark.parametrize("stage", HOTLINE_STAGES)
@pytest.mark.parametrize("facts", [MINOR, ADULT], ids=["minor", "adult"])
def test_who_comes_later_to_the_hotlines_sees_what_a_first_reporter_would(
    smtp: MailServer, stage: str, facts: actions.StatementFacts
) -> None:
    factories.hotline()
    register(facts=MINOR)
    send_hand_overs()
    actions.send_due_notices()
    answer = HOTLINE_STAGES[stage]
    if answer is not None:
        actions.record_answers(Notice.objects.get(), [Claim(1, answer)])
    later, alone = register(facts=facts), register(UNKNOWN_URL, facts=facts)
    send_hand_overs()
    actions.send_due_notices()
    for after in (timedelta(), SOON, LATER, CAREFUL_AFTER - SOON):
        assert seen(page(later, after), later) == seen(page(alone, after), alone)
    # From here it is told, as a colleague would have chosen it.
    assert page(later, NEXT_DAY).state == "with_hotline"


def test_answer_to_what_was_asked_before_is_told_once_it_is_checked(desk: Desk) -> None:
    first = register()
    desk.sent()
    later = register()
    actions.record_answers(desk.notice, [Claim(1, AnswerKind.REMOVED)])
    assert [step.key for step in page(first).steps] == ["asked", "they_say_gone"]
    assert page(later).steps == []
    actions.record_check(desk.location, gone=True, by=desk.by)
    assert page(first).state == page(later).state == "gone"
    assert [step.key for step in page(later).steps] == ["gone"]


def test_next_round_is_told_to_both(desk: Desk) -> None:
    first = register()
    desk.refused()
    later = register()
    actions.ask_again(desk.request, by=desk.by)
    actions.send_notice(actions.draft_notice([desk.request], by=desk.by), by=desk.by)
    actions.send_due_notices()
    assert [step.key for step in page(later).steps] == ["asked"]
    actions.record_answers(desk.notice, [Claim(1, AnswerKind.REMOVED)])
    assert [step.key for step in page(first).steps] == [
        *("asked", "refused", "asked", "they_say_gone")
    ]
    assert [step.key for step in page(later).steps] == ["asked", "they_say_gone"]


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_another_does_shows_to_who_was_first(desk: Desk, stage: str) -> None:
    first = register()
    STAGES[stage](desk)
    before = seen(page(first, NEXT_DAY), first)
    other = register()
    assert seen(page(first, NEXT_DAY), first) == before
    for said in Seen:
        say_seen(Statement.objects.get(pk=other.pk), said)
        assert seen(page(first, NEXT_DAY), first) == before, said
    actions.change_wish(Statement.objects.get(pk=other.pk), Wish.WAIT)
    actions.withdraw_mandate(Statement.objects.get(pk=other.pk))
    actions.release_statement(Statement.objects.get(pk=other.pk))
    assert seen(page(first, NEXT_DAY), first) == before


@pytest.mark.parametrize("stage", STAGES)
def test_nothing_the_first_does_shows_to_who_comes_later(desk: Desk, stage: str) -> None:
    first = register()
    STAGES[stage](desk)
    later = register()
    before = seen(page(later, NEXT_DAY), later)
    for said in Seen:
        say_seen(Statement.objects.get(pk=first.pk), said)
    actions.withdraw_mandate(Statement.objects.get(pk=first.pk))
    actions.release_statement(Statement.objects.get(pk=first.pk))
    assert seen(page(later, NEXT_DAY), later) == before


def test_careful_word_of_another_is_told_as_a_choice_of_ours(desk: Desk) -> None:
    first = register()
    desk.sent()
    register(facts=MINOR)
    told = page(first, NEXT_DAY)
    assert [step.key for step in told.steps] == ["asked", "careful"]
    assert "To be careful" in told.steps[-1].text
    assert told.steps[0].more == ""


def test_reopened_by_another_is_work_and_no_news(desk: Desk) -> None:
    first = register()
    desk.gone()
    register()
    assert desk.location.work == Work.DECIDE
    assert page(first, NEXT_DAY).state == "gone"
    assert timezone.now() - first.created_at < timedelta(minutes=5)
