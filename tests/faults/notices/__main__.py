"""Kill workers while notices leave, and see that none goes out twice and none is forgotten.

Real processes on PostgreSQL with fsync on, and mail and web servers on loopback. Some workers at a time are
killed by signal 9, each at a point of its own (see points.py); others find what they left. Then
what is on file is compared with what the servers hold, and once more when everything unclear was
decided. Prints

    notices KILLS kills DUPLICATE duplicate MISSING missing UNCERTAIN uncertain_listed

--kills N   how many workers (200)
--short     one at each point, within a minute
--seed N    at which points together
"""

import argparse
import contextlib
import os
import random
import signal
import sys
from collections.abc import Callable

from tests import services
from tests.faults.notices.crew import Crew, Worker
from tests.faults.notices.office import Office, serving
from tests.faults.notices.oracle import Verdict, judge, judge_in_the_end
from tests.faults.notices.points import AFTER, ON_THE_WIRE, POINTS

TOGETHER = 4  # workers that are killed at a time
HEALTHY = 2  # workers that find what they left
DATABASES = "notices"


def kill_some(crew: Crew, office: Office, points: list[str]) -> None:
    """Kill as many workers at the same time, each at its point, and have others go on."""
    with contextlib.ExitStack() as stack:
        killed = []
        for point in points:
            doors = stack.enter_context(serving(office))
            worker = crew.worker("" if point in ON_THE_WIRE else point, doors, is_later=False)
            doors.kill_at(point, worker.process.pid or 0)
            killed.append((point, worker))
        run([worker for _point, worker in killed])
        for point, worker in killed:
            if worker.process.exitcode != -signal.SIGKILL:
                raise RuntimeError(f"{point}: not killed, but {worker.process.exitcode}")
        doors = stack.enter_context(serving(office))
        # Once while the leases of the dead still hold, and once when they are over.
        for is_later in (False, True):
            run([crew.worker("", doors, is_later=is_later) for _i in range(HEALTHY)])


def run(workers: list[Worker]) -> None:
    """Workers at the same time, to their end."""
    for worker in workers:
        worker.begin()
    for worker in workers:
        worker.end()


def run_all(kills: int, tell: Callable[[str], None]) -> Verdict:
    deck = [POINTS[number % len(POINTS)] for number in range(kills)]
    random.shuffle(deck)
    crew, office = Crew(), Office()
    crew.do("set_up")
    for first in range(0, kills, TOGETHER):
        points = deck[first : first + TOGETHER]
        crew.do("make", 2 * first, 2 * len(points))
        kill_some(crew, office, points)
        tell(", ".join(points))
    rows = crew.do("tell")
    verdict = judge(rows, office.kept)
    verdict.kills = kills
    unclear = sum(point in AFTER for point in deck)
    if verdict.uncertain != unclear:
        verdict.words.append(f"{unclear} were killed when it may have left")
    if {row["channel"] for row in rows if row["status"] == "uncertain"} != {"mail", "webhook"}:
        verdict.words.append("nobody was killed on one of the ways out")
    crew.do("decide", [each.message_id for each in office.kept])
    with serving(office) as doors:
        run([crew.worker("", doors, is_later=True)])
    end = judge_in_the_end(crew.do("tell"), office.kept)
    verdict.duplicate = max(verdict.duplicate, end.duplicate)
    verdict.missing += end.missing
    verdict.words += [f"in the end {words}" for words in end.words]
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    say(f"seed {options.seed}")
    random.seed(options.seed)
    services.start("durable")
    os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"
    os.environ["HELPLINE_TEST_DATABASES"] = DATABASES
    try:
        services.only_loopback()
        prepare()
        verdict = run_all(len(POINTS) if options.short else options.kills, say)
    finally:
        services.stop()
    for words in verdict.words:
        say(words)
    sys.stdout.write(f"{verdict.line()}\n")
    return 0 if verdict.good else 1


def prepare() -> None:
    """Databases and a key file. Closed again before anything is forked."""
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from helpline.privacy.vault import master  # noqa: PLC0415 -- as above
    from tests import databases  # noqa: PLC0415 -- as above

    databases.clone(DATABASES)
    master.create_key_file()
    databases.close()


def say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
