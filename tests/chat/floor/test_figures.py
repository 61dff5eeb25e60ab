"""The figures: what they count, what they show, and what never leaves the house."""

import csv
import io
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from chat import actions
from chat.answers import Theme
from chat.floor import chart, figures, periods
from chat.floor.figures import Chat, Figures, Tally, outside, outside_minutes, rank
from chat.models import Conversation, PastChat, SurveyAnswer, WrapUp
from helpline.privacy.erasure import erase_expired
from helpline.privacy.models import RetentionRule
from helpline.services.models import Service
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker, Starter, again
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

PAGE = "/console/floor/helpline/figures/"
FILE = "/console/floor/helpline/figures.csv"
ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 18, 12, 30, tzinfo=ZONE)

Maker = Callable[..., Conversation]


@pytest.fixture(autouse=True)
def at_noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def client(supervisor: User) -> Client:
    return sign_in(supervisor)


@pytest.fixture
def chat(start: Starter, staff: StaffMaker) -> Maker:
    """A chat as it went: minutes ago, minutes of waiting, minutes of talking."""
    numbers = count()

    def make(
        ago: int, *, waited: int | None = None, talked: int | None = None, left: int | None = None
    ) -> Conversation:
        began = timezone.now() - timedelta(minutes=ago)

        def after(minutes: int) -> time_machine.travel:
            return time_machine.travel(began + timedelta(minutes=minutes), tick=False)

        with after(0):
            row = start().conversation
        if waited is not None:
            with after(waited):
                actions.claim(conversation=row, by=staff(f"answers-{next(numbers)}"))
        if left is not None or talked is not None:
            with after(left if left is not None else (waited or 0) + (talked or 0)):
                actions.end(conversation=row)
        return again(row)

    return make


@pytest.fixture
def past(service: Service) -> Callable[..., None]:
    """Chats of long ago, of which only the figures know."""

    def make(day: str, *, times: int = 1, waited: int = 3, talked: int | None = 20) -> None:
        PastChat.objects.bulk_create(
            PastChat(
                service=service,
                day=date.fromisoformat(day),
                hour=20,
                went="left" if talked is None else "answered",
                waited=waited,
                talked=talked,
            )
            for _ in range(times)
        )

    return make


def shift(service: Service) -> Figures:
    return figures.of(service, periods.shift())


def month(service: Service, back: int = 0) -> Figures:
    return figures.of(service, periods.months(service)[back])


