"""Looks at a desk's pages as often as it is told, and says how long each took.

Reads the number of rounds, one a line; answers with milliseconds, one list a page.
"""

import json
import sys
import time
from collections.abc import Callable

import django


def main() -> None:
    django.setup()
    pages = _pages()
    for line in sys.stdin:
        took: dict[str, list[float]] = {name: [] for name in pages}
        for _ in range(int(line)):
            for name, look in pages.items():
                began = time.perf_counter()
                look()
                took[name].append(1000 * (time.perf_counter() - began))
        sys.stdout.write(json.dumps(took) + "\n")
        sys.stdout.flush()


def _pages() -> dict[str, Callable[[], None]]:
    from helpline.staff.models import User  # noqa: PLC0415 -- needs the settings
    from intake.removal.models import Location  # noqa: PLC0415 -- as above
    from tests.intake.removal import factories  # noqa: PLC0415 -- as above
    from tests.signed_in import sign_in  # noqa: PLC0415 -- as above

    user = User.objects.filter(username="year").first() or factories.person("year")
    client = sign_in(user)
    # One that is there on both desks: what is compared is what stands around it.
    place = Location.objects.get(pk=factories.register("https://known.example/1").location_id)
    desk = "/console/desk/"

    def get(address: str) -> Callable[[], None]:
        def look() -> None:
            assert client.get(address).status_code == 200, address

        return look

    def search(typed: str, by: str) -> Callable[[], None]:
        def look() -> None:
            answer = client.post(desk + "search/", {"text": typed, "by": by})
            assert answer.status_code == 200

        return look

    return {
        "queue": get(desk),
        "overdue": get(desk + "?work=overdue"),
        "ask": get(desk + "?work=ask"),
        "send": get(desk + "?work=send"),
        "hand_over": get(desk + "?work=hand_over"),
        "ready": get(desk + "ready/"),
        "location": get(f"{desk}{place.pk}/"),
        "search url": search("https://known.example/1", "url"),
        "search host": search("site0.example", "host"),
        "search domain": search("site0.example", "domain"),
    }


if __name__ == "__main__":
    main()
