"""The figures: what they count, what they show, and what never leaves the house."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions
from chat.answers import Theme
from chat.floor import chart, figures
from chat.floor.figures import Tally, Visit, outside, outside_minutes, rank
from chat.models import Conversation, ConversationEvent, WrapUp
from chat.states import Kind, Sender, Status
from helpline.privacy.models import RetentionRule
from helpline.privacy.vault import keys
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker
from tests.intake.removal.test_desk import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

PAGE = "/console/floor/helpline/figures/"
FILE = "/console/floor/helpline/figures.csv"
NOON = datetime(2026, 11, 18, 12, 30, tzinfo=ZoneInfo("Europe/Amsterdam"))

Maker = Callable[..., Conversation]


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(supervisor: User) -> Client:
    return sign_in(supervisor)


@pytest.fixture
def chat(service: Service, counsellor: User) -> Maker:
    """A chat as it went: minutes ago, minutes of waiting, minutes of talking."""

    def make(
        ago: int, *, waited: int | None = None, talked: int | None = None, left: int | None = None
    ) -> Conversation:
        began = timezone.now() - timedelta(minutes=ago)
        answered = None if waited is None else began + timedelta(minutes=waited)
        ended = None
        if answered is not None and talked is not None:
            ended = answered + timedelta(minutes=talked)
        elif left is not None:
            ended = began + timedelta(minutes=left)
        status = Status.ENDED if ended else Status.ACTIVE if answered else Status.WAITING
        number = uuid.uuid4()
        keys.create_key(number, kind="conversation")
        row = Conversation.objects.create(
            id=number,
            service=service,
            token_hash=uuid.uuid4().bytes,
            start_hash=uuid.uuid4().bytes,
            language="nl",
            visitor_name="",
            status=status,
            owner=counsellor if answered else None,
            started_at=began,
            ended_at=ended,
        )
        if answered:
            ConversationEvent.objects.create(
                conversation=row,
                at=answered,
                kind=Kind.STATUS,
                was=Status.WAITING,
                became=Status.ACTIVE,
                side=Sender.COUNSELLOR,
                by=counsellor,
            )
        return row

    return make


def counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.offered, tally.accepted, tally.left, tally.rest


class TestCounting:
    def test_real_chats_are_offered_accepted_and_left(
        self, service: Service, start: Any, counsellor: User
    ) -> None:
        with time_machine.travel(NOON - timedelta(minutes=30), tick=False):
            taken, gone, _waiting = (start().conversation for _ in range(3))
        with time_machine.travel(NOON - timedelta(minutes=26), tick=False):
            actions.claim(conversation=taken, by=counsellor)
            actions.end(conversation=gone)
        shown = figures.shift(service)
        assert counts(shown.total) == (3, 1, 1, 1)
        assert shown.total.waits == [4.0]

    def test_hours_of_a_shift(self, service: Service, chat: Maker) -> None:
        chat(40, waited=2, talked=20)  # 11:50
        chat(20, waited=6)  # 12:10
        chat(10, left=5)  # 12:20
        chat(60 * 12, waited=1, talked=1)  # half past midnight
        shown = figures.shift(service)
        assert [timezone.localtime(row.begins).hour for row in shown.rows] == list(range(1, 13))
        assert [counts(row) for row in shown.rows[10:]] == [(1, 1, 0, 0), (2, 1, 1, 0)]
        assert counts(shown.total) == (3, 2, 1, 0)
        assert (shown.total.wait_median, shown.total.wait_p90) == (2.0, 6.0)
        assert shown.total.duration_median == 20.0

    def test_shift_goes_past_midnight_and_the_change_of_the_clock(
        self, service: Service, chat: Maker
    ) -> None:
        with time_machine.travel(datetime(2026, 10, 25, 5, 30, tzinfo=NOON.tzinfo), tick=False):
            for hour in range(12):
                chat(60 * hour, left=1)
            shown = figures.shift(service)
        assert shown.total.offered == sum(row.offered for row in shown.rows) == 12
        hours = [timezone.localtime(row.begins).hour for row in shown.rows]
        assert hours == [19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5]

    def test_days_of_the_month_across_the_change_of_the_clock(
        self, service: Service, chat: Maker
    ) -> None:
        with time_machine.travel(datetime(2026, 11, 2, 9, tzinfo=NOON.tzinfo), tick=False):
            chat(60, left=1)
            chat(60 * 24 * 8, left=1)  # 25 October, the day of 25 hours
            shown = figures.month(service)
        days = [timezone.localtime(row.begins).date() for row in shown.rows]
        assert len(days) == len(set(days)) == 28
        assert (days[0].isoformat(), days[-1].isoformat()) == ("2026-10-06", "2026-11-02")
        assert [str(day) for day, row in zip(days, shown.rows, strict=True) if row.offered] == [
            "2026-10-25",
            "2026-11-02",
        ]

    def test_figures_reach_no_further_than_chats_are_kept(self, service: Service) -> None:
        RetentionRule.objects.create(service=service, lifetime="chat", days=7)
        assert len(figures.month(service).rows) == 7

    def test_another_service_is_not_counted(self, service: Service, chat: Maker) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        chat(10, left=5)
        assert counts(figures.shift(other).total) == (0, 0, 0, 0)

    def test_given_back_and_taken_again_is_one_wait(
        self, service: Service, chat: Maker, counsellor: User
    ) -> None:
        row = chat(30, waited=3, talked=20)
        ConversationEvent.objects.create(
            conversation=row, kind=Kind.STATUS, became=Status.ACTIVE, side=Sender.COUNSELLOR
        )
        assert figures.shift(service).total.waits == [3.0]

    def test_themes_are_what_counsellors_noted(self, service: Service) -> None:
        for theme in (Theme.BLACKMAIL, Theme.BLACKMAIL, Theme.SPREAD):
            WrapUp.objects.create(
                service=service, day=timezone.localdate(), theme=theme, minutes=10
            )
        old = timezone.localdate() - timedelta(days=2)
        WrapUp.objects.create(service=service, day=old, theme=Theme.OTHER, minutes=10)
        assert [count for _theme, count in figures.shift(service).themes] == [2, 1]
        assert [count for _theme, count in figures.month(service).themes] == [2, 1, 1]

    @pytest.mark.parametrize(
        ("values", "part", "value"),
        [
            ([], 0.5, None),
            ([7], 0.5, 7),
            ([7], 0.9, 7),
            ([3, 1, 2], 0.5, 2),
            ([1, 2, 3, 4], 0.5, 2),
            (list(range(1, 11)), 0.9, 9),
            (list(range(1, 101)), 0.9, 90),
        ],
    )
    def test_rank(self, values: list[float], part: float, value: float | None) -> None:
        assert rank(values, part) == value

    def test_as_many_questions_for_many_chats(
        self,
        client: Client,
        chat: Maker,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        def count() -> int:
            with django_assert_max_num_queries(20) as taken:
                assert client.get(PAGE, {"period": "month"}).status_code == 200
            return len(taken.captured_queries)

        chat(10, left=5)
        count()
        few = count()
        for number in range(20):
            chat(60 * number, waited=1, talked=5)
        assert count() == few


class TestOutside:
    @pytest.mark.parametrize(
        ("count", "shown"),
        [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (9, "5"), (10, "10"), (14, "10"), (15, "15")],
    )
    def test_small_numbers_do_not_show(self, count: int, shown: str) -> None:
        assert outside(count) == shown

    def test_a_total_less_its_parts_tells_no_small_number(self) -> None:
        possible: dict[tuple[str, ...], set[int]] = {}
        for small in range(1, 5):
            for rest in range(1, 200):
                total = small + rest
                if total >= figures.FEWEST:
                    file = (outside(total), outside(rest), outside(small))
                    possible.setdefault(file, set()).add(small)
        assert {len(smalls) for smalls in possible.values()} == {4}

    def test_times_of_a_few_do_not_show(self) -> None:
        assert outside_minutes([3, 4, 5, 6], 0.5) == ""
        assert outside_minutes([3, 4, 5.4, 6, 7], 0.5) == "5"


class TestPages:
    @pytest.mark.parametrize("period", ["", "shift", "month", "rubbish"])
    def test_supervisor_sees_them(self, client: Client, chat: Maker, period: str) -> None:
        chat(10, waited=3, talked=5)
        page = client.get(PAGE, {"period": period}).content.decode()
        assert "Aangeboden" in page
        assert "3 min" in page

    def test_counsellor_is_refused(self, counsellor: User) -> None:
        client = sign_in(counsellor)
        assert [client.get(path).status_code for path in (PAGE, FILE)] == [403, 403]

    def test_supervisor_of_another_service_finds_nothing(self, staff: StaffMaker) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        client = sign_in(staff("olga", "supervisor", of=other))
        assert [client.get(path).status_code for path in (PAGE, FILE)] == [404, 404]

    def test_file_rounds_and_is_on_record(
        self, client: Client, chat: Maker, service: Service
    ) -> None:
        for _ in range(7):
            chat(10, waited=3, talked=5)
        for _ in range(2):
            chat(10, left=5)
        WrapUp.objects.create(
            service=service, day=timezone.localdate(), theme=Theme.BLACKMAIL, minutes=10
        )
        answer = client.get(FILE, {"period": "shift"})
        assert answer["Content-Disposition"] == (
            'attachment; filename="helpline-shift-2026-11-18.csv"'
        )
        lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert lines[12] == ["2026-11-18 12:00", "5", "5", "<5", "3", "3", "5"]
        assert lines[13][1:] == ["5", "5", "<5", "3", "3", "5"]
        assert lines[-1][1] == "<5"
        assert AuditEntry.objects.filter(action="export_figures", actor="sam").count() == 1

    def test_page_leaves_no_export_on_record(self, client: Client) -> None:
        client.get(PAGE)
        assert not AuditEntry.objects.filter(action="export_figures").exists()


def test_bars_stand_on_each_other_and_within_the_chart() -> None:
    now = timezone.now()
    answered, left, waits = (
        Visit(now, now, None),
        Visit(now, None, now),
        Visit(now, None, None),
    )
    rows = [Tally(now, [answered, answered, left, waits]), Tally(now)]
    shown = figures.Figures(rows, Tally(now), [], by_hour=True)
    drawn = chart.bars(shown)
    first, second = drawn.bars
    assert drawn.top == 4
    assert first.rest_y == pytest.approx(0)
    assert first.rest_y + first.rest == pytest.approx(first.left_y)
    assert first.left_y + first.left == pytest.approx(first.accepted_y)
    assert first.accepted_y + first.accepted == pytest.approx(drawn.floor)
    assert (second.accepted, second.x + second.width <= drawn.width) == (0, True)
