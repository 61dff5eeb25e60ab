"""Workers killed while notices leave: the short form of `make faults-notices`, and its judge."""

import json
import re
from typing import Any

from tests.faults.apart import short_run
from tests.faults.notices.oracle import (
    Arrived,
    judge,
    judge_in_the_end,
    read_mail,
    read_webhook,
)
from tests.faults.notices.points import AFTER, POINTS


def test_nothing_goes_twice_or_is_forgotten_wherever_a_worker_dies() -> None:
    done = short_run("tests.faults.notices")
    line = re.search(
        r"^notices (\d+) kills 0 duplicate 0 missing (\d+) uncertain", done.stdout, re.M
    )
    assert line is not None, done.stdout + done.stderr
    assert (int(line[1]), int(line[2])) == (len(POINTS), len(AFTER))
    assert done.returncode == 0, done.stderr


def row(number: int, status: str, *, listed: bool = False) -> dict[str, Any]:
    return {
        "message_id": f"<{number}@helpline.test>",
        "status": status,
        "url": f"https://example.org/p/{number}",
        "listed": listed,
    }


def arrived(number: int, message_id: str = "") -> Arrived:
    return Arrived(message_id or f"<{number}@helpline.test>", f"https://example.org/p/{number}")


def test_there_are_twelve_points_with_a_name() -> None:
    assert len(set(POINTS)) == 12


def test_a_notice_is_the_same_by_mail_and_over_http() -> None:
    url = "https://example.org/p/7"
    mail = f"Message-ID: <7@helpline.test>\r\n\r\nRemove {url} please.".encode()
    assert read_mail(mail) == arrived(7)
    assert read_webhook("7", json.dumps({"data": {"addresses": [url]}}).encode()) == arrived(7)


def test_judge_is_content_when_all_is_on_file() -> None:
    rows = [row(1, "accepted"), row(2, "uncertain", listed=True), row(3, "rejected")]
    verdict = judge(rows, [arrived(1), arrived(2)])
    assert verdict.good
    assert verdict.uncertain == 1


def test_judge_sees_a_message_twice_and_an_address_twice() -> None:
    assert judge([row(1, "accepted")], [arrived(1), arrived(1)]).duplicate == 1
    other = {**row(1, "accepted"), "message_id": "<other@helpline.test>"}
    both = [arrived(1), arrived(1, "<other@helpline.test>")]
    assert judge([row(1, "accepted"), other], both).duplicate == 1


def test_judge_sees_what_is_missing() -> None:
    assert judge([row(1, "accepted")], []).missing == 1  # on file as sent
    assert judge([row(1, "attempting")], []).missing == 1  # nobody finished it
    assert judge([row(1, "uncertain")], [arrived(1)]).missing == 1  # the desk does not say so
    assert not judge([row(1, "rejected")], [arrived(1)]).good  # said not to be there, and it is
    assert not judge([], [arrived(1)]).good  # of which nothing is on file
    assert judge_in_the_end([row(1, "rejected")], []).missing == 1
    assert not judge_in_the_end([row(1, "uncertain", listed=True)], [arrived(1)]).good
