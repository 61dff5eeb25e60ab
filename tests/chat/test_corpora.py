"""Strings that broke other programs, through the chat's socket: they come back as typed."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.db import connection

from chat import actions
from chat.consumers import session
from chat.models import Message
from chat.wire.pace import Rate
from tests.chat.conftest import Starter
from tests.chat.sockets import visitor
from tests.corpora import corpus, count

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async


def naughty() -> list[str]:
    strings: list[str] = json.loads((corpus("blns") / "blns.json").read_text())
    return strings


def payloads() -> list[str]:
    lines: list[str] = []
    for path in sorted(Path(corpus("patt-xss")).rglob("*")):
        if path.is_file() and path.suffix in (".txt", ".md"):
            lines += path.read_text(encoding="utf-8", errors="replace").splitlines()
    return lines


def addresses() -> list[str]:
    cases = json.loads((corpus("url-wpt") / "urltestdata.json").read_text())
    # Half a character, as some cases have, cannot travel in a frame: sockets carry UTF-8 only.
    return [
        case["input"]
        for case in cases
        if isinstance(case, dict)
        and case["input"].encode("utf-8", "ignore").decode() == case["input"]
    ]


def domains() -> list[str]:
    text: str = (corpus("psl") / "test_psl.txt").read_text()
    return text.splitlines()


CORPORA = {"blns": naughty, "patt-xss": payloads, "url-wpt": addresses, "psl": domains}


@pytest.mark.parametrize("name", list(CORPORA))
@pytest.mark.corpora
async def test_corpus_comes_back_as_typed(
    name: str, start: Starter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "SAY_RATE", Rate(100_000, 60))
    monkeypatch.setattr(session, "DOOR_RATE", Rate(100_000, 60))
    texts = [
        text
        for text in CORPORA[name]()
        if text.strip() and len(text.encode()) <= actions.MESSAGE_BYTES
    ]
    started = await in_db(start)()
    client, other = await visitor(started.token), await visitor(started.token)
    await client.until("welcome")
    await other.until("welcome")
    came_back: dict[str, str] = {}
    sent: dict[str, str] = {}
    for text in texts:
        client_id = str(uuid.uuid4())
        sent[client_id] = text
        await client.put(type="say", id=client_id, text=text)
        await client.until("ack", id=client_id)
        (message,) = (await other.until("messages"))["messages"]
        came_back[message["id"]] = message["text"]
        await other.put(type="got")
    assert came_back == sent
    await client.close()
    await other.close()

    def raw() -> bytes:
        with connection.cursor() as cursor:
            cursor.execute("SELECT text FROM chat_message")
            return b"".join(bytes(row[0]) for row in cursor.fetchall())

    at_rest = await in_db(raw)()
    assert not [text for text in texts if len(text) > 7 and text.encode() in at_rest]
    assert await in_db(Message.objects.count)() == len(texts)
    count(f"chat {name}", len(texts))