def days(shown: Figures) -> list[str]:
    return [str(row.begins.date()) for row in shown.rows]


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
        shown = shift(service)
        assert counts(shown.total) == (3, 1, 1, 1)
        assert shown.total.waits == [4]

    def test_hours_of_a_shift(self, service: Service, chat: Maker) -> None:
        chat(40, waited=2, talked=20)  # 11:50
        chat(20, waited=6)  # 12:10
        chat(10, left=5)  # 12:20
        chat(60 * 12, waited=1, talked=1)  # half past midnight
        shown = shift(service)
        assert [timezone.localtime(row.begins).hour for row in shown.rows] == list(range(1, 13))
        assert [counts(row) for row in shown.rows[10:]] == [(1, 1, 0, 0), (2, 1, 1, 0)]
        assert counts(shown.total) == (3, 2, 1, 0)
        assert (shown.total.wait_median, shown.total.wait_p90) == (2, 6)
        assert shown.total.duration_median == 20

    def test_shift_goes_past_midnight_and_the_change_of_the_clock(
        self, service: Service, chat: Maker
    ) -> None:
        with time_machine.travel(datetime(2026, 10, 25, 5, 30, tzinfo=ZONE), tick=False):
            for hour in range(12):
                chat(60 * hour, left=1)
            shown = shift(service)
        assert shown.total.offered == sum(row.offered for row in shown.rows) == 12
        hours = [timezone.localtime(row.begins).hour for row in shown.rows]
        assert hours == [19, 20, 21, 22, 23, 0, 1, 2, 3, 4, 5]

    def test_days_of_a_month_across_the_change_of_the_clock(
        self, service: Service, chat: Maker
    ) -> None:
        with time_machine.travel(datetime(2026, 10, 31, 9, tzinfo=ZONE), tick=False):
            chat(60, left=1)
            chat(60 * 24 * 6, left=1)  # 25 October, the day of 25 hours
            chat(60 * 24 * 31, left=1)  # in September
            shown = month(service)
        assert len(days(shown)) == len(set(days(shown))) == 31
        assert (days(shown)[0], days(shown)[-1]) == ("2026-10-01", "2026-10-31")
        assert [day for day, row in zip(days(shown), shown.rows, strict=True) if row.offered] == [
            "2026-10-25",
            "2026-10-31",
        ]
        assert shown.total.offered == 2

    def test_month_goes_until_today_and_one_before_until_its_end(
        self, service: Service, past: Any
    ) -> None:
        past("2026-10-31", times=2)
        past("2026-11-01")
        assert (days(month(service))[0], days(month(service))[-1]) == ("2026-11-01", "2026-11-18")
        assert month(service).total.offered == 1
        assert (days(month(service, 1))[0], days(month(service, 1))[-1]) == (
            "2026-10-01",
            "2026-10-31",
        )
        assert month(service, 1).total.offered == 2

    def test_chat_that_goes_on_past_the_turn_of_the_month_is_of_the_one_it_began_in(
        self, service: Service, chat: Maker
    ) -> None:
        with time_machine.travel(datetime(2026, 11, 1, 0, 30, tzinfo=ZONE), tick=False):
            row = chat(60, waited=2)
            assert (month(service).total.offered, month(service, 1).total.offered) == (0, 1)
            actions.end(conversation=row)
            assert (month(service).total.offered, month(service, 1).total.offered) == (0, 1)
            assert month(service, 1).total.durations == [58]

    def test_given_back_and_left_waiting_for_somebody_else_was_accepted(
        self, service: Service, chat: Maker
    ) -> None:
        row = chat(30, waited=3)
        assert row.owner is not None
        actions.give_back(conversation=row, by=row.owner)
        assert counts(shift(service).total) == (1, 1, 0, 0)
        actions.end(conversation=row)
        assert counts(shift(service).total) == (1, 1, 0, 0)

    def test_who_left_waited_until_they_left(self, service: Service, chat: Maker) -> None:
        for left in (1, 2, 9):
            chat(30, left=left)
        chat(30, waited=20, talked=1)
        shown = shift(service).total
        assert (shown.waits, sorted(shown.left_after), shown.left_median) == ([20], [1, 2, 9], 2)

    def test_another_service_is_not_counted(self, service: Service, chat: Maker) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        chat(10, left=5)
        assert counts(shift(other).total) == (0, 0, 0, 0)

    def test_given_back_and_taken_again_is_one_wait(
        self, service: Service, chat: Maker, counsellor: User
    ) -> None:
        row = chat(30, waited=3)
        assert row.owner is not None
        actions.give_back(conversation=row, by=row.owner)
        actions.claim(conversation=again(row), by=counsellor)
        assert shift(service).total.waits == [3]
        actions.end(conversation=row)
        assert shift(service).total.waits == [3]

    def test_themes_are_what_counsellors_noted(self, service: Service) -> None:
        for theme in (Theme.BLACKMAIL, Theme.BLACKMAIL, Theme.SPREAD):
            WrapUp.objects.create(
                service=service, day=timezone.localdate(), theme=theme, minutes=10
            )
        for ago in (2, 30):
            day = timezone.localdate() - timedelta(days=ago)
            WrapUp.objects.create(service=service, day=day, theme=Theme.OTHER, minutes=10)
        assert [count for _theme, count in shift(service).themes] == [2, 1]
        assert [count for _theme, count in month(service).themes] == [2, 1, 1]
        assert [count for _theme, count in month(service, 1).themes] == [1]

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
    def test_rank(self, values: list[int], part: float, value: int | None) -> None:
        assert rank(values, part) == value

    @pytest.mark.parametrize("period", ["shift", "month"])
    def test_as_many_questions_for_many_chats(
        self,
        period: str,
        client: Client,
        chat: Maker,
        past: Any,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        def asked() -> int:
            with django_assert_max_num_queries(20) as taken:
                assert client.get(PAGE, {"period": period}).status_code == 200
            return len(taken.captured_queries)

        chat(10, left=5)
        asked()
        few = asked()
        past("2026-11-17", times=30)
        for number in range(5):
            chat(60 * number, waited=1, talked=5)
            chat(60 * number, waited=1)
            chat(60 * number)
        assert asked() == few


class TestMonths:
    def names(self, service: Service) -> list[str]:
        return [each.name for each in periods.months(service)]

    @pytest.mark.parametrize(
        ("today", "oldest"),
        [
            ((2026, 11, 18), "2025-11"),
            ((2026, 12, 31), "2025-12"),
            ((2028, 2, 29), "2027-02"),
            ((2027, 3, 1), "2026-02"),
        ],
    )
    def test_are_this_one_and_a_year_before_it(
        self, service: Service, today: tuple[int, int, int], oldest: str
    ) -> None:
        with time_machine.travel(datetime(*today, 9, tzinfo=ZONE), tick=False):
            names = self.names(service)
        assert names[0] == f"{today[0]}-{today[1]:02}"
        assert names[-1] == oldest
        assert len(set(names)) == len(names) >= 13

    def test_reach_no_further_than_chats_are_counted(self, service: Service) -> None:
        rule = RetentionRule.objects.create(service=service, lifetime="counts", days=7)
        assert self.names(service) == ["2026-11"]
        assert len(days(month(service))) == 8  # a week and today
        rule.days = 48
        rule.save()
        assert self.names(service) == ["2026-11", "2026-10"]

    def test_what_is_past_its_time_is_erased_and_the_oldest_month_is_whole(
        self, service: Service, past: Any
    ) -> None:
        for day in ("2025-10-01", "2025-10-16", "2025-11-01", "2025-11-30"):
            past(day)
        erase_expired()
        assert PastChat.objects.count() == 2
        assert month(service, -1).total.offered == 2


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
        assert outside_minutes([3, 4, 5, 6, 7], 0.5) == "5"


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
        lines = read(answer)
        assert lines[12] == ["2026-11-18 12:00", "5", "5", "<5", "3", "3", "", "5"]
        assert lines[13][1:] == ["5", "5", "<5", "3", "3", "", "5"]
        assert lines[-1][1] == "<5"
        assert AuditEntry.objects.filter(action="export_figures", actor="sam").count() == 1

    def test_file_is_of_the_month_that_is_shown(self, client: Client, past: Any) -> None:
        past("2026-09-30", times=12, talked=None, waited=7)
        page = client.get(PAGE, {"period": "month", "month": "2026-09"}).content.decode()
        assert '<option value="2026-09" selected>september 2026</option>' in page
        assert "?period=month&amp;month=2026-09" in page
        answer = client.get(FILE, {"period": "month", "month": "2026-09"})
        assert 'filename="helpline-2026-09.csv"' in answer["Content-Disposition"]
        lines = read(answer)
        assert lines[30] == ["2026-09-30", "10", "0", "10", "", "", "7", ""]
        assert lines[31][1:] == ["10", "0", "10", "", "", "7", ""]

    @pytest.mark.parametrize("chosen", ["", "rubbish", "2026-13", "1999-01", "2027-01", "\x00"])
    def test_month_that_is_not_there_is_this_one(self, client: Client, chosen: str) -> None:
        page = client.get(PAGE, {"period": "month", "month": chosen})
        assert page.status_code == 200
        assert '<option value="2026-11" selected>' in page.content.decode()

    def test_page_leaves_no_export_on_record(self, client: Client) -> None:
        client.get(PAGE)
        assert not AuditEntry.objects.filter(action="export_figures").exists()


def read(answer: Any) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


class TestSurvey:
    @pytest.fixture
    def answers(self, service: Service) -> Callable[..., None]:
        def make(ago: int, times: int, heard: str, knows: str = "") -> None:
            for _ in range(times):
                SurveyAnswer.objects.create(
                    service=service,
                    day=timezone.localdate() - timedelta(days=ago),
                    heard=heard,
                    knows=knows,
                    once_hash=uuid.uuid4().bytes,
                )

        return make

    def test_is_rounded_on_the_page_and_in_the_file(
        self, client: Client, service: Service, answers: Any
    ) -> None:
        answers(3, 12, "yes", "partly")
        answers(2, 4, "no", "partly")
        answers(1, 1, "yes")
        answers(40, 9, "no", "no")  # in October
        assert [question.answers for question in month(service).survey] == [
            ["10", "0", "<5"],
            ["0", "15", "0"],
        ]
        assert "Voelde zich gehoord" in client.get(PAGE, {"period": "month"}).content.decode()
        lines = read(client.get(FILE, {"period": "month"}))
        assert [line[1:] for line in lines[-3:]] == [
            ["Ja", "Een beetje", "Nee"],
            ["10", "0", "<5"],
            ["0", "15", "0"],
        ]

    def test_of_today_changes_nothing_before_tomorrow(self, service: Service, answers: Any) -> None:
        answers(0, 6, "no")
        assert month(service).survey[0].answers == ["0", "0", "0"]
        with time_machine.travel(NOON + timedelta(days=1), tick=False):
            assert month(service).survey[0].answers == ["0", "0", "5"]

    def test_of_another_service_is_not_counted(self, service: Service, answers: Any) -> None:
        answers(2, 6, "no")
        other = Service.objects.create(slug="other", name="Other line")
        assert month(other).survey[0].answers == ["0", "0", "0"]

    def test_of_a_shift_shows_nowhere(self, client: Client, answers: Any) -> None:
        answers(0, 9, "yes")
        assert "Voelde zich gehoord" not in client.get(PAGE).content.decode()


def test_bars_stand_on_each_other_and_within_the_chart() -> None:
    now = timezone.now()
    day = now.date()
    answered, left, waits = Chat(day, 12, 3), Chat(day, 12, 4, left=True), Chat(day, 12, None)
    rows = [Tally(now, [answered, answered, left, waits]), Tally(now)]
    shown = Figures(rows, Tally(now))
    drawn = chart.bars(shown)
    first, second = drawn.bars
    assert drawn.top == 4
    assert first.rest_y == pytest.approx(0)
    assert first.rest_y + first.rest == pytest.approx(first.left_y)
    assert first.left_y + first.left == pytest.approx(first.accepted_y)
    assert first.accepted_y + first.accepted == pytest.approx(drawn.floor)
    assert (second.accepted, second.x + second.width <= drawn.width) == (0, True)
