"""A web server takes no more from a socket than the chat could ever use."""

import base64
import os
import re
import socket
from pathlib import Path

import pytest

from tests.processes import Site

pytestmark = pytest.mark.embedded

MIB = 1024 * 1024
TEXT, CONTINUED = 1, 0
SOCKETS = 60
GROWTH_KIB = 16 * 1024  # a quarter of what all sockets together try to leave


def opened(site: Site) -> socket.socket:
    """A visitor's socket after the handshake, without a client that minds what it sends."""
    port = site.ports[0]
    wire = socket.create_connection(("127.0.0.1", port), 20)
    wire.sendall(
        "\r\n".join(
            [
                "GET /ws/chat/ HTTP/1.1",
                f"Host: 127.0.0.1:{port}",
                f"Origin: http://127.0.0.1:{port}",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Version: 13",
                f"Sec-WebSocket-Key: {base64.b64encode(os.urandom(16)).decode()}",
                "\r\n",
            ]
        ).encode()
    )
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += wire.recv(4096)
    assert answer.startswith(b"HTTP/1.1 101 ")
    return wire


def frame(kind: int, size: int, *, last: bool) -> bytes:
    """A frame of a client, masked with zeros, which leave it as it is."""
    head = bytes([kind | (0x80 if last else 0), 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + b"x" * size


def is_dropped(wire: socket.socket, *frames: bytes) -> bool:
    """Whether the server itself ends the connection on these: what reads them would answer first."""
    answer = b""
    try:
        for each in frames:
            wire.sendall(each)
        while part := wire.recv(65536):
            answer += part
    except TimeoutError:
        return False
    except OSError:  # reset while we were still sending
        pass
    return answer == b""


def memory_kib(site: Site) -> int:
    """What the web server has in memory now."""
    popen = site.webs[0].popen
    assert popen is not None
    status = Path(f"/proc/{popen.pid}/status").read_text()
    found = re.search(r"^VmRSS:\s+(\d+) kB", status, re.MULTILINE)
    assert found
    return int(found[1])


def test_message_of_a_mebibyte_ends_the_socket_and_takes_no_room(site: Site) -> None:
    whole = [frame(TEXT, MIB, last=True)]
    # Never finished: what came so far would have to be kept.
    pieces = [frame(TEXT, 60_000, last=False)] + [frame(CONTINUED, 60_000, last=False)] * 16
    for frames in (whole, pieces):
        with opened(site) as wire:
            assert is_dropped(wire, *frames)
    before = memory_kib(site)
    wires = [opened(site) for _ in range(SOCKETS)]
    try:
        assert all(is_dropped(wire, *(pieces if n % 2 else whole)) for n, wire in enumerate(wires))
        assert memory_kib(site) - before < GROWTH_KIB
    finally:
        for wire in wires:
            wire.close()
    with opened(site):  # and it takes the next visitor
        pass
