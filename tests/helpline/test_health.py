"""The health page tells what is away, at once and to anybody, and nothing else."""

import socket
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.models import Group
from django.db import connections
from django.test import Client
from django.utils import timezone

from helpline import health
from helpline.health import Health
from helpline.staff.models import User
from helpline.worker import JOBS, is_late
from tests.signed_in import session_of

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

EMBEDDED = settings.EMBEDDED
VALKEY = "not used" if EMBEDDED else "ok"


@pytest.fixture
def patch() -> Iterator[pytest.MonkeyPatch]:
    """As monkeypatch, but undone before the memory is emptied, which needs the real Valkey."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


@pytest.fixture(autouse=True)
def fresh_look(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(health, "_health", Health())


@pytest.fixture
def away(patch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Points a part's settings at a place where nobody listens."""

    def point(part: str) -> None:
        if part == "valkey":
            patch.setattr(settings, "HELPLINE_VALKEY_URL", "redis://127.0.0.1:1/0")
        else:
            alias = {"database": "default"}.get(part, part)
            place = "NAME" if EMBEDDED else "HOST"
            patch.setitem(connections[alias].settings_dict, place, "/nowhere")

    return point


@pytest.fixture
def swallowing() -> Iterator[int]:
    """A port that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def look() -> tuple[int, dict[str, Any]]:
    answer = Client().get("/health/")
    return answer.status_code, answer.json()


def test_all_is_well_but_the_worker_never_ran() -> None:
    assert look() == (
        200,
        {
            "ok": True,
            "database": "ok",
            "keys": "ok",
            "valkey": VALKEY,
            "worker": "late",
            "notices": "ok",
            "chat": "ok",
        },
    )


def test_health_needs_nothing_and_leaves_nothing() -> None:
    answer = Client().get("/health/", headers={"accept-language": "nl"})
    assert answer["Content-Type"] == "application/json"
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert Client().head("/health/").status_code == 200
    assert Client().post("/health/").status_code == 405


def test_without_valkey_the_chat_is_slower(away: Callable[[str], None]) -> None:
    away("valkey")
    status, said = look()
    assert (status, said["ok"], said["valkey"], said["chat"]) == (200, True, "away", "slower")


@pytest.mark.parametrize("part", ["database", "keys"])
def test_without_a_database_nobody_can_be_helped(part: str, away: Callable[[str], None]) -> None:
    away(part)
    status, said = look()
    assert (status, said["ok"], said[part], said["chat"]) == (503, False, "away", "away")
    assert [name for name in ("database", "keys") if said[name] == "away"] == [part]


def test_everything_away_still_answers(away: Callable[[str], None]) -> None:
    for part in ("database", "keys", "valkey"):
        away(part)
    status, said = look()
    assert status == 503
    assert said == {
        "ok": False,
        "database": "away",
        "keys": "away",
        "valkey": "away",
        "worker": "late",
        "notices": "late",
        "chat": "away",
    }


def test_what_swallows_is_away(swallowing: int, patch: pytest.MonkeyPatch) -> None:
    patch.setattr(settings, "HELPLINE_VALKEY_URL", f"redis://127.0.0.1:{swallowing}/0")
    if not EMBEDDED:
        for alias in ("default", "keys"):
            patch.setitem(connections[alias].settings_dict, "HOST", "127.0.0.1")
            patch.setitem(connections[alias].settings_dict, "PORT", str(swallowing))
    _status, said = look()
    assert said["valkey"] == "away"
    assert (said["database"] == "away") is not EMBEDDED


def test_one_look_serves_all_who_ask_in_a_moment(away: Callable[[str], None]) -> None:
    before = look()
    away("valkey")
    assert look() == before


def test_no_file_is_made_by_looking(tmp_path: Any, patch: pytest.MonkeyPatch) -> None:
    if not EMBEDDED:
        pytest.skip("a database that is a file is the embedded default's")
    file = tmp_path / "gone.sqlite3"
    patch.setitem(connections["default"].settings_dict, "NAME", file)
    assert look()[0] == 503
    assert not file.exists()


def signed_in(role: str) -> Client:
    user = User.objects.create_user(role, password="a long enough one")
    user.groups.set(Group.objects.filter(name=role))
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session_of(user)
    return client


def test_supervisor_is_told_what_makes_the_chat_slow(away: Callable[[str], None]) -> None:
    supervisor, counsellor = signed_in("supervisor"), signed_in("counsellor")
    away("valkey")
    for client, told in ((supervisor, True), (counsellor, False)):
        text = client.get("/console/chat/", headers={"accept-language": "nl"}).content.decode()
        assert ("De chat is nu trager" in text) is told
        assert ("de worker draait niet" in text) is told


def test_supervisor_is_told_nothing_when_all_is_well(patch: pytest.MonkeyPatch) -> None:
    patch.setattr("helpline.health.worker.is_late", lambda rows: False)
    page = signed_in("supervisor").get("/console/chat/", headers={"accept-language": "nl"})
    assert page.status_code == 200
    assert "desk__site" not in page.content.decode()


CLAIMED = [job for job in JOBS if job.claimed]


def rows(
    done: timedelta, *, leased: timedelta | None = None
) -> list[tuple[str, datetime, datetime | None]]:
    """What stands in DueJob when every long job was done that long ago."""
    now = timezone.now()
    return [
        (
            job.name,
            now - done + timedelta(seconds=job.every),
            None if leased is None else now + leased,
        )
        for job in CLAIMED
    ]


class TestWorkerIsLate:
    def test_no_worker_ever_ran(self) -> None:
        assert is_late([])

    def test_done_just_now(self) -> None:
        assert not is_late(rows(timedelta(minutes=1)))

    def test_nothing_was_done_or_begun_for_long(self) -> None:
        assert not is_late(rows(timedelta(minutes=29)))
        assert is_late(rows(timedelta(minutes=31)))

    def test_a_long_job_under_way_is_a_sign(self) -> None:
        assert not is_late(rows(timedelta(minutes=80), leased=timedelta(minutes=45)))
        assert is_late(rows(timedelta(minutes=80), leased=timedelta(minutes=-1)))

    @pytest.mark.parametrize("name", [job.name for job in CLAIMED])
    def test_one_job_that_is_never_done_shows(self, name: str) -> None:
        old = {row[0]: row for row in rows(timedelta(hours=22))}
        fine = [row for row in rows(timedelta(minutes=1)) if row[0] != name]
        assert is_late([*fine, old[name]])

    def test_a_job_of_a_new_release_has_not_begun_yet(self) -> None:
        assert not is_late(rows(timedelta(minutes=1))[1:])
