"""A mailbox on loopback that speaks as much IMAP as fetching mail needs."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Box:
    """One folder. ``fetched`` is how many bytes of mail were given away."""

    port: int = 0
    password: str = "secret"
    mails: dict[int, bytes] = field(default_factory=dict)
    deleted: set[int] = field(default_factory=set)
    flagged: set[int] = field(default_factory=set)
    fetched: int = 0
    uidplus: bool = True

    def put(self, raw: bytes) -> int:
        uid = max(self.mails, default=0) + 1
        self.mails[uid] = raw
        return uid


@contextmanager
def mailbox() -> Iterator[Box]:
    """A mail server with one account (user, secret), until the block ends."""
    box = Box()
    listener = socket.create_server(("127.0.0.1", 0))
    box.port = listener.getsockname()[1]
    callers: list[socket.socket] = []

    def serve() -> None:
        while True:
            try:
                caller, _address = listener.accept()
            except OSError:
                return
            callers.append(caller)
            with caller:
                try:
                    _talk(box, caller)
                except OSError:
                    pass  # the other side left

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield box
    finally:
        # Shutting down wakes accept(); closing alone would not.
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for caller in callers:
            caller.close()
        thread.join(timeout=5)


def _talk(box: Box, caller: socket.socket) -> None:
    lines = caller.makefile("rb")
    caller.sendall(b"* OK stand-in\r\n")
    for raw in lines:
        tag, _space, command = raw.decode().strip().partition(" ")
        said, ending = _answer(box, command)
        caller.sendall(said + f"{tag} {ending}\r\n".encode())
        if command.upper() == "LOGOUT":
            return


def _answer(box: Box, command: str) -> tuple[bytes, str]:
    words = command.upper()
    done = "OK done"
    if words == "CAPABILITY":
        return f"* CAPABILITY IMAP4rev1{' UIDPLUS' * box.uidplus}\r\n".encode(), done
    if words.startswith("LOGIN"):
        return b"", done if f'"{box.password}"' in command else "NO wrong"
    if words.startswith("SELECT"):
        return f"* {len(box.mails)} EXISTS\r\n".encode(), done if "INBOX" in words else "NO none"
    if words.startswith("UID SEARCH"):
        there = sorted(box.mails.keys() - box.deleted - box.flagged)
        return f"* SEARCH {' '.join(map(str, there))}".rstrip().encode() + b"\r\n", done
    if found := re.match(r"UID FETCH (\d+) \(BODY\.PEEK\[\]<0\.(\d+)>\)", words):
        part = box.mails[int(found[1])][: int(found[2])]
        box.fetched += len(part)
        head = f"* 1 FETCH (UID {found[1]} BODY[]<0> {{{len(part)}}}\r\n".encode()
        return head + part + b")\r\n", done
    if found := re.match(r"UID STORE (\d+) \+FLAGS \(\\(\w+)\)", words):
        (box.deleted if found[2] == "DELETED" else box.flagged).add(int(found[1]))
        return b"", done
    if words.startswith(("UID EXPUNGE", "EXPUNGE")):
        for uid in box.deleted:
            box.mails.pop(uid, None)
        box.deleted.clear()
        return b"", done
    return (b"* BYE\r\n", done) if words == "LOGOUT" else (b"", "BAD what")
