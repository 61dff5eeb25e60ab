"""Rubbish at the console's socket, in each field of each frame of staff: it is refused in words of
the protocol, breaks no page, and stands in no log.
"""

import json
import logging
import uuid
from typing import Any

import pytest
from channels.db import database_sync_to_async

from chat import actions, protocol_handover, queries_handover
from chat.consumers import session
from chat.errors import Code
from chat.models import Conversation, Seat
from chat.wire.pace import Rate
from helpline.privacy.logging import AllowlistFormatter
from helpline.staff.models import User
from tests.chat.conftest import Starter, again, say
from tests.chat.sockets import desk
from tests.chat.test_corpora import naughty
from tests.chat.test_who_may import STAFF_FRAMES, Scene
from tests.signed_in import session_of

pytestmark = [
    pytest.mark.django_db(databases=["default", "keys"], transaction=True),
    pytest.mark.embedded,
]

in_db: Any = database_sync_to_async
MARK = "zeldzaamwoord"
# As JSON, since some of it no library would write.
RUBBISH = [
    *("null", "true", "0", "-1", "1.5", "1e400", str(2**31), str(2**63), str(2**64)),
    *('""', '" "', '"\\u0000"', '"\\ud800"', '"\\udfff\\ud800"', '"\\u202e\\u2066"', '"../.."'),
    *("[]", "{}", "[[]]", '{"a":{"b":[]}}', '["\\u0000"]', "[null]", "[" * 900 + "]" * 900),
    *(f'"{uuid.UUID(int=0)}"', f'"{MARK}"', json.dumps(MARK * 600), json.dumps([MARK] * 300)),
    *('"\'; DROP TABLE chat_message; --"', '"%s%n{0}{}"', '"queue"', '"taken"', '"advice"'),
]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "SAY_RATE", Rate(100_000, 60))
    monkeypatch.setattr(session, "DOOR_RATE", Rate(100_000, 60))
    monkeypatch.setattr(session, "FRAMES_A_SECOND", 100_000)


@pytest.fixture
def held(counsellor: User, start: Starter) -> Any:
    """A conversation of a counsellor's that somebody can be asked about."""
    Seat.objects.create(user=counsellor, capacity=1000)

    def make() -> Scene:
        conversation = start(f"{MARK} naam").conversation
        actions.claim(conversation=conversation, by=counsellor)
        say(conversation, f"{MARK} https://example.org/a")
        return Scene(conversation.pk, uuid.uuid4(), uuid.uuid4(), counsellor.pk)

    return make


def with_rubbish(frame: dict[str, Any]) -> list[str]:
    """The frame as text, once for each field and each piece of rubbish, and without the field."""
    texts = []
    for name in [*frame, "tag", "open", "to", "text", "links"]:
        if name == "type":
            continue
        rest = {key: value for key, value in frame.items() if key != name}
        head = json.dumps(rest)[:-1]
        texts += [json.dumps(rest), *(f'{head}, "{name}": {value}}}' for value in RUBBISH)]
    return texts


@pytest.mark.parametrize("kind", sorted(STAFF_FRAMES - {"hello"}))  # that one closes it
async def test_rubbish_in_a_frame(
    kind: str, held: Any, counsellor: User, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    scene = await in_db(held)()
    client = await desk(await in_db(session_of)(counsellor))
    await client.put(type="open", conversation=str(scene.number), since=0)
    await client.until("opened")
    for text in with_rubbish(scene.frame(kind)):
        await client.socket.send_to(text_data=text)
        # The fence: what came before was answered, and the page is still there.
        await client.put(type="beat")
        while (frame := await client.next())["type"] != "beat":
            assert frame["type"] != "closed", (frame, text[:200])
            if frame["type"] == "refused":
                assert frame["code"] in set(Code), text[:200]
    await client.close()
    written = [AllowlistFormatter().format(record) for record in caplog.records]
    assert [line for line in written if MARK in line] == []
    assert [each for each in caplog.records if each.levelno >= logging.ERROR] == []


async def test_naughty_strings_come_back_to_colleagues_as_they_were_written(
    counsellor: User, supervisor: User, start: Starter
) -> None:
    conversation: Conversation = (await in_db(start)()).conversation
    await in_db(actions.claim)(conversation=conversation, by=counsellor)
    client = await desk(await in_db(session_of)(supervisor))
    await client.put(type="open", conversation=str(conversation.pk), since=0)
    await client.until("opened")
    number = str(conversation.pk)
    for text in naughty():
        if not text.strip():
            continue
        name = str(uuid.uuid4())
        await client.put(type="note", conversation=number, id=name, text=text)
        while True:
            frame = await client.next()
            assert frame["type"] not in ("refused", "closed"), (frame, text)
            if frame["type"] == "notes" and frame["notes"][-1]["id"] == name:
                break
        assert frame["notes"][-1]["text"] == text
    await client.close()
    for text in naughty()[:200]:
        if not text.strip():
            continue
        await in_db(actions.ask_supervisor)(
            conversation=await in_db(again)(conversation), question=text, by=counsellor
        )
        frame = await in_db(latest)(conversation, supervisor)
        assert frame["summary"] == text.strip()


def latest(conversation: Conversation, user: User) -> Any:
    return protocol_handover.latest(queries_handover.latest(conversation), user=user)
