"""When the chat is open: what a supervisor sets, what is refused, and what is on record."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from chat import protocol, queries
from chat.models import Conversation
from helpline.services.models import Holiday, OpeningHours, Service
from helpline.staff.models import AuditEntry, User
from tests.chat.conftest import StaffMaker
from tests.signed_in import sign_in

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

PAGE = "/console/floor/helpline/hours/"
RULES = {
    "full_limit": "20",
    "last_entry_minutes": "30",
    "silence_minutes": "10",
    "grace_minutes": "30",
    "breath_minutes": "2",
    "heavy_in_a_row": "2",
    "long_wait_minutes": "2",
    "very_long_wait_minutes": "5",
}


@pytest.fixture(autouse=True)
def no_hours(service: Service) -> None:
    OpeningHours.objects.all().delete()
    Holiday.objects.all().delete()


@pytest.fixture
def client(supervisor: User) -> Client:
    return sign_in(supervisor)


def send(client: Client, act: str, **data: object) -> Any:
    return client.post(PAGE, {"do": act, **data}, follow=True)


def tomorrow() -> date:
    return timezone.localdate() + timedelta(days=1)


class TestHours:
    def test_added_shown_and_removed(self, client: Client, service: Service) -> None:
        send(client, "add_hours", weekday=2, opens="13:00", closes="22:00")
        row = OpeningHours.objects.get()
        assert (row.service, row.weekday, row.opens, row.closes) == (
            service,
            2,
            time(13),
            time(22),
        )
        assert "13:00–22:00" in client.get(PAGE).content.decode()
        for _ in range(2):  # a second press is harmless
            send(client, "remove_hours", number=row.pk)
        assert not OpeningHours.objects.exists()
        assert list(AuditEntry.objects.values_list("action", flat=True)) == [
            "add_opening_hours",
            "remove_opening_hours",
        ]

    @pytest.mark.parametrize(
        ("opens", "closes", "said"),
        [
            ("22:00", "13:00", "Sluiten komt na openen"),
            ("13:00", "13:00", "Sluiten komt na openen"),
            ("16:00", "23:00", "dan al open"),
            ("14:00", "15:00", "dan al open"),
            ("x", "15:00", ""),
            ("", "", ""),
        ],
    )
    def test_what_cannot_be_is_refused(
        self, client: Client, opens: str, closes: str, said: str
    ) -> None:
        send(client, "add_hours", weekday=2, opens="13:00", closes="17:00")
        answer = send(client, "add_hours", weekday=2, opens=opens, closes=closes)
        assert answer.status_code == 422
        page = answer.content.decode()
        assert said in page
        assert "onstraint" not in page
        assert OpeningHours.objects.count() == 1

    def test_two_stretches_of_a_day_may_touch(self, client: Client) -> None:
        send(client, "add_hours", weekday=2, opens="09:00", closes="12:00")
        send(client, "add_hours", weekday=2, opens="12:00", closes="17:00")
        assert OpeningHours.objects.count() == 2


class TestHolidays:
    def test_closed_day_then_hours_of_its_own(self, client: Client, service: Service) -> None:
        day = tomorrow().isoformat()
        send(client, "set_holiday", date=day, name="Kerst")
        assert Holiday.objects.get().opens is None
        send(client, "set_holiday", date=day, name="Kerst", opens="14:00", closes="16:00")
        row = Holiday.objects.get()
        assert (row.service, row.opens, row.closes) == (service, time(14), time(16))
        send(client, "remove_holiday", number=row.pk)
        assert not Holiday.objects.exists()

    @pytest.mark.parametrize(
        "wrong",
        [
            {"opens": "14:00"},
            {"closes": "14:00"},
            {"opens": "16:00", "closes": "14:00"},
            {"name": ""},
            {"date": "2020-01-01"},
            {"date": "x"},
        ],
    )
    def test_what_cannot_be_is_refused(self, client: Client, wrong: dict[str, str]) -> None:
        data = {"date": tomorrow().isoformat(), "name": "Kerst", **wrong}
        answer = send(client, "set_holiday", **data)
        assert answer.status_code == 422
        assert "onstraint" not in answer.content.decode()
        assert not Holiday.objects.exists()


class TestRules:
    def test_set_and_on_record(self, client: Client, service: Service) -> None:
        send(client, "rules", **RULES)
        service.refresh_from_db()
        assert (service.full_limit, service.last_entry_minutes) == (20, 30)
        assert AuditEntry.objects.filter(action="set_chat_rules").count() == 1

    def test_long_is_as_long_as_is_set(
        self, client: Client, service: Service, waiting: Conversation, supervisor: User
    ) -> None:
        Conversation.objects.update(waiting_since=timezone.now() - timedelta(minutes=7))
        send(client, "rules", **{**RULES, "long_wait_minutes": "6", "very_long_wait_minutes": "8"})
        [row] = protocol.desk(queries.desk(supervisor), user=supervisor)["waiting"]
        assert row["long"] == (360, 480)
        page = client.get("/console/floor/helpline/").content.decode()
        assert 'class="govuk-tag govuk-tag--yellow"' in page
        assert "floor-fact--look" in page
        send(client, "rules", **{**RULES, "long_wait_minutes": "3", "very_long_wait_minutes": "6"})
        page = client.get("/console/floor/helpline/").content.decode()
        assert 'class="govuk-tag govuk-tag--red"' in page
        assert "floor-fact--alarm" in page

    def test_no_limit_is_never_full(self, client: Client, service: Service) -> None:
        send(client, "rules", **RULES)
        send(client, "rules", **{**RULES, "full_limit": ""})
        service.refresh_from_db()
        assert service.full_limit is None

    @pytest.mark.parametrize(
        "wrong",
        [{"full_limit": "0"}, {"full_limit": "501"}, {"last_entry_minutes": "-1"}]
        + [{"last_entry_minutes": "181"}, {"silence_minutes": ""}, {"grace_minutes": "x"}]
        + [{"long_wait_minutes": "0"}, {"long_wait_minutes": "5"}, {"very_long_wait_minutes": ""}],
    )
    def test_what_cannot_be_is_refused(
        self, client: Client, service: Service, wrong: dict[str, str]
    ) -> None:
        answer = send(client, "rules", **{**RULES, **wrong})
        assert answer.status_code == 422
        service.refresh_from_db()
        assert service.full_limit is None


class TestWhoMay:
    @pytest.mark.parametrize("act", ["", "rules", "add_hours", "set_holiday", "remove_hours"])
    def test_counsellor_is_refused(self, counsellor: User, act: str) -> None:
        assert send(sign_in(counsellor), act).status_code == 403

    def test_lines_of_another_service_stay(self, client: Client, staff: StaffMaker) -> None:
        other = Service.objects.create(slug="other", name="Other line")
        hours = other.opening_hours.create(weekday=1, opens="09:00", closes="10:00")
        day = other.holidays.create(date=tomorrow(), name="Kerst")
        send(client, "remove_hours", number=hours.pk)
        send(client, "remove_holiday", number=day.pk)
        assert (OpeningHours.objects.count(), Holiday.objects.count()) == (1, 1)
        olga = sign_in(staff("olga", "supervisor", of=other))
        assert olga.get(PAGE).status_code == 404

    @pytest.mark.parametrize("act", ["", "rubbish", "remove_hours", "remove_holiday"])
    def test_nonsense_changes_nothing(self, client: Client, act: str) -> None:
        assert send(client, act, number="x").status_code == 200
