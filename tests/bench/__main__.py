"""make bench: one line for each ratio, `bench NAME MEDIAN LOW HIGH`.

page_ratio: the home page against a view that does nothing, through the same middleware, in one
process on PostgreSQL. What the page itself costs, in units of what every answer costs.

code_timing_ks_p: whether a return code that never was and one whose report is erased can be told
apart by time: 10,000 answers of each, p of the Kolmogorov-Smirnov test, median and range of five
rounds. Below 0.05 they could.
"""

import os
import sys
from collections.abc import Callable

from tests import services

os.environ["DJANGO_SETTINGS_MODULE"] = "helpline.settings.test"


def main() -> None:
    services.start()
    try:
        services.only_loopback()
        for ratio in measured():
            sys.stdout.write(f"{ratio}\n")
    finally:
        services.stop()


def measured() -> list[object]:
    import django  # noqa: PLC0415 -- the settings are known only now

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- as above
    from django.test import Client, override_settings  # noqa: PLC0415 -- as above

    from tests import databases, template  # noqa: PLC0415 -- as above
    from tests.bench.measure import ratio  # noqa: PLC0415 -- as above

    databases.clone(settings.TEST_DATABASES)
    with open(os.devnull, "w") as quiet:
        template.load_demo(quiet)
    client = Client()

    def get(address: str) -> Callable[[], None]:
        def run() -> None:
            answer = client.get(address)
            assert answer.status_code == 200, f"{address}: {answer.status_code}"

        return run

    with override_settings(ROOT_URLCONF="tests.bench.urls"):
        found: list[object] = [ratio("page_ratio", get("/nl/"), get("/bench/bare/"))]
    found.append(code_timing())
    databases.close()
    return found


def code_timing() -> object:
    """Codes of reports that were erased beside codes that never were."""
    from helpline.services.queries import default_service  # noqa: PLC0415 -- the settings are known only now
    from intake.report import codes  # noqa: PLC0415 -- as above
    from intake.report.actions import (  # noqa: PLC0415 -- as above
        LinkFacts,
        ReportFacts,
        erase_report,
        submit_report,
    )
    from intake.report.queries import find_report  # noqa: PLC0415 -- as above
    from tests.bench.timing import alike  # noqa: PLC0415 -- as above

    def erased_code() -> str:
        sent = submit_report(
            service=default_service(),
            links=[LinkFacts("https://example.org/bench")],
            about=ReportFacts(situation="spread"),
        )
        erase_report(report=sent.report)
        return sent.grouped_code

    erased = [erased_code() for _ in range(20)]
    never = [codes.grouped(codes.code_for(f"bench {number}")) for number in range(20)]

    def ask(these: list[str]) -> Callable[[int], object]:
        def once(place: int) -> None:
            assert find_report(these[place % len(these)]) is None

        return once

    return alike("code_timing_ks_p", ask(erased), ask(never), samples=10_000)


if __name__ == "__main__":
    main()
