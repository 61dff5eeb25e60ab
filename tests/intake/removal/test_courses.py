"""Any course that a request and its notices can take, in any order, with the real workflow.

hypothesis starts anywhere in the product of their states and lets people, the worker, mail servers
and time do what they can. Whatever happens: no message twice, nothing leaves that nobody queued,
each change is one of the table, and what nobody knows stays so until somebody decides.

HELPLINE_PROPERTY_EXAMPLES says how many courses.
"""

import contextlib
import email
import socket
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from pytest_django import Settings

from helpline.staff.models import User
from intake.recipients.models import Recipient
from intake.removal import actions
from intake.removal.actions import sending
from intake.removal.actions.chasing import chase
from intake.removal.actions.clocks import mark_silent
from intake.removal.errors import RefusedError
from intake.removal.models import (
    GroundRoute,
    Location,
    Notice,
    NoticeRequest,
    RemovalEvent,
    RemovalRequest,
)
from intake.removal.states import (
    NOTICE_TRANSITIONS,
    REQUEST_TRANSITIONS,
    Because,
    NoticeStatus,
    RequestStatus,
)
from tests.chat.property.scale import few
from tests.intake.removal.factories import register
from tests.standins.smtp import MailServer

pytestmark = [pytest.mark.embedded, pytest.mark.django_db(databases=["default", "keys"])]

EXAMPLES, STEPS = 30, 15
TAKES, REFUSES, BUSY, MUMBLES = "", "550 no", "451 later", "350 what"
AWAY = "away"
LATER = 2 * sending.LEASE
NEVER_LEFT = (NoticeStatus.DRAFT, NoticeStatus.QUEUED, NoticeStatus.CLAIMED, NoticeStatus.CANCELLED)
HAS_MESSAGE_ID = ("attempting", "accepted", "rejected", "uncertain")


