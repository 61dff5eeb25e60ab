"""The short form of `make faults`: every kind of fault once, under a site full of conversations."""

import re

from tests.faults.apart import short_run


def test_no_word_is_lost_doubled_or_out_of_order_whatever_breaks() -> None:
    done = short_run("tests.faults")
    line = re.search(
        r"^faults 1 runs (\d+) acked 0 lost 0 duplicate 0 reordered 0 gaps$", done.stdout, re.M
    )
    assert line is not None, done.stdout + done.stderr
    assert int(line[1]) > 100
    assert done.returncode == 0
