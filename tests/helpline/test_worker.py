"""The worker: every job in its time, none in the way of another, long ones once."""

import asyncio
import threading
import time
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from django.utils.module_loading import import_string

from helpline import worker
from helpline.models import DueJob
from helpline.worker import JOBS, Job, Lane, claim, run_job, settle, work

pytestmark = [pytest.mark.django_db(databases=["default", "keys"]), pytest.mark.embedded]

calls: list[tuple[str, float]] = []


@pytest.fixture(autouse=True)
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    calls.clear()
    # It would close the connection that the test's own transaction is on.
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def quick() -> int:
    calls.append(("quick", time.monotonic()))
    return 1


def slow() -> int:
    calls.append(("slow", time.monotonic()))
    time.sleep(0.5)
    return 0


def broken() -> int:
    calls.append(("broken", time.monotonic()))
    raise ValueError("a secret that must not be logged")


def job(name: str, every: float = 0.05, lane: Lane = Lane.CHAT, *, claimed: bool = False) -> Job:
    return Job(name, f"{__name__}.{name}", every, lane, claimed=claimed)


async def run_for(seconds: float, *jobs: Job) -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(work(stopping, jobs))
    await asyncio.sleep(seconds)
    stopping.set()
    await task


def count(name: str) -> int:
    return sum(called == name for called, _ in calls)


def test_every_job_of_the_table_exists() -> None:
    for each in JOBS:
        assert callable(import_string(each.function))
    assert len({each.name for each in JOBS}) == len(JOBS)


async def test_job_runs_again_and_again_until_the_worker_stops() -> None:
    await run_for(0.4, job("quick"))
    before = count("quick")
    assert before >= 3
    await asyncio.sleep(0.15)
    assert count("quick") == before


async def test_slow_job_holds_up_only_its_own_lane() -> None:
    await run_for(0.4, job("slow", lane=Lane.MAIL), job("quick", lane=Lane.CHAT))
    assert count("slow") == 1
    assert count("quick") >= 3


async def test_job_that_fails_keeps_its_turn_and_stops_no_other() -> None:
    await run_for(0.4, job("broken"), job("quick"))
    assert count("broken") >= 2
    assert count("quick") >= 2


async def test_stop_waits_for_the_job_under_way() -> None:
    stopping = asyncio.Event()
    task = asyncio.create_task(work(stopping, [job("slow")]))
    await asyncio.sleep(0.1)
    stopping.set()
    started = time.monotonic()
    await task
    assert time.monotonic() - started > 0.2


async def test_wrong_name_stops_the_worker_at_once() -> None:
    with pytest.raises(ImportError):
        await work(asyncio.Event(), [Job("gone", "helpline.worker.gone", 1, Lane.CHAT)])


def test_failure_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    assert run_job(job("broken")) == 0
    (record,) = caplog.records
    assert record.__dict__["job"] == "broken"
    assert "secret" not in record.getMessage()


def test_long_job_is_claimed_by_one_worker() -> None:
    long = job("quick", every=3600, claimed=True)
    assert claim(long)
    assert not claim(long)
    settle(long)
    assert not claim(long)
    assert run_job(long) == 0
    assert calls == []


def test_long_job_is_due_again_in_its_time() -> None:
    long = job("quick", every=3600, claimed=True)
    assert run_job(long) == 1
    due = DueJob.objects.get(name="quick").due_at
    assert timedelta(minutes=59) < due - timezone.now() <= timedelta(minutes=60)
    DueJob.objects.update(due_at=timezone.now())
    assert run_job(long) == 1


def test_long_job_of_a_killed_worker_is_found_again() -> None:
    long = job("quick", every=3600, claimed=True)
    assert claim(long)
    DueJob.objects.update(leased_until=timezone.now() - timedelta(seconds=1))
    assert claim(long)


def test_failed_long_job_waits_for_its_lease_and_is_tried_again() -> None:
    long = job("broken", every=3600, claimed=True)
    assert run_job(long) == 0
    row = DueJob.objects.get(name="broken")
    assert row.due_at <= timezone.now()
    assert row.leased_until is not None
    assert row.leased_until > timezone.now()


def test_clock_that_was_ahead_does_not_put_a_job_off() -> None:
    long = job("quick", every=3600, claimed=True)
    DueJob.objects.create(name="quick", due_at=timezone.now() + timedelta(days=400))
    assert run_job(long) == 1


@pytest.mark.django_db(transaction=True, databases=["default", "keys"])
def test_of_many_workers_one_claims() -> None:
    long = job("quick", every=3600, claimed=True)
    DueJob.objects.create(name="quick", due_at=timezone.now())
    won: list[bool] = []
    start = threading.Barrier(6)

    def compete() -> None:
        start.wait()
        try:
            won.append(claim(long))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=compete) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(won) == [False] * 5 + [True]
