"""The worker: the only scheduler there is.

Work that is due lies on rows; the jobs below find it and do it. A job that fails or is killed
halfway finds the same rows the next time. Short jobs run in every worker and guard their own rows;
long ones are claimed on a row of their own, so that of many workers one runs them.

Jobs run in threads, called from the event loop that runs the worker. In the embedded default that
is the loop of the web server in the same process, so that what a job announces reaches its sockets.
"""

import asyncio
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from helpline.models import DueJob

log = logging.getLogger(__name__)

HOUR = 60 * 60.0
NIGHTLY = 20 * HOUR
LEASE = timedelta(hours=1)
# The shortest claimed job is due every ten minutes; who has claimed nothing for so long is not there.
LATE = timedelta(minutes=30)


class Lane(StrEnum):
    """Jobs of one lane run after each other; a slow mail server holds up only its own lane."""

    CHAT = "chat"
    MAIL = "mail"
    REGISTERS = "registers"
    POST = "post"
    UPKEEP = "upkeep"
    CHECKS = "checks"


@dataclass(frozen=True)
class Job:
    """A function without arguments that does what is due and returns how much that was."""

    name: str
    function: str
    every: float
    lane: Lane
    claimed: bool = False


JOBS = (
    Job("chats", "chat.actions.sweep", 5, Lane.CHAT),
    Job("counsellors", "chat.actions.miss_counsellors", 5, Lane.CHAT),
    Job("silence", "chat.actions.sweep_silence", 30, Lane.CHAT),
    Job("notices", "intake.removal.actions.sending.send_due_notices", 5, Lane.MAIL),
    Job("registers", "intake.removal.actions.ask_registers_again", 5, Lane.REGISTERS),
    Job("sites", "intake.removal.check.actions.contacting.ask_sites_again", 5, Lane.REGISTERS),
    Job("answers-by-mail", "intake.removal.actions.fetching.fetch_mail", 60, Lane.POST),
    Job("news-by-mail", "intake.report.actions.telling.send_due_news", 30, Lane.MAIL),
    Job("removal-clocks", "intake.removal.actions.clocks.keep_clocks", 60, Lane.UPKEEP),
    Job("reminders", "intake.removal.actions.chasing.chase", 60, Lane.UPKEEP),
    Job("removal-ladders", "intake.removal.actions.climbing.climb_ladders", 60, Lane.UPKEEP),
    Job("settled-reports", "intake.report.actions.settle_reports", 60, Lane.UPKEEP),
    Job("erasure", "helpline.privacy.erasure.erase_expired", HOUR, Lane.UPKEEP, claimed=True),
    Job(
        "orphan-keys",
        "helpline.privacy.erasure.sweep_orphan_keys",
        NIGHTLY,
        Lane.UPKEEP,
        claimed=True,
    ),
    Job(
        "master-key",
        "helpline.privacy.vault.keys.rotate_master",
        # It knows its own night; each look takes one of its steps, and all of them take less than
        # the 24 hours in which deleting is complete.
        HOUR / 6,
        Lane.UPKEEP,
        claimed=True,
    ),
)
# Run by `manage.py checker` and by nothing else, so that its way out may be guarded by itself: only
# these reach hosts that were reported.
CHECKS = (
    Job("checks", "intake.removal.check.actions.looking.look_at_due", 10, Lane.CHECKS),
    Job("site-contacts", "intake.removal.check.actions.reading.read_due", 10, Lane.CHECKS),
)
# How often a worker looks whether a claimed job is due.
CLAIM_SECONDS = 60.0


async def work(stopping: asyncio.Event, jobs: Iterable[Job] = JOBS) -> None:
    """Run jobs until ``stopping`` is set; a job under way is finished first."""
    jobs = list(jobs)
    for job in jobs:
        import_string(job.function)  # a wrong name stops the worker now, not tonight
    lanes = {job.lane for job in jobs}
    await asyncio.gather(
        *(_lane([job for job in jobs if job.lane == lane], stopping) for lane in lanes)
    )


async def _lane(jobs: list[Job], stopping: asyncio.Event) -> None:
    due = dict.fromkeys(jobs, time.monotonic())
    while not stopping.is_set():
        job = min(due, key=lambda job: due[job])
        wait = due[job] - time.monotonic()
        if wait > 0 and await _stops_within(wait, stopping):
            return
        # Not sensitive to threads: each lane has one of its own, and the loop stays free.
        await sync_to_async(run_job, thread_sensitive=False)(job)
        due[job] = time.monotonic() + (min(job.every, CLAIM_SECONDS) if job.claimed else job.every)


async def _stops_within(seconds: float, stopping: asyncio.Event) -> bool:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True


def run_job(job: Job) -> int:
    """Run one job now, if it is this worker's turn. Never raises. Returns how much it did."""
    started = time.monotonic()
    count = 0
    try:
        close_old_connections()
        if job.claimed and not claim(job):
            return 0
        function: Callable[[], int] = import_string(job.function)
        count = function()
        if job.claimed:
            settle(job)
    except Exception:
        log.exception("a job failed", extra={"job": job.name})
    else:
        if count:
            seconds = round(time.monotonic() - started, 3)
            log.info("a job did", extra={"job": job.name, "count": count, "seconds": seconds})
    finally:
        try:
            close_old_connections()
        except Error:
            log.warning("a connection could not be closed", extra={"job": job.name})
    return count


def claim(job: Job) -> bool:
    """Whether a long job is due and is now this worker's, by one conditional UPDATE."""
    now = timezone.now()
    DueJob.objects.get_or_create(name=job.name, defaults={"due_at": now})
    # A clock that was far ahead must not put a job off for as long. Twice the time, since another
    # worker's clock may be a little ahead of ours.
    far = now + 2 * timedelta(seconds=job.every)
    due = Q(due_at__lte=now) | Q(due_at__gt=far)
    free = Q(leased_until=None) | Q(leased_until__lte=now) | Q(leased_until__gt=now + 2 * LEASE)
    return bool(DueJob.objects.filter(due, free, name=job.name).update(leased_until=now + LEASE))


def settle(job: Job) -> None:
    """A long job is done: it is due again in its own time."""
    DueJob.objects.filter(name=job.name).update(
        due_at=timezone.now() + timedelta(seconds=job.every), leased_until=None
    )


def is_late(rows: Iterable[tuple[str, datetime, datetime | None]]) -> bool:
    """Whether the long jobs say that no worker is there, or that one of them is never done.

    ``rows`` are what stands in DueJob: name, when it is due, until when a worker has it.
    """
    now = timezone.now()
    due = {name: (due_at, leased_until) for name, due_at, leased_until in rows}
    signs = []
    for job in JOBS:
        if not job.claimed:
            continue
        if job.name not in due:
            continue  # not begun for the first time yet
        due_at, leased_until = due[job.name]
        if now - due_at > LEASE + LATE:
            return True
        signs.append(due_at - timedelta(seconds=job.every))  # when it was done
        if leased_until is not None:
            signs.append(leased_until - LEASE)  # when it was begun
    return not signs or now - max(signs) > LATE
