"""Python loads this by itself when its folder is on the path: every connection of a process is written
down, by the interpreter's own audit events, before it is made.

HELPLINE_TEST_JOURNAL names the file. With HELPLINE_TEST_REFUSE, what would leave this machine is
refused after it was written down.
"""

import json
import os
import sys
from pathlib import Path

JOURNAL = os.environ.get("HELPLINE_TEST_JOURNAL", "")
REFUSE = bool(os.environ.get("HELPLINE_TEST_REFUSE"))


def note(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if not isinstance(address, tuple):
        return  # a socket in the file system
    host, port = str(address[0]), int(address[1])
    line = json.dumps({"who": sys.argv[:3], "host": host, "port": port})
    with Path(JOURNAL).open("a") as journal:
        journal.write(f"{line}\n")
    if REFUSE and not (host == "::1" or host.startswith("127.")):
        raise ConnectionRefusedError


if JOURNAL:
    sys.addaudithook(note)
