"""make bench-chat: how much chat one server process carries, beside servers that do less.

All servers do the same work: two sides of a pair, each message to the other side and an
acknowledgement to its sender. Ours keeps every word, sealed, in PostgreSQL with fsync on.

chat_cpu_ratio    messages per second of server CPU, beside the bare relay
chat_wall_ratio   messages per second at 100 pairs, beside the bare relay
chat_p99_ratio    slowest hundredth of deliveries, 500 conversations, 100 messages a second, beside
                  the bare relay
chat_p99_ms       the same in milliseconds
chat_idle_kib     memory of a socket that is open
chat_vs_idiomatic messages per second of server CPU, beside ORM and group_send
chat_vs_tutorial  the same, beside the consumer of the Channels tutorial, which keeps nothing
chat_cpu_ratio_uvicorn  chat_cpu_ratio with both on uvicorn; chat_uvicorn_gain: ours on uvicorn by
                  ours on Daphne

SHORT=1 runs all of it once or twice, to see that it runs.
"""

import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson
import psycopg

from tests import services
from tests.bench.chat.figures import DAPHNE, UVICORN, Wanted
from tests.bench.chat.rounds import FULL, SHORT, Plan, Round, run_round
from tests.bench.chat.serving import Server, cores

os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"
ROOT = Path(__file__).resolve().parent.parent.parent.parent
DETAILS = ROOT / "var" / "bench" / "chat.json"
BEGAN = time.monotonic()
LIMIT_SECONDS = 22 * 60  # no round begins later: all of it takes less than 25 minutes


def main() -> int:
    plan = SHORT if os.environ.get("SHORT") else FULL
    where = cores()
    if where is not None:
        os.sched_setaffinity(0, {where[1]})  # and all that is started from here
    else:
        say("one core only: client, databases and server share it")
    services.start("durable")
    try:
        services.only_loopback()
        return measure(plan, server_core=where[0] if where else None)
    finally:
        services.stop()


def measure(plan: Plan, *, server_core: int | None) -> int:
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from tests import people  # noqa: PLC0415 -- as above
    from tests.processes import Sites  # noqa: PLC0415 -- as above

    sites = Sites(Path(os.environ["HELPLINE_TEST_RUN"]) / "sites", embedded=False)
    with sites.open(webs=0, workers=0) as site:
        say("making conversations")
        count = plan.paced_pairs
        talks = people.make(site.environment(), conversations=count, staff=count)
        make_database("bench_idiomatic")
        ours: list[dict[str, Any]] = [asdict(pair) for pair in talks]
        plain: list[dict[str, Any]] = [{"name": f"pair{number}"} for number in range(count)]
        beside = {**os.environ, "HELPLINE_TEST_VALKEY_URL": site.valkey_url}

        def helpline(name: str, kind: str) -> Server:
            application = "tests.unthrottled:application"
            return Server(
                name, "helpline", application, ours, site.environment(), server_core, kind
            )

        def baseline(name: str, dialect: str, module: str, kind: str = "daphne") -> Server:
            application = f"tests.bench.chat.servers.{module}:application"
            return Server(name, dialect, application, plain, beside, server_core, kind)

        chat = helpline("chat", "daphne")
        on_daphne = [
            chat,
            baseline("relay", "plain", "relay"),
            baseline("tutorial", "tutorial", "tutorial"),
            baseline("idiomatic", "idiomatic", "idiomatic.asgi"),
        ]
        on_uvicorn = [
            helpline("chat-uvicorn", "uvicorn"),
            baseline("relay-uvicorn", "plain", "relay", "uvicorn"),
            chat,
        ]

        def anew(servers: Sequence[Server], paced: Sequence[str]) -> Round:
            # A console that opens a conversation reads all of it: the last round costs as much as
            # the first one only when each begins with empty conversations.
            site.rows("TRUNCATE chat_message")
            site.rows(EMPTY)
            for pair in ours:
                pair["seq"] = 0
            return run_round(servers, plan, paced=paced, say=say)

        parts = [
            (DAPHNE, plan.rounds, lambda: anew(on_daphne, PACED)),
            (UVICORN, plan.uvicorn_rounds, lambda: anew(on_uvicorn, ())),
        ]
        failed, _ = [part(*each, spare=plan.spare_rounds) for each in parts]
        return failed  # what another server would do is told, not asked


PACED = ("chat", "relay")
EMPTY = "UPDATE chat_conversation SET last_seq = 0, visitor_read_seq = 0, counsellor_read_seq = 0"


def part(wanted: Sequence[Wanted], count: int, run: Callable[[], Round], *, spare: int) -> int:
    """Run rounds until enough count for every figure, and print the figures. Returns 1 when too
    few did.
    """
    rounds: list[Round] = []
    while len(rounds) < count + spare and any(len(w.sound(rounds)) < count for w in wanted):
        if time.monotonic() - BEGAN > LIMIT_SECONDS:
            say("no time for another round")
            break
        say(f"round {len(rounds) + 1}")
        rounds.append(run())
        keep(rounds, wanted[0].name)
    failed = 0
    for each in wanted:
        sound = len(each.sound(rounds))
        if sound < count:
            say(f"{each.name}: {sound} of {len(rounds)} rounds count, too few to say anything")
            failed = 1
        else:
            sys.stdout.write(f"{each.figure(rounds)}\n")
            sys.stdout.flush()
    return failed


def keep(rounds: Sequence[Round], name: str) -> None:
    """Keep all that was measured, for whoever wants to look closer."""
    DETAILS.parent.mkdir(parents=True, exist_ok=True)
    path = DETAILS.with_name(f"{name}.json")
    path.write_bytes(orjson.dumps([asdict(each) for each in rounds]))


def make_database(name: str) -> None:
    with psycopg.connect(
        host=os.environ["HELPLINE_TEST_POSTGRES"], user="postgres", autocommit=True
    ) as server:
        server.execute(f"CREATE DATABASE {name}".encode())


def say(what: str) -> None:
    sys.stderr.write(f"{time.monotonic() - BEGAN:6.0f} s  {what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
