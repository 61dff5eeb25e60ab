"""make faults: break everything under a site full of conversations, and see that no word is lost.

Real processes, PostgreSQL with fsync on, Valkey. People talk all the time; things break at random
moments, two at a time; then everybody catches up, and what each page showed is compared with the
database. Prints

    faults RUNS runs ACKED acked LOST lost DUPLICATE duplicate REORDERED reordered GAPS gaps

--runs N --faults N   runs, each of a fresh site, and faults in each (10 and 20)
--short               one run of every kind of fault, within a minute and a half
--kinds A,B           only these faults
--seed N              which faults, in which order
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests import services
from tests.faults.oracle import Verdict

os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"
BEGAN = time.monotonic()
CONVERSATIONS, STAFF = 16, 4
TOGETHER = 2
PAUSE_SECONDS = (0.3, 4.0)
SHORT_PAUSE_SECONDS = (0.3, 1.5)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--kinds", default="")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    say(f"seed {options.seed}")
    random.seed(options.seed)
    services.start("durable")
    try:
        services.only_loopback()
        return run_all(options)
    finally:
        services.stop()


def run_all(options: argparse.Namespace) -> int:
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from tests.faults.kinds import KINDS, Fault  # noqa: PLC0415 -- as above
    from tests.faults.scene import Scene, make_people  # noqa: PLC0415 -- as above
    from tests.processes import Sites  # noqa: PLC0415 -- as above

    wanted = set(options.kinds.split(",")) - {""}
    kinds = [kind for kind in KINDS if not wanted or kind.__name__ in wanted]
    runs = 1 if options.short else options.runs
    each = len(kinds) if options.short else options.faults
    done: Counter[str] = Counter()

    async def one_run(scene: Scene, deck: Sequence[Fault]) -> Verdict:
        await scene.open()
        lives = [asyncio.create_task(talker.live()) for talker in scene.talkers]
        writers = [
            asyncio.create_task(scene.talk(talker, conversation))
            for talker in scene.talkers
            for conversation in talker.talks
        ]
        gate = asyncio.Semaphore(TOGETHER)

        async def do(fault: Fault) -> None:
            async with gate:
                began = time.monotonic()
                say(f"{fault.__name__}")
                with scene.breaking():
                    await fault(scene)
                say(f"{fault.__name__} is over after {time.monotonic() - began:.0f} s")
                done[fault.__name__] += 1

        async with asyncio.TaskGroup() as faults:
            for fault in deck:
                pause = SHORT_PAUSE_SECONDS if options.short else PAUSE_SECONDS
                await asyncio.sleep(random.uniform(*pause))
                async with gate:
                    pass  # the next moment counts from when there is room for a fault
                faults.create_task(do(fault))
        say("all is whole")
        scene.talking = False
        await asyncio.gather(*writers)  # a word written after everybody caught up is not judged
        settled = await scene.settle()
        verdict = await asyncio.to_thread(scene.judge)
        say(f"{'settled' if settled else 'NOT SETTLED'}; {dict(scene.troubles())}")
        for task in lives:
            if task.done():
                await task  # they live for ever, so this one broke, and says at what
            task.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        await scene.close()
        for words in scene.remarks:
            say(words)
        if not verdict.good:
            keep(scene.log)
        return verdict

    sites = Sites(Path(os.environ["HELPLINE_TEST_RUN"]) / "sites", embedded=False)
    total = Verdict()
    for number in range(runs):
        say(f"run {number + 1} of {runs}")
        deck = [kinds[(number * each + place) % len(kinds)] for place in range(each)]
        random.shuffle(deck)
        with sites.open(webs=2, workers=1, application="tests.unthrottled:application") as site:
            pairs = make_people(site, conversations=CONVERSATIONS, staff=STAFF)
            scene = Scene(site, pairs)
            try:
                verdict = asyncio.run(one_run(scene, deck))
            except BaseException:
                keep(scene.log)
                raise
            began = time.monotonic()
        say(f"stopped within {time.monotonic() - began:.0f} s")
        for words in verdict.words:
            say(words)
        total += verdict
    say(", ".join(f"{count} {name}" for name, count in sorted(done.items())))
    sys.stdout.write(f"{total.line(runs)}\n")
    return 0 if total.good and total.acked else 1


def keep(log: str) -> None:
    """Keep what the servers wrote in a run that went wrong."""
    folder = Path(__file__).resolve().parent.parent.parent / "var" / "faults"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "servers.log").write_text(log)


def say(what: str) -> None:
    sys.stderr.write(f"{time.monotonic() - BEGAN:6.0f} s  {what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
