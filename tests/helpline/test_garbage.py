"""A full collection must not stop every chat for as long as it takes to walk all of Django."""

import subprocess
import sys

ASKED = """
import gc
import helpline.asgi
print(gc.get_freeze_count(), len(gc.get_objects()), gc.isenabled())
class Ring: pass
ring = Ring(); ring.itself = ring
import weakref
seen = weakref.ref(ring)
del ring
gc.collect()
print(seen() is None)
"""


def test_what_was_loaded_at_the_start_is_out_of_the_collectors_sight() -> None:
    said = subprocess.run(  # noqa: S603 -- the interpreter that runs the tests
        [sys.executable, "-c", ASKED], check=True, capture_output=True, text=True, timeout=120
    ).stdout.splitlines()
    aside, left, enabled = said[0].split()
    assert int(aside) > 20 * int(left)
    assert enabled == "True"
    assert said[1] == "True"  # what comes later is still collected