def closed_port() -> int:
    """A port on which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


class DiedError(BaseException):
    """The worker is gone."""


class Course(RuleBasedStateMachine):
    """One location, one recipient, and everything that can happen."""

    smtp: ClassVar[MailServer]
    settings: ClassVar[Settings]
    by: ClassVar[User]
    platform: ClassVar[Recipient]
    pair: ClassVar[GroundRoute]

    def __init__(self) -> None:
        super().__init__()
        self.atomics = [transaction.atomic(), transaction.atomic(using="keys")]
        for atomic in self.atomics:
            atomic.__enter__()
        self.smtp.received.clear()
        self.now = timezone.now()
        self.moved: set[Any] = set()  # rows that were put somewhere by hand, at the start

    def teardown(self) -> None:
        for alias, atomic in zip(("keys", "default"), reversed(self.atomics), strict=True):
            transaction.set_rollback(True, using=alias)
            atomic.__exit__(None, None, None)

    @initialize(
        request=st.sampled_from(RequestStatus), notice=st.sampled_from([None, *NoticeStatus])
    )
    def begin_anywhere(self, request: RequestStatus, notice: NoticeStatus | None) -> None:
        """Any request with any notice: also pairs that should never come to be."""
        statement = register()
        self.location_id = statement.location_id
        self.statement = statement
        location = Location.objects.get(pk=self.location_id)
        asked = actions.propose(location, self.platform, by=self.by)
        actions.choose(asked, self.pair, by=self.by)
        if notice is not None:
            draft = actions.draft_notice([asked], by=self.by)
            Notice.objects.filter(pk=draft.pk).update(
                status=notice,
                message_id=f"<{draft.pk.hex}@helpline.test>" if notice in HAS_MESSAGE_ID else None,
                next_action_at=self.now,
                lease_until=self.now if notice in ("claimed", "attempting") else None,
            )
        RemovalRequest.objects.filter(pk=asked.pk).update(status=request)
        self.start = notice

    @property
    def request(self) -> RemovalRequest:
        return RemovalRequest.objects.select_related("location__service", "recipient").get(
            is_hand_over=False
        )

    @property
    def notice(self) -> Notice | None:
        return Notice.objects.order_by("-created_at").first()

    def attempt(self, act: Callable[[], object]) -> None:
        try:
            with transaction.atomic():
                act()
        except RefusedError:
            pass

    # What people do.

    @rule()
    def propose(self) -> None:
        location = self.request.location
        self.attempt(lambda: actions.propose(location, self.platform, by=self.by))

    @rule()
    def choose(self) -> None:
        self.attempt(lambda: actions.choose(self.request, self.pair, by=self.by))

    @rule()
    def draft(self) -> None:
        self.attempt(lambda: actions.draft_notice([self.request], by=self.by))

    @rule(act=st.sampled_from([actions.send_notice, actions.cancel_notice]))
    def send_or_cancel(self, act: Callable[..., None]) -> None:
        notice = self.notice
        if notice is not None and notice.forgotten_at is None:
            self.attempt(lambda: act(notice, by=self.by))

    @rule(was_sent=st.booleans())
    def resolve(self, was_sent: bool) -> None:
        notice = self.notice
        if notice is not None:
            self.attempt(lambda: actions.resolve_uncertain(notice, was_sent=was_sent, by=self.by))

    @rule(act=st.sampled_from([actions.stop, actions.ask_again]))
    def stop_or_ask_again(self, act: Callable[..., None]) -> None:
        self.attempt(lambda: act(self.request, by=self.by))

    @rule(gone=st.booleans())
    def check(self, gone: bool) -> None:
        location = self.request.location
        self.attempt(lambda: actions.record_check(location, gone=gone, by=self.by))

    @rule()
    def stop_all(self) -> None:
        self.attempt(lambda: actions.withdraw_mandate(self.statement))

    @rule(kind=st.sampled_from(actions.AnswerKind))
    def answer(self, kind: actions.AnswerKind) -> None:
        until = timezone.localdate() if kind == actions.AnswerKind.WILL_DO else None
        for notice in Notice.objects.exclude(status__in=NEVER_LEFT).filter(forgotten_at=None):
            actions.record_answers(notice, [actions.Claim(1, kind, until=until)])

    # What the worker, the mail server and time do.

    @rule(server=st.sampled_from([TAKES, TAKES, REFUSES, BUSY, MUMBLES, AWAY]), later=st.booleans())
    def sweep(self, server: str, later: bool) -> None:
        self.serve(server)
        actions.send_due_notices(timezone.now() + LATER if later else None)

    @rule(server=st.sampled_from([TAKES, AWAY]), point=st.sampled_from(["_send", "conclude"]))
    def die(self, server: str, point: str) -> None:
        """The worker dies before it begins, or when the server has it or not."""
        self.serve(server)

        def dead(*args: object, **more: object) -> None:
            raise DiedError

        with pytest.MonkeyPatch.context() as patch, contextlib.suppress(DiedError):
            patch.setattr(sending, point, dead)
            actions.send_due_notices()

    @rule()
    def silence(self) -> None:
        mark_silent(timezone.now() + timedelta(days=60))

    @rule()
    def remind(self) -> None:
        chase()

    def serve(self, how: str) -> None:
        self.smtp.on_data = "" if how == AWAY else how
        self.settings.EMAIL_PORT = closed_port() if how == AWAY else self.smtp.port

    # What holds, whatever happens.

    @invariant()
    def nothing_arrives_twice(self) -> None:
        ids = [str(email.message_from_bytes(m.content)["Message-ID"]) for m in self.smtp.received]
        assert not [each for each, times in Counter(ids).items() if times > 1]
        for notice in Notice.objects.filter(message_id__in=ids):
            assert notice.status not in NEVER_LEFT

    @invariant()
    def nothing_leaves_that_nobody_queued(self) -> None:
        begun = {NoticeStatus.QUEUED, NoticeStatus.CLAIMED}
        for event in RemovalEvent.objects.filter(became=NoticeStatus.ATTEMPTING, request=None):
            queued = RemovalEvent.objects.filter(
                notice=event.notice, request=None, became=NoticeStatus.QUEUED
            )
            assert self.start in begun or queued.exists()

    @invariant()
    def every_change_is_one_of_the_table(self) -> None:
        tables: list[tuple[Any, Any, Any]] = [
            (RequestStatus, REQUEST_TRANSITIONS, {"request__isnull": False}),
            (NoticeStatus, NOTICE_TRANSITIONS, {"request": None}),
        ]
        for statuses, table, which in tables:
            for event in RemovalEvent.objects.filter(**which).exclude(came_from=""):
                assert statuses(event.became) in table[statuses(event.came_from)]

    @invariant()
    def the_record_has_no_holes(self) -> None:
        """Each change begins where the one before it ended."""
        for notice in Notice.objects.all():
            events = list(notice.events.filter(request=None).order_by("pk"))
            assert all(one.became == other.came_from for one, other in pairwise(events))
            assert not events or events[-1].became == notice.status
        events = list(self.request.events.order_by("pk"))[2:]  # the start put it elsewhere
        assert all(one.became == other.came_from for one, other in pairwise(events))

    @invariant()
    def what_nobody_knows_stays_so(self) -> None:
        """Out of "uncertain" leads only a person's word, or an answer."""
        for event in RemovalEvent.objects.filter(came_from=NoticeStatus.UNCERTAIN, request=None):
            decided = event.because in (Because.PERSON_SAYS_SENT, Because.PERSON_SAYS_NOT)
            assert decided or event.notice.answers.exists()  # type: ignore[union-attr]  # its own

    @invariant()
    def one_notice_a_round(self) -> None:
        keys = list(NoticeRequest.objects.values_list("recipient", "location", "ground", "round"))
        assert len(keys) == len(set(keys))


def test_every_course_sends_once_and_by_the_tables(
    smtp: MailServer,
    settings: Settings,
    caseworker: User,
    platform: Recipient,
    pair: GroundRoute,
) -> None:
    Course.smtp, Course.settings, Course.by = smtp, settings, caseworker
    Course.platform, Course.pair = platform, pair
    run_state_machine_as_test(Course, settings=few(EXAMPLES, steps=STEPS))
