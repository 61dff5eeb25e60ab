"""make bench: one line for each ratio, `bench NAME MEDIAN LOW HIGH`.

page_ratio: the home page against a view that does nothing, through the same middleware, in one
process on PostgreSQL. What the page itself costs, in units of what every answer costs.
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
    databases.close()
    return found


if __name__ == "__main__":
    main()
