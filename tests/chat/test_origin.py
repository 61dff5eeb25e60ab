"""Sockets and requests of the wire come from our own pages, or come no further."""

from collections.abc import MutableMapping
from typing import Any

import pytest
from channels.testing import HttpCommunicator, WebsocketCommunicator

from chat.wire.origin import OwnOrigin, is_own
from helpline.privacy.door import Receive, Scope, Send

pytestmark = pytest.mark.embedded


async def welcoming(scope: Scope, receive: Receive, send: Send) -> None:
    """An application that takes everyone who gets this far."""
    await receive()
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"welcome"})


def scope_of(
    kind: str, scheme: str, host: bytes | None, origin: bytes | None
) -> MutableMapping[str, Any]:
    headers = [(b"host", host), (b"origin", origin)]
    return {
        "type": kind,
        "scheme": scheme,
        "headers": [(name, value) for name, value in headers if value is not None],
    }


KINDS = [("websocket", "ws", "wss"), ("http", "http", "https")]


@pytest.mark.parametrize(("kind", "plain", "safe"), KINDS)
@pytest.mark.parametrize(
    ("secure", "host", "origin", "own"),
    [
        (False, b"localhost", b"http://localhost", True),
        (False, b"localhost:80", b"http://localhost", True),
        (False, b"localhost:8000", b"http://localhost:8000", True),
        (False, b"LOCALHOST", b"http://localhost", True),
        (True, b"localhost", b"https://localhost", True),
        (True, b"localhost", b"https://localhost:443", True),
        # Another scheme, host or port.
        (True, b"localhost", b"http://localhost", False),
        (False, b"localhost", b"https://localhost", False),
        (False, b"localhost:8000", b"http://localhost:8001", False),
        (False, b"localhost:8000", b"http://localhost", False),
        (False, b"localhost", b"http://testserver", False),
        (False, b"localhost", b"http://localhost.elders.test", False),
        # A host that is not ours, also when both agree.
        (False, b"elders.test", b"http://elders.test", False),
        # What no page of ours sends.
        (False, b"localhost", None, False),
        (False, b"localhost", b"", False),
        (False, b"localhost", b"null", False),
        (False, b"localhost", b"localhost", False),
        (False, b"localhost", b"http://localhost/path", False),
        (False, b"localhost", b"http://somebody@localhost", False),
        (False, b"localhost", b"http://localhost:port", False),
        (False, b"localhost", "http://localhösť".encode(), False),
        (False, None, b"http://localhost", False),
        (False, None, b"http://", False),
    ],
)
def test_origin_is_our_own(
    kind: str,
    plain: str,
    safe: str,
    secure: bool,
    host: bytes | None,
    origin: bytes | None,
    own: bool,
) -> None:
    assert is_own(scope_of(kind, safe if secure else plain, host, origin)) is own


async def test_request_of_another_site_is_refused_in_plain_text() -> None:
    for origin, status in ((b"http://elders.test", 403), (b"http://localhost", 200)):
        asked = HttpCommunicator(
            OwnOrigin(welcoming),
            "POST",
            "/wire/chat/",
            body=b"{}",
            headers=[(b"host", b"localhost"), (b"origin", origin)],
        )
        answer = await asked.get_response()
        assert answer["status"] == status
        if status == 403:
            headers = dict(answer["headers"])
            assert headers[b"content-type"].startswith(b"text/plain")
            assert headers[b"cache-control"] == b"no-store"
            assert int(headers[b"content-length"]) == len(answer["body"]) < 100


async def test_socket_of_another_site_is_not_opened() -> None:
    for origin, opened in ((b"http://elders.test", False), (b"http://localhost", True)):
        socket = WebsocketCommunicator(
            OwnOrigin(welcoming),
            "/ws/chat/",
            headers=[(b"host", b"localhost"), (b"origin", origin)],
        )
        assert (await socket.connect())[0] is opened
        await socket.wait(timeout=1)
